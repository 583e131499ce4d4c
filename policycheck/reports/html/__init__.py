"""The report for a browser: one page that stands alone, asks for nothing and keeps nothing."""
