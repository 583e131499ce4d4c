"""RET: how long it stays against how long it may."""
