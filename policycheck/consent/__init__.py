"""Consent over time: states, transitions, laws."""
