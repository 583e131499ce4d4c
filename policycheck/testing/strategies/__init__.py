"""Hypothesis strategies for people who write catalogues, rules and adapters.

Write ``from policycheck.testing import strategies as pst``. Each is imported when it is first used (PEP 562), so that
the entry point of Hypothesis stays cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policycheck.testing.lazily import exported

if TYPE_CHECKING:
    from policycheck.testing.strategies.breaking import breakable_rules
    from policycheck.testing.strategies.consents import consent_states, consent_transitions, journeys
    from policycheck.testing.strategies.documents import catalogue_documents
    from policycheck.testing.strategies.durations import lifetimes, retentions
    from policycheck.testing.strategies.evidence import http_exchanges, observations, raw_headers, set_cookies
    from policycheck.testing.strategies.headers import set_cookie_headers
    from policycheck.testing.strategies.loaded import catalogues, items
    from policycheck.testing.strategies.naming import name_patterns, names, names_beside
    from policycheck.testing.strategies.scene import SENT, SENT_DATE, response

_HOMES = {
    "SENT": "scene",
    "SENT_DATE": "scene",
    "breakable_rules": "breaking",
    "catalogue_documents": "documents",
    "catalogues": "loaded",
    "consent_states": "consents",
    "consent_transitions": "consents",
    "http_exchanges": "evidence",
    "items": "loaded",
    "journeys": "consents",
    "lifetimes": "durations",
    "name_patterns": "naming",
    "names": "naming",
    "names_beside": "naming",
    "observations": "evidence",
    "raw_headers": "evidence",
    "response": "scene",
    "retentions": "durations",
    "set_cookie_headers": "headers",
    "set_cookies": "evidence",
}

__all__ = [
    "SENT",
    "SENT_DATE",
    "breakable_rules",
    "catalogue_documents",
    "catalogues",
    "consent_states",
    "consent_transitions",
    "http_exchanges",
    "items",
    "journeys",
    "lifetimes",
    "name_patterns",
    "names",
    "names_beside",
    "observations",
    "raw_headers",
    "response",
    "retentions",
    "set_cookie_headers",
    "set_cookies",
]


def __getattr__(name: str) -> Any:
    return exported(__name__, _HOMES, name)


def __dir__() -> list[str]:
    return __all__
