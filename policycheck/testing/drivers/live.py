"""A server that runs elsewhere, asked over the network with httpx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policycheck.errors import UsageError
from policycheck.recording import Recorder
from policycheck.testing.clock import Clock
from policycheck.testing.drivers.base import HttpDriver
from policycheck.testing.drivers.errors import DriverError
from policycheck.testing.drivers.messages import Answer, Request
from policycheck.testing.drivers.outgoing import origin_of

if TYPE_CHECKING:
    import ssl

TIMEOUT = 30.0
"""Seconds that the server may take for one answer."""


class LiveDriver(HttpDriver):
    """Drives a server at ``base_url``, and never another origin. Needs httpx.

    ``verify`` is as for httpx: False, or an ``ssl.SSLContext``, for a certificate of a development machine. A subclass
    with a method ``advance(seconds)`` that moves the server's clock lets time pass; without it laws about time are not
    looked at.
    """

    in_process = False

    def __init__(self, base_url: str, *, verify: bool | ssl.SSLContext = True) -> None:
        super().__init__()
        self.base_url = base_url
        self._verify = verify
        self._transport: Any = None

    def start(self, recorder: Recorder, clock: Clock) -> None:
        """Begin as a visitor whom the server has never seen."""
        super().start(recorder, clock)
        try:
            import httpx
        except ImportError:
            raise UsageError("a LiveDriver needs httpx\n  fix: pip install httpx") from None
        # The transport alone, without a client: no cookies but the jar's, no redirects, no proxies of the environment.
        self._transport = httpx.HTTPTransport(verify=self._verify)

    def answers(self, url: str) -> bool:
        """Whether ``url`` is of this server: the origin of ``base_url``."""
        return origin_of(url) == origin_of(self.base_url)

    def send(self, request: Request) -> Answer:
        """Send one request and read its answer to the end."""
        import httpx

        if self._transport is None:
            raise DriverError(f"{request.method} {request.path}: the driver runs from start() to close() only")
        outgoing = httpx.Request(
            request.method,
            request.url,
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers],
            content=request.body,
            extensions={"timeout": {"connect": TIMEOUT, "read": TIMEOUT, "write": TIMEOUT, "pool": TIMEOUT}},
        )
        try:
            response = self._transport.handle_request(outgoing)
            try:
                body = response.read()
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise DriverError(
                f"{request.method} {request.path}: no answer from {origin_of(request.url)} ({type(error).__name__})\n"
                "  fix: start the server first"
            ) from error
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
        return Answer(response.status_code, headers, body)

    def close(self) -> None:
        """Close the connections."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()
