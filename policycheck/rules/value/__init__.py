"""VAL: what a value holds; no message ever shows one."""
