"""One rule a file, grouped by what they look at."""
