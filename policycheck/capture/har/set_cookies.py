"""The Set-Cookie headers of a HAR response, one text a header, from wherever the writer has left them."""

from __future__ import annotations

from datetime import UTC, datetime

from policycheck.capture.har.members import Message, Object, moment, objects, text
from policycheck.wire.folding import split_folded

_FORBIDDEN = {ord(character): f"%{ord(character):02X}" for character in ";\r\n\0"}


def set_cookies(response: Message) -> tuple[tuple[str, ...], bool]:
    """The headers in order, and whether they had to be made up from ``cookies``, which says less.

    A value with line breaks is several headers, as Chromium and Firefox write them. So is one with commas where
    ``cookies`` has more of them, as WebKit writes them.
    """
    told = [line for value in response.headers("set-cookie") for line in _lines(value)]
    parsed = objects(response.members, "cookies")
    if not told:
        return tuple(_made_up(cookie) for cookie in parsed if text(cookie, "name")), bool(parsed)
    if len(parsed) > len(told):
        told = [part for value in told for part in split_folded(value)]
    return tuple(told), False


def _lines(value: str) -> list[str]:
    return [value] if "\n" not in value and "\r" not in value else split_folded(value)


def _made_up(cookie: Object) -> str:
    parts = [f"{_plain(cookie, 'name')}={_plain(cookie, 'value')}"]
    for key, attribute in (("path", "Path"), ("domain", "Domain"), ("sameSite", "SameSite")):
        if text(cookie, key):
            parts.append(f"{attribute}={_plain(cookie, key)}")
    expires = moment(cookie, "expires")
    if expires is not None:
        parts.append(f"Expires={datetime.fromtimestamp(expires, UTC):%a, %d %b %Y %H:%M:%S} GMT")
    parts += [
        attribute for key, attribute in (("secure", "Secure"), ("httpOnly", "HttpOnly")) if cookie.get(key) is True
    ]
    return "; ".join(parts)


def _plain(cookie: Object, key: str) -> str:
    return text(cookie, key).translate(_FORBIDDEN)
