"""The attributes of a Set-Cookie header: RFC 6265bis, 5.6, the second list of steps and its subsections."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from policycheck.model.cookie import Anomaly, AnomalyKind
from policycheck.wire.dates import LENGTH_OF_FIXED_DATE, parse_cookie_date
from policycheck.wire.folding import looks_folded
from policycheck.wire.text import ascii_lower, octets

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_ATTRIBUTE_OCTETS = 1024

Value: TypeAlias = str | int | float | bool
Reading: TypeAlias = tuple[str, tuple[str, str], Value]
"""The attribute in its own spelling, its name and value as they were sent, and the value that counts."""

_NEGATIVE = re.compile(r"-[0-9]+")
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z_-]{0,23}")
_PLAIN_NUMBER = re.compile(r"[-+0-9.]{1,16}")
_SAME_SITE = {"lax": "Lax", "strict": "Strict", "none": "None"}


def read_attribute(
    text: str, safe_length: int, attributes: list[tuple[str, str]], anomalies: list[Anomaly]
) -> Reading | None:
    """Read what stands between two semicolons; None when no browser heeds it.

    ``safe_length`` is the number of characters that cannot exceed the limit of 1,024 octets. What is odd goes to
    ``anomalies``; what is kept and not heeded goes to ``attributes``, where the caller puts the readings.
    """
    label, _, content = text.partition("=")
    content = content.strip(" \t")
    common = _COMMON.get(label)
    if common is not None:
        name, spelled, read = common
    else:
        name = label.strip(" \t")
        spelled, read = _KNOWN.get(ascii_lower(name), _UNKNOWN)
    if len(content) > safe_length and (size := octets(content)) > MAX_ATTRIBUTE_OCTETS:
        anomalies.append(Anomaly(AnomalyKind.OVERSIZED_ATTRIBUTE, f"{spelled or shown_name(name)}: {size} octets"))
    else:
        if "," in content and read is not _expires:
            _look_for_fold(content, anomalies)
        if read is not None:
            if content[:1] == '"':
                anomalies.append(Anomaly(AnomalyKind.QUOTED_ATTRIBUTE, spelled))
            value = read(content, spelled, anomalies)
            if value is not None:
                return spelled, (name, content), value
        elif name or content:
            anomalies.append(Anomaly(AnomalyKind.UNKNOWN_ATTRIBUTE, shown_name(name)))
    if name or content:
        attributes.append((name, content))
    return None


def shown_name(name: str) -> str:
    """An attribute's name where it is a plain word, else its length: after a stray ``;`` it is part of the value."""
    return name if _PLAIN_NAME.fullmatch(name) else f"<{octets(name)} octets>"


def _look_for_fold(content: str, anomalies: list[Anomaly]) -> None:
    if looks_folded(content):
        anomalies.append(Anomaly(AnomalyKind.FOLDED, "a comma in an attribute, and name= after it"))


def _expires(content: str, spelled: str, anomalies: list[Anomaly]) -> float | None:
    moment = parse_cookie_date(content)
    if moment is None:
        detail = f"{spelled} holds no cookie date ({octets(content)} octets)"
        anomalies.append(Anomaly(AnomalyKind.BAD_EXPIRES, detail))
    if moment is None or len(content) != LENGTH_OF_FIXED_DATE:
        _look_for_fold(content, anomalies)
    return moment


def _max_age(content: str, spelled: str, anomalies: list[Anomaly]) -> int | None:
    if (content.isdigit() and content.isascii()) or _NEGATIVE.fullmatch(content):
        return int(content)
    shown = content if _PLAIN_NUMBER.fullmatch(content) else f"{octets(content)} octets"
    anomalies.append(Anomaly(AnomalyKind.BAD_MAX_AGE, f"{spelled} is no whole number ({shown})"))
    return None


def _domain(content: str, spelled: str, anomalies: list[Anomaly]) -> str:
    domain = content[1:] if content[:1] == "." else content
    domain = domain.lower() if domain.isascii() else ascii_lower(domain)
    if not domain:
        anomalies.append(Anomaly(AnomalyKind.EMPTY_DOMAIN, spelled))
    return domain


def _path(content: str, spelled: str, anomalies: list[Anomaly]) -> str:
    if content[:1] == "/":
        return content
    anomalies.append(Anomaly(AnomalyKind.RELATIVE_PATH, f"{spelled} does not start with / ({octets(content)} octets)"))
    return ""


def _same_site(content: str, spelled: str, anomalies: list[Anomaly]) -> str:
    same_site = _SAME_SITE.get(ascii_lower(content), "")
    if not same_site:
        detail = f"{spelled} is none of Lax, Strict and None ({octets(content)} octets)"
        anomalies.append(Anomaly(AnomalyKind.BAD_SAME_SITE, detail))
    return same_site


def _flag(content: str, spelled: str, anomalies: list[Anomaly]) -> bool:
    if content:
        anomalies.append(Anomaly(AnomalyKind.VALUE_ON_FLAG, spelled))
    return True


_Reader: TypeAlias = "Callable[[str, str, list[Anomaly]], Value | None]"
_READERS: dict[str, _Reader] = {
    "Expires": _expires,
    "Max-Age": _max_age,
    "Domain": _domain,
    "Path": _path,
    "Secure": _flag,
    "HttpOnly": _flag,
    "SameSite": _same_site,
    "Partitioned": _flag,
}
_KNOWN: dict[str, tuple[str, _Reader | None]] = {spelled.lower(): (spelled, read) for spelled, read in _READERS.items()}
_UNKNOWN: tuple[str, _Reader | None] = ("", None)
_COMMON: dict[str, tuple[str, str, _Reader | None]] = {
    f"{space}{sent}": (sent, spelled, read)
    for spelled, read in _READERS.items()
    for sent in (spelled, spelled.lower())
    for space in (" ", "")
}
"""What usually stands before the equals sign, so that it need be neither trimmed nor folded."""


WHOLE: dict[str, Reading] = {
    f"{space}{sent_name}{equals}{sent_value}": (name, (sent_name, sent_value), value or True)
    for name, equals, value in (
        ("Path", "=", "/"),
        ("Secure", "", ""),
        ("HttpOnly", "", ""),
        ("Partitioned", "", ""),
        ("SameSite", "=", "Lax"),
        ("SameSite", "=", "Strict"),
        ("SameSite", "=", "None"),
    )
    for sent_name in (name, name.lower(), name.capitalize())
    for sent_value in (value, value.lower())
    for space in (" ", "")
}
"""Texts between semicolons that nearly every header repeats, read by looking them up; none of them is an anomaly."""
