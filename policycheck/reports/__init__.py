"""Reporters, one format a file: a report in, text out."""
