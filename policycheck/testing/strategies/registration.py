"""The entry point of Hypothesis: what ``st.from_type`` makes of the values of policycheck.

Hypothesis calls :func:`register` at the end of its own import. Only the values themselves are imported here; the
strategies follow when one of them is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

TYPES = {
    "policycheck.catalogue.entries:Catalogue": "catalogues",
    "policycheck.catalogue.entries:Item": "items",
    "policycheck.catalogue.names:NamePattern": "name_patterns",
    "policycheck.consent.transitions:ConsentTransition": "consent_transitions",
    "policycheck.model.consent:ConsentState": "consent_states",
    "policycheck.model.cookie:SetCookie": "set_cookies",
    "policycheck.model.lifetime:Lifetime": "lifetimes",
    "policycheck.model.lifetime:Retention": "retentions",
    "policycheck.model.observation:HttpExchange": "http_exchanges",
    "policycheck.model.observation:Observation": "observations",
}
"""Each type, with the strategy that is called without arguments for it."""


def register() -> None:
    """Tell Hypothesis about the types."""
    from hypothesis import strategies as st

    for path, name in TYPES.items():
        module, _, cls = path.partition(":")
        st.register_type_strategy(getattr(import_module(module), cls), _asking(name))


def _asking(name: str) -> Callable[[type], Any]:
    def strategy(cls: type) -> Any:
        return getattr(import_module("policycheck.testing.strategies"), name)()

    return strategy
