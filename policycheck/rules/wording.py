"""How rules speak: the evidence with its value replaced by a length, and a breach with the place that declares it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from policycheck.matching.match import Match
from policycheck.model.cookie import Anomaly, AnomalyKind, SetCookie
from policycheck.model.finding import Breach, Severity
from policycheck.model.observation import Observation
from policycheck.model.storage import StorageKind

_SHOWN_LENGTH = 120
_HARMLESS = re.compile(r"-?[0-9]{1,20}|(?i:lax|strict|none)")
_ALWAYS_SHOWN = frozenset({"max-age", "samesite"})
_SHOWN = frozenset({"expires", "domain", "path"})
_ATTRIBUTES = (
    *("domain", "expires", "httponly", "max-age", "partitioned", "path", "priority", "samesite", "secure"),
    *("comment", "commenturl", "discard", "port", "sameparty", "version"),
)
"""Attributes of today and of older specifications (RFC 2109, RFC 2965), in lower case."""
_RESEMBLANCE = 0.75
_FLAGS = frozenset({"secure", "httponly", "partitioned"})


def breach(
    match: Match,
    message: str,
    *,
    expected: str,
    fix: str,
    severity: Severity | None = None,
    key: str = "",
    law: str = "",
) -> Breach:
    """A breach about ``match``: the evidence as ``actual``, the matched entry as the place in the catalogue.

    ``law`` is the law of consent that is broken, for a rule that is a matter of consent over time.
    """
    return Breach(
        message,
        expected=expected,
        actual=shown(match.observation),
        fix=fix,
        severity=severity,
        location=match.item.location if match.item else None,
        key=key,
        law=str(law),
    )


def shown(observation: Observation) -> str:
    """The evidence in one line, never its value: ``_ga=<27 bytes>; Max-Age=63072000; Path=/``."""
    if observation.set_cookie is not None:
        return shown_header(observation.set_cookie, observation.value_length)
    pair = f"{printable(observation.name)}={_length(observation.value, observation.value_length)}"
    if observation.kind is StorageKind.COOKIE:
        return f"{pair}, a cookie" + (f" set by a {observation.set_by.value}" if observation.set_by else "")
    return f"{pair} in {observation.kind.value}"


def shown_header(cookie: SetCookie, value_length: int | None = None) -> str:
    """A Set-Cookie header as it was sent, with its value as a length: ``value_length``, where it is known otherwise.

    Attributes show, save what may be part of a value after all: the names of unknown attributes, and in a folded header
    every text that is neither a number nor a word of the syntax.
    """
    folded = any(anomaly.kind is AnomalyKind.FOLDED for anomaly in cookie.anomalies)
    parts = [f"{printable(cookie.name)}={_length(cookie.value, value_length)}"]
    parts += [_attribute(name, value, folded) for name, value in cookie.attributes]
    return "; ".join(parts)


def printable(text: str) -> str:
    """``text`` on one line and of bearable length, what is not printable as escapes."""
    safe = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text[: _SHOWN_LENGTH + 1])
    return safe if len(safe) <= _SHOWN_LENGTH else f"{safe[:_SHOWN_LENGTH]}..."


def detail_of(anomaly: Anomaly) -> str:
    """What an anomaly is about. An unknown attribute shows only where it resembles a known one: it may be value."""
    detail = printable(anomaly.detail)
    if anomaly.kind is not AnomalyKind.UNKNOWN_ATTRIBUTE or detail.startswith("<"):
        return detail
    resembled = get_close_matches(detail.lower(), _ATTRIBUTES, 1, _RESEMBLANCE)
    return detail if resembled else f"<{_octets(detail)} octets>"


def listed(words: Iterable[str], conjunction: str = "and") -> str:
    """``'a', 'b' and 'c'``."""
    quoted = [f"'{word}'" for word in words]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {conjunction} {quoted[-1]}"


def _attribute(name: str, value: str, folded: bool) -> str:
    known = name.lower()
    if known in _FLAGS:
        return f"{name}={_length(value, None)}" if value else name
    if known in _ALWAYS_SHOWN and _HARMLESS.fullmatch(value):
        return f"{name}={value}"
    if known in _SHOWN and not folded:
        return f"{name}={printable(value)}"
    if known in _SHOWN or known in _ALWAYS_SHOWN:
        return f"{name}={_length(value, None)}"
    return f"<attribute of {_count(_octets(name) + _octets(value))}>"


def _length(value: str | None, length: int | None) -> str:
    known = length if length is not None or value is None else _octets(value)
    return "<unknown length>" if known is None else f"<{_count(known)}>"


def _count(octets: int) -> str:
    return f"{octets} byte{'' if octets == 1 else 's'}"


def _octets(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
