"""ASGI 3: the application is called on an event loop of the driver's own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

from policycheck.recording import Recorder
from policycheck.testing.clock import Clock
from policycheck.testing.drivers.base import HttpDriver
from policycheck.testing.drivers.errors import DriverError
from policycheck.testing.drivers.loop import DriverLoop
from policycheck.testing.drivers.messages import Answer, Request

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
AsgiApp: TypeAlias = Callable[[Any, Receive, Send], Awaitable[None]]
_VERSIONS = {"version": "3.0", "spec_version": "2.4"}


class AsgiDriver(HttpDriver):
    """Drives an ASGI application, from its start-up (lifespan) to its shut-down. What it raises reaches the test.

    A request is over when the application returns, so background tasks of Starlette are awaited. The loop stands still
    between requests; what belongs to another loop, such as that of an asynchronous test, is not for it.
    """

    def __init__(self, app: AsgiApp) -> None:
        super().__init__()
        self.app = app
        self._loop: DriverLoop | None = None
        self._lifespan: Lifespan | None = None

    def start(self, recorder: Recorder, clock: Clock) -> None:
        """Start the application, then begin as a visitor whom it has never seen."""
        super().start(recorder, clock)
        self._loop = DriverLoop()
        self._lifespan = Lifespan(self.app)
        try:
            self._loop.run(self._lifespan.start())
        except BaseException:
            self._end()
            raise

    def send(self, request: Request) -> Answer:
        """Call the application once, and wait until it returns."""
        if self._loop is None or self._lifespan is None:
            raise DriverError(f"{request.method} {request.path}: the application runs from start() to close() only")
        return self._loop.run(call_asgi(self.app, request, dict(self._lifespan.state)))

    def close(self) -> None:
        """Shut the application down."""
        if self._loop is None or self._lifespan is None:
            return
        try:
            self._loop.run(self._lifespan.stop())
        finally:
            self._end()

    def _end(self) -> None:
        loop, self._loop, self._lifespan = self._loop, None, None
        if loop is not None:
            loop.close()


class Lifespan:
    """Start-up and shut-down of an application (ASGI, Lifespan Protocol). Many have none, which is no fault."""

    def __init__(self, app: AsgiApp) -> None:
        self.state: dict[str, Any] = {}
        self._app = app
        self._task: asyncio.Task[None] | None = None
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._outbox: asyncio.Queue[Message] = asyncio.Queue()

    async def start(self) -> None:
        """Have the application start up. Raises what it raises there."""
        self._task = asyncio.create_task(self._serve())
        await self._inbox.put({"type": "lifespan.startup"})
        await self._answered("lifespan.startup", before=True)

    async def stop(self) -> None:
        """Have the application shut down, and wait until it has."""
        if self._task is None or self._task.done():
            return
        await self._inbox.put({"type": "lifespan.shutdown"})
        await self._answered("lifespan.shutdown", before=False)
        await self._task

    async def _serve(self) -> None:
        scope = {"type": "lifespan", "asgi": _VERSIONS, "state": self.state}
        await self._app(scope, self._inbox.get, self._outbox.put)

    async def _answered(self, what: str, *, before: bool) -> None:
        assert self._task is not None
        answer = asyncio.create_task(self._outbox.get())
        await asyncio.wait((answer, self._task), return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
            error = self._task.exception()
            if error is not None and not before:
                raise error
            return  # an application that raises, or returns, at once knows no lifespan
        if answer.result()["type"] == f"{what}.failed":
            await asyncio.wait((self._task,))
            if (error := self._task.exception()) is not None:
                raise error
            raise DriverError(f"the application says that its {what.rpartition('.')[2]} failed")


async def call_asgi(app: AsgiApp, request: Request, state: dict[str, Any] | None = None) -> Answer:
    """Serve one request, and wait until the application returns."""
    delivered = False
    complete = asyncio.Event()
    status: int | None = None
    headers: list[tuple[str, str]] = []
    body: list[bytes] = []

    async def receive() -> Message:
        nonlocal delivered
        if not delivered:
            delivered = True
            return {"type": "http.request", "body": request.body, "more_body": False}
        await complete.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = int(message["status"])
            headers.extend(
                (bytes(name).decode("latin-1"), bytes(value).decode("latin-1"))
                for name, value in message.get("headers") or ()
            )
        elif message["type"] == "http.response.body":
            body.append(bytes(message.get("body") or b""))
            if not message.get("more_body"):
                complete.set()

    error: BaseException | None = None
    try:
        await app(http_scope(request, state), receive, send)
    except Exception as raised:
        if status is None:
            raise
        error = raised
    if status is None:
        raise DriverError(f"{request.method} {request.path}: the application returned without a response")
    return Answer(status, tuple(headers), b"".join(body), error)


def http_scope(request: Request, state: dict[str, Any] | None = None) -> dict[str, Any]:
    """The scope of a request (ASGI, HTTP Connection Scope)."""
    parts = urlsplit(request.url)
    path = parts.path or "/"
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": _VERSIONS,
        "http_version": "1.1",
        "method": request.method,
        "scheme": parts.scheme,
        "path": unquote(path),
        "raw_path": path.encode("ascii", "replace"),
        "query_string": parts.query.encode("ascii", "replace"),
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers],
        "client": ("127.0.0.1", 50000),
        "server": (parts.hostname or "localhost", parts.port or (443 if parts.scheme == "https" else 80)),
    }
    if state is not None:
        scope["state"] = state
    return scope
