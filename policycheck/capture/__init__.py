"""Capture adapters, one a file: they see responses and write them to a recorder; they never judge."""
