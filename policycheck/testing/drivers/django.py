"""Django: the project's own WSGI or ASGI application, with all its middleware, in the database of the test."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from typing import Any

from policycheck.recording import Recorder
from policycheck.testing.clock import Clock
from policycheck.testing.drivers.base import HttpDriver
from policycheck.testing.drivers.loop import apart
from policycheck.testing.drivers.messages import Answer, Request


class DjangoDriver(HttpDriver):
    """Drives the project whose settings are in force, through its middleware, CSRF protection included.

    ``asgi`` asks the project's ASGI application instead. Either runs in this thread and leaves the connections to the
    database open, as Django's test client does, so the ``db`` fixture of pytest-django is enough; only within an
    asynchronous test the ASGI application needs ``transactional_db``. What a view raises reaches the test.
    """

    base_url = "https://testserver"

    def __init__(self, *, asgi: bool = False) -> None:
        super().__init__()
        self._asgi = asgi
        self._app: Any = None

    def start(self, recorder: Recorder, clock: Clock) -> None:
        """Load the project, then begin as a visitor whom it has never seen."""
        super().start(recorder, clock)
        kind = "asgi" if self._asgi else "wsgi"
        module: Any = import_module(f"django.core.{kind}")
        self._app = getattr(module, f"get_{kind}_application")()

    def send(self, request: Request) -> Answer:
        """Call the application once, and keep what it raised."""
        signal: Any = import_module("django.core.signals").got_request_exception
        raised: list[BaseException] = []

        def keep(**more: Any) -> None:
            from sys import exc_info

            if (error := exc_info()[1]) is not None:
                raised.append(error)

        signal.connect(keep)
        try:
            with _connections_left_open():
                answer = self._asked(request)
        finally:
            signal.disconnect(keep)
        return replace(answer, error=raised[-1] if raised else None)

    def advice(self, request: Request, answer: Answer) -> str:
        """Django answers 400 to a host that ALLOWED_HOSTS lacks, and 403 to a form without its token."""
        if answer.status == 400:
            return "set base_url in the driver to a host that ALLOWED_HOSTS has, if that is what Django complains of"
        if answer.status == 403 and request.method == "POST":
            return "send the form of the page with self.submit(), which carries the CSRF token"
        return super().advice(request, answer)

    def _asked(self, request: Request) -> Answer:
        if not self._asgi:
            from policycheck.testing.drivers.wsgi import call_wsgi

            return call_wsgi(self._app, request)
        from asgiref.sync import async_to_sync

        from policycheck.testing.drivers.asgi import call_asgi

        # So synchronous views and the database run in this thread; Django keeps nothing on the loop between requests.
        serve: Any = async_to_sync(call_asgi)
        answer: Answer = apart(lambda: serve(self._app, request))
        return answer


@contextmanager
def _connections_left_open() -> Generator[None]:
    """The end of a request closes connections to the database, and with them the transaction of the test."""
    signals: Any = import_module("django.core.signals")
    close: Any = import_module("django.db").close_old_connections
    silent = [signal for signal in (signals.request_started, signals.request_finished) if signal.disconnect(close)]
    try:
        yield
    finally:
        for signal in silent:
            signal.connect(close)
