"""Matching: observation x catalogue -> match."""

from policycheck.matching.match import Match, NearMiss, match, near_misses

__all__ = ["Match", "NearMiss", "match", "near_misses"]
