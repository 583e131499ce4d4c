"""Plain values, standard library only: what the other layers pass to each other."""
