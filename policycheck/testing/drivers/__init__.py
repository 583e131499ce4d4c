"""Drivers: a visitor with a browser's cookie store, for each way in which an application can be called."""
