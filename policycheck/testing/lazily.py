"""What the packages of this room export, imported when it is asked for (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any


def exported(package: str, homes: Mapping[str, str], name: str) -> Any:
    """The attribute ``name`` of ``package``, from the module that ``homes`` names for it; kept there from then on.

    Raises AttributeError for what is not exported, and ModuleNotFoundError with a fix where Hypothesis is missing.
    """
    if name not in homes:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    try:
        home = import_module(f"{package}.{homes[name]}")
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        raise ModuleNotFoundError(
            f"{package}.{name} needs Hypothesis\n  fix: pip install 'policycheck[testing]'", name=error.name
        ) from None
    value = getattr(home, name)
    setattr(sys.modules[package], name, value)
    return value
