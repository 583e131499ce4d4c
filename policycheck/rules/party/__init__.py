"""PTY: whose storage it is, seen from the page."""
