"""The pytest plugin, installed as ``pytest_policycheck``. Importing it costs nothing: see ``plugin``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .check import Check
    from .violation import PolicyViolation

__all__ = ["Check", "PolicyViolation"]


def __getattr__(name: str) -> Any:
    if name == "Check":
        from .check import Check

        return Check
    if name == "PolicyViolation":
        from .violation import PolicyViolation

        return PolicyViolation
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
