"""Hypothesis strategies for people who write catalogues, rules and adapters."""
