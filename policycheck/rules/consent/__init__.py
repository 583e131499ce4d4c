"""CON: what is stored against what the visitor allowed."""
