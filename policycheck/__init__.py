"""Does this application store only what it declared, for as long as it declared, with the consent that it needs.

Everything here is imported when it is first used (PEP 562), so that ``import policycheck`` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policycheck.api import check, load_catalogue, observe
    from policycheck.catalogue.entries import Catalogue
    from policycheck.engine.journey import Journey
    from policycheck.engine.project import Project
    from policycheck.engine.session import Session
    from policycheck.errors import PolicycheckError
    from policycheck.model.consent import ConsentState, ConsentStatus
    from policycheck.model.finding import Finding, Severity
    from policycheck.model.observation import HttpExchange, Observation
    from policycheck.model.report import Report
    from policycheck.model.storage import StorageKind
    from policycheck.recording import Recorder

_HOMES = {
    "Catalogue": "policycheck.catalogue.entries",
    "ConsentState": "policycheck.model.consent",
    "ConsentStatus": "policycheck.model.consent",
    "Finding": "policycheck.model.finding",
    "HttpExchange": "policycheck.model.observation",
    "Journey": "policycheck.engine.journey",
    "Observation": "policycheck.model.observation",
    "PolicycheckError": "policycheck.errors",
    "Project": "policycheck.engine.project",
    "Recorder": "policycheck.recording",
    "Report": "policycheck.model.report",
    "Session": "policycheck.engine.session",
    "Severity": "policycheck.model.finding",
    "StorageKind": "policycheck.model.storage",
    "check": "policycheck.api",
    "load_catalogue": "policycheck.api",
    "observe": "policycheck.api",
}

__all__ = [
    "Catalogue",
    "ConsentState",
    "ConsentStatus",
    "Finding",
    "HttpExchange",
    "Journey",
    "Observation",
    "PolicycheckError",
    "Project",
    "Recorder",
    "Report",
    "Session",
    "Severity",
    "StorageKind",
    "check",
    "load_catalogue",
    "observe",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("policycheck")
    if name not in _HOMES:
        raise AttributeError(f"module 'policycheck' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
