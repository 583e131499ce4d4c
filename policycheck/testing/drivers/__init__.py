"""Drivers: a visitor with a browser's cookie store, for each way in which an application can be called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policycheck.testing.lazily import exported

if TYPE_CHECKING:
    from policycheck.testing.drivers.asgi import AsgiDriver
    from policycheck.testing.drivers.base import HttpDriver
    from policycheck.testing.drivers.django import DjangoDriver
    from policycheck.testing.drivers.errors import DriverError
    from policycheck.testing.drivers.flask import FlaskDriver
    from policycheck.testing.drivers.forms import Form
    from policycheck.testing.drivers.live import LiveDriver
    from policycheck.testing.drivers.messages import Answer, Page, Request
    from policycheck.testing.drivers.starlette import StarletteDriver
    from policycheck.testing.drivers.wsgi import WsgiDriver

_HOMES = {
    "Answer": "messages",
    "AsgiDriver": "asgi",
    "DjangoDriver": "django",
    "DriverError": "errors",
    "FlaskDriver": "flask",
    "Form": "forms",
    "HttpDriver": "base",
    "LiveDriver": "live",
    "Page": "messages",
    "Request": "messages",
    "StarletteDriver": "starlette",
    "WsgiDriver": "wsgi",
}
__all__ = [
    "Answer",
    "AsgiDriver",
    "DjangoDriver",
    "DriverError",
    "FlaskDriver",
    "Form",
    "HttpDriver",
    "LiveDriver",
    "Page",
    "Request",
    "StarletteDriver",
    "WsgiDriver",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for, and with it no framework but its own (PEP 562)."""
    return exported(__name__, _HOMES, name)
