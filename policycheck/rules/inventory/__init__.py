"""INV: what is stored against what is declared."""
