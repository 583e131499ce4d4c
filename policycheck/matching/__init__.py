"""Matching: observation x catalogue -> match; host x catalogue -> providers."""

from policycheck.matching.hosts import providers_at
from policycheck.matching.match import Match, NearMiss, match, near_misses

__all__ = ["Match", "NearMiss", "match", "near_misses", "providers_at"]
