"""The way from an adapter to a recorder: each response once, whatever number of adapters saw it on its way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from policycheck.capture.slot import RecorderSlot, ResponseSink
from policycheck.model.observation import HttpExchange

_WHITESPACE = " \t"
_CLEARED = ("clear-site-data",)
_DEFAULT_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
_request_under_way: ContextVar[Request | None] = ContextVar("policycheck_request", default=None)
_taps_in_scope: ContextVar[tuple[Tap, ...]] = ContextVar("policycheck_taps", default=())


class Tap:
    """One adapter's connection to one recorder; silent once it is no longer ``open``.

    A wrapper may outlive its watch, when somebody else wrapped it in turn. So closing a tap, not removing the wrapper,
    is what ends the recording.
    """

    __slots__ = ("adapter", "open", "recorder")

    def __init__(self, adapter: str, recorder: ResponseSink) -> None:
        self.adapter = adapter
        self.recorder = recorder
        self.open = True

    def request(self, method: str, url: str | None, *, in_process: bool = False) -> Request:
        """Announce a request. Enter the result round the call that answers it, and give it the response."""
        return Request(self, method, url, in_process=in_process)

    def target(self) -> ResponseSink | None:
        """The recorder that gets the responses now."""
        return self.recorder.current if isinstance(self.recorder, RecorderSlot) else self.recorder

    def deliver(self, exchange: HttpExchange, *, counts: bool) -> None:
        """Hand a response over; a slot also learns whether it ``counts`` whatever its host."""
        if isinstance(self.recorder, RecorderSlot):
            self.recorder.response(exchange, counts=counts)
        else:
            self.recorder.response(exchange)


class Scope:
    """Marks the calls of one client, for adapters that can only hook what all clients share."""

    __slots__ = ("_tap", "_token")

    def __init__(self, tap: Tap) -> None:
        self._tap = tap

    def __enter__(self) -> Self:
        self._token: Token[tuple[Tap, ...]] = _taps_in_scope.set((*_taps_in_scope.get(), self._tap))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        _taps_in_scope.reset(self._token)

    @staticmethod
    def holds(tap: Tap) -> bool:
        """True inside the ``with`` block of a scope of ``tap``, in this context."""
        return any(other is tap for other in _taps_in_scope.get())


class Request:
    """A request under way, as one tap sees it. Usable as a context manager more than once, one after the other.

    Clients stand on each other: requests on urllib3, Starlette's test client on httpx, a WSGI application in WebTest.
    The innermost sees most (retries, responses that make the client raise), an outer one may see cookies that a
    middleware added. So each request tells those round it, when they are the same request for the same recorder, which
    headers it has delivered, and they deliver the rest. Hashes are kept, not headers.
    """

    __slots__ = ("_in_process", "_method", "_token", "_url", "key", "outer", "tap", "told")

    def __init__(self, tap: Tap, method: str, url: str | None, *, in_process: bool) -> None:
        self.tap = tap
        self._method = method
        self._url = url = _without_user(url)
        self._in_process = in_process
        self.outer = _request_under_way.get()
        self.key = (method, _comparable(url))
        self.told: Counter[int] | None = None

    def __enter__(self) -> Self:
        self._token: Token[Request | None] = _request_under_way.set(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        _request_under_way.reset(self._token)

    def response(
        self,
        status: int | None,
        set_cookie: Iterable[bytes | str],
        date: str | None = None,
        clear_site_data: Iterable[bytes | str] = (),
    ) -> None:
        """Deliver the response. ``set_cookie`` holds one item a header, in order, as raw as the client shows it.

        So does ``clear_site_data``, of which several headers may be folded into one.

        Text is taken for octets read as ISO 8859-1, which is how HTTP libraries of Python decode headers, and turned
        back. Whitespace round a value is not part of it (RFC 9110, 5.5).
        """
        if not self.tap.open:
            return
        headers = [_octets(header) for header in set_cookie]
        clearing = [value if isinstance(value, str) else value.decode("latin-1") for value in clear_site_data]
        fresh = headers if self.told is None else _without(headers, self.told)
        also = () if clearing and self.told is not None and self.told[hash(_CLEARED)] else tuple(clearing)
        if self.told is None or fresh or also:
            exchange = HttpExchange(
                self._method,
                self._url,
                status,
                tuple(fresh),
                date,
                self.tap.adapter,
                in_process=self._in_process,
                clear_site_data=also,
            )
            outer = list(self._same_outside())
            for request in outer:
                request.told = request.told or Counter()
                request.told.update(map(hash, (*fresh, *((_CLEARED,) if also else ()))))
            # Who observes a client means whatever host it asks, and has just been told to leave this to the slot.
            meant = any(request.tap.open and request.tap.recorder is not self.tap.recorder for request in outer)
            self.tap.deliver(exchange, counts=self._in_process or meant)

    def _same_outside(self) -> Iterator[Request]:
        """The same request as taps further out see it, of those that deliver to the same recorder."""
        target = self.tap.target()
        outer = self.outer
        while outer is not None:
            if outer.key == self.key and outer.tap.target() is target:
                yield outer
            outer = outer.outer


def header_values(headers: Iterable[tuple[bytes | str, bytes | str]], name: str) -> list[bytes | str]:
    """The values of every header called ``name`` (lower case), in order, out of pairs of octets or text."""
    octets = name.encode("ascii")
    return [value for key, value in headers if key.lower() in (octets, name)]


def first_text(headers: Iterable[tuple[bytes | str, bytes | str]], name: str) -> str | None:
    """The first value of a header called ``name`` (lower case) as text, or None."""
    for value in header_values(headers, name):
        return value if isinstance(value, str) else value.decode("latin-1")
    return None


def _octets(header: bytes | str) -> bytes | str:
    if isinstance(header, bytes):
        return header.strip(_WHITESPACE.encode())
    try:
        return header.strip(_WHITESPACE).encode("latin-1")
    except UnicodeEncodeError:
        return header.strip(_WHITESPACE)


def _without(headers: list[bytes | str], told: Counter[int]) -> list[bytes | str]:
    left = told.copy()
    fresh: list[bytes | str] = []
    for header in headers:
        if left[hash(header)] > 0:
            left[hash(header)] -= 1
        else:
            fresh.append(header)
    return fresh


def _without_user(url: str | None) -> str | None:
    """The URL without ``user:password@``, which is a secret and no matter for cookies."""
    if url is None or "@" not in url:
        return url
    scheme, separator, rest = url.partition("://")
    end = min((rest.find(mark) for mark in "/?#" if mark in rest), default=len(rest))
    return f"{scheme}{separator}{rest[:end].rpartition('@')[2]}{rest[end:]}"


def _comparable(url: str | None) -> tuple[object, ...] | None:
    """What two spellings of one URL share. Different spellings that stay apart would cost a response seen twice."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return (url,)
    return (parts.hostname, port, unquote(parts.path) or "/", unquote(parts.query))
