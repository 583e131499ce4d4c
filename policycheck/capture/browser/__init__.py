"""Browsers: every write to a device's storage, with who wrote it. One adapter a driver; none of them judges."""
