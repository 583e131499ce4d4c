"""Drivers: a visitor with a browser's cookie store, for each way in which an application can be called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policycheck.testing.drivers.base import HttpDriver
    from policycheck.testing.drivers.errors import DriverError
    from policycheck.testing.drivers.flask import FlaskDriver
    from policycheck.testing.drivers.messages import Page
    from policycheck.testing.drivers.wsgi import WsgiDriver

_HOMES = {
    "DriverError": "errors",
    "FlaskDriver": "flask",
    "HttpDriver": "base",
    "Page": "messages",
    "WsgiDriver": "wsgi",
}
__all__ = ["DriverError", "FlaskDriver", "HttpDriver", "Page", "WsgiDriver"]


def __getattr__(name: str) -> Any:
    """Import what is asked for, and with it no framework but its own (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
