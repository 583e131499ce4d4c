"""Scanning a site: its pages in a browser, before any choice, after a refusal, after a grant and after a withdrawal."""
