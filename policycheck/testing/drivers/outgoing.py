"""How a browser puts a request together: its body, what it says of itself, and what a redirect makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from policycheck.errors import UsageError

FormData: TypeAlias = Mapping[str, Any] | Iterable[tuple[str, str]] | str | bytes
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 policycheck"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOT_ASCII = re.compile(r"[^\x21-\x7e]+")
_OF_A_BODY = frozenset({"content-type", "content-length"})


@dataclass(slots=True)
class Outgoing:
    """One request of the visitor on its way through redirects. ``own`` are the headers that the caller gave."""

    method: str
    url: str = field(repr=False)
    own: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    origin: str = field(repr=False)
    """What the Origin header says of a request that is not GET or HEAD."""
    referring: str | None = field(repr=False)
    """The page that the request comes from; a redirect changes nothing of that."""
    by_script: bool = False

    def headers(self, cookies: str | None, *, gpc: bool) -> dict[str, str]:
        """The headers of this hop, names in lower case."""
        headers = {
            "host": urlsplit(self.url).netloc.rpartition("@")[2],
            "user-agent": USER_AGENT,
            "accept": "*/*" if self.by_script else "text/html,application/xhtml+xml,*/*;q=0.8",
            "accept-language": "en",
        }
        if cookies is not None:
            headers["cookie"] = cookies
        if gpc:
            headers["sec-gpc"] = "1"
        if (referrer := self._referrer()) is not None:
            headers["referer"] = referrer
        if self.method not in ("GET", "HEAD"):
            headers["origin"] = self.origin
            headers["content-length"] = str(len(self.body))
        return {**headers, **self.own}

    def redirect(self, status: int, url: str) -> None:
        """Go on to ``url``, with the method that ``status`` leaves (RFC 9110, 15.4; Fetch, HTTP-redirect fetch)."""
        if origin_of(url) != origin_of(self.url):
            self.origin = "null"  # who was sent across origins comes from nowhere
            self.own.pop("authorization", None)
        posted = status in (301, 302) and self.method == "POST"
        if posted or (status == 303 and self.method != "HEAD"):
            self.method, self.body = "GET", b""
            self.own = {name: value for name, value in self.own.items() if name not in _OF_A_BODY}
        self.url = url

    def _referrer(self) -> str | None:
        """strict-origin-when-cross-origin, the default of browsers (Referrer Policy, 3.8)."""
        if self.referring is None or (self.referring.startswith("https:") and self.url.startswith("http:")):
            return None
        here = origin_of(self.referring)
        return self.referring if here == origin_of(self.url) else f"{here}/"


def origin_of(url: str) -> str:
    """Scheme, host and port of an absolute URL."""
    parts = urlsplit(url)
    default = {"https": ":443", "http": ":80"}.get(parts.scheme, "")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower().removesuffix(default)}"


def resolve(base: str, reference: str) -> str:
    """The absolute URL of ``reference`` seen from ``base``, in ASCII and without fragment.

    What is not ASCII is percent-encoded as UTF-8, which is how browsers read a path that was typed in.
    """
    parts = urlsplit(urljoin(base, reference.strip()))
    path, query = (_NOT_ASCII.sub(lambda found: quote(found[0]), part) for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def location_of(value: str) -> str:
    """A Location header as browsers read it: UTF-8 where its octets are, ISO 8859-1 otherwise."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def encoded(data: FormData | None, json: Any) -> tuple[bytes, str | None]:
    """The octets of a body and its Content-Type; none of either without data."""
    if json is not None:
        if data is not None:
            raise UsageError("a request has data or json, not both")
        from json import dumps

        return dumps(json).encode(), "application/json"
    if data is None:
        return b"", None
    if isinstance(data, bytes):
        body = data
    elif isinstance(data, str):
        body = data.encode()
    else:
        from urllib.parse import urlencode

        pairs: Any = data
        body = urlencode(pairs if isinstance(data, Mapping) else list(pairs), doseq=True).encode()
    return body, "application/x-www-form-urlencoded"
