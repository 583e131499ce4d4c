"""The normative JSON Schemas (2020-12), installed as ``policycheck.schemas``."""
