"""The pytest plugin, installed as ``pytest_policycheck``."""
