"""Rules about the catalogue alone: what ``policycheck validate`` looks for."""
