"""What passes between a driver and the application: a request, its answer, and the page that a visitor sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import urlsplit

Headers = tuple[tuple[str, str], ...]
"""Pairs of name and value, one a header, in order; octets read as ISO 8859-1."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it goes out. ``url`` is absolute and has no fragment."""

    method: str
    url: str = field(repr=False)
    headers: Headers = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def path(self) -> str:
        """The path as it is sent; the query, which may hold a secret, stays out of every message."""
        return urlsplit(self.url).path or "/"

    @property
    def target(self) -> str:
        """Path and query, as they stand in the request line."""
        parts = urlsplit(self.url)
        return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


@dataclass(frozen=True, slots=True)
class Answer:
    """One response as it came in. ``error`` is what the application raised, where its server made this page of it."""

    status: int
    headers: Headers = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    error: BaseException | None = field(default=None, repr=False)

    def header(self, name: str) -> str | None:
        """The first header called ``name`` (lower case)."""
        return first(self.headers, name)

    def values(self, name: str) -> tuple[str, ...]:
        """All headers called ``name`` (lower case), in order."""
        return tuple(value for key, value in self.headers if key.lower() == name)


@dataclass(frozen=True, slots=True)
class Page:
    """What is open in a tab: the last answer, after its redirects. Its ``repr`` shows path and status alone."""

    url: str
    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header called ``name``, in any letter case."""
        return first(self.headers, name.lower())

    @property
    def path(self) -> str:
        """The path of the URL."""
        return urlsplit(self.url).path or "/"

    @property
    def text(self) -> str:
        """The body, decoded as its Content-Type says, as UTF-8 otherwise; octets that do not fit are replaced."""
        message = Message()
        message["content-type"] = self.header("content-type") or "text/html"
        try:
            return self.body.decode(message.get_content_charset("utf-8"), "replace")
        except LookupError:
            return self.body.decode("utf-8", "replace")

    def __repr__(self) -> str:
        return f"<Page {self.path} {self.status}>"


def first(headers: Headers, name: str) -> str | None:
    """The first value of the header called ``name`` (lower case), or None."""
    return next((value for key, value in headers if key.lower() == name), None)
