"""Consent managers from npm in a real browser, each on a page that uses it as its documentation says."""
