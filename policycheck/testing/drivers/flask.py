"""Flask: its WSGI application, and the exceptions that Flask makes a page of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from policycheck.testing.drivers.messages import Answer, Request
from policycheck.testing.drivers.wsgi import WsgiDriver, call_wsgi


class FlaskDriver(WsgiDriver):
    """Drives a Flask application. What a view raises reaches the test, whether or not ``TESTING`` is set."""

    def send(self, request: Request) -> Answer:
        """Call the application once, and keep what it raised."""
        from flask import got_request_exception

        raised: list[BaseException] = []

        def keep(sender: Any, exception: BaseException, **more: Any) -> None:
            raised.append(exception)

        with got_request_exception.connected_to(keep, sender=self.app):
            answer = call_wsgi(self.app, request)
        return replace(answer, error=raised[-1] if raised else None)
