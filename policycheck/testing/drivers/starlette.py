"""Starlette and FastAPI: ASGI applications with a lifespan, and error pages for what a view raises."""

from __future__ import annotations

from policycheck.testing.drivers.asgi import AsgiDriver


class StarletteDriver(AsgiDriver):
    """Drives a Starlette or FastAPI application: its lifespan runs, and what a view raises reaches the test."""
