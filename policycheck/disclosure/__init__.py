"""What the published pages say: the overview of a catalogue, as Markdown and as HTML."""
