"""Asking what a subject is without importing the framework that it would come from."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from policycheck.errors import CaptureError


def loaded_class(module: str, name: str) -> type | None:
    """The class ``module.name`` if that module is loaded; else None."""
    found = getattr(sys.modules.get(module), name, None)
    return found if isinstance(found, type) else None


def is_instance(subject: Any, module: str, name: str) -> bool:
    """True for an instance of the class ``module.name``."""
    cls = loaded_class(module, name)
    return cls is not None and isinstance(subject, cls)


def is_class(subject: Any, module: str, name: str) -> bool:
    """True for the class ``module.name`` itself and its subclasses."""
    cls = loaded_class(module, name)
    return cls is not None and isinstance(subject, type) and issubclass(subject, cls)


def attribute(owner: Any, name: str) -> Any:
    """``owner.name``, which an adapter needs.

    Raises :class:`policycheck.errors.CaptureError` where the installed release lacks it.
    """
    if not hasattr(owner, name):
        cls = owner if isinstance(owner, type) else type(owner)
        where = owner.__name__ if isinstance(owner, ModuleType) else f"{cls.__module__}.{cls.__qualname__}"
        raise CaptureError(
            f"{where} has no {name!r}: this release of {where.partition('.')[0]} is not known to policycheck\n"
            "  fix: see docs/reference/clients.md for the releases that are tested, or wrap the application with "
            "WSGIMiddleware or ASGIMiddleware from policycheck.capture"
        )
    return getattr(owner, name)
