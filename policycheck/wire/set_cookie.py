"""The only interpreter of Set-Cookie headers: RFC 6265bis, 5.6, and a note of everything that a careful server avoids."""

from __future__ import annotations

import re
from typing import cast

from policycheck.model.cookie import Anomaly, AnomalyKind, SameSite, SetCookie
from policycheck.wire.dates import parse_cookie_date
from policycheck.wire.folding import looks_folded

MAX_PAIR_OCTETS = 4096
MAX_ATTRIBUTE_OCTETS = 1024
_BYTES_PER_CHARACTER = 4

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_MAX_AGE = re.compile(r"-?[0-9]+")
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z_-]{0,23}")
_PLAIN_NUMBER = re.compile(r"[-+0-9.]{1,16}")
_SAME_SITE: dict[str, SameSite] = {"lax": "Lax", "strict": "Strict", "none": "None"}

# One bit an attribute, so that "seen before?" and the flags cost one operation each.
_EXPIRES, _MAX_AGE_BIT, _DOMAIN, _PATH, _SECURE, _HTTP_ONLY, _SAME_SITE_BIT, _PARTITIONED = (1 << n for n in range(8))
_BITS = {
    "expires": _EXPIRES,
    "max-age": _MAX_AGE_BIT,
    "domain": _DOMAIN,
    "path": _PATH,
    "secure": _SECURE,
    "httponly": _HTTP_ONLY,
    "samesite": _SAME_SITE_BIT,
    "partitioned": _PARTITIONED,
}
_FLAGS = _SECURE | _HTTP_ONLY | _PARTITIONED
_NAMES = {
    _EXPIRES: "Expires",
    _MAX_AGE_BIT: "Max-Age",
    _DOMAIN: "Domain",
    _PATH: "Path",
    _SECURE: "Secure",
    _HTTP_ONLY: "HttpOnly",
    _SAME_SITE_BIT: "SameSite",
    _PARTITIONED: "Partitioned",
}


def _whole_attributes() -> dict[str, tuple[int, tuple[str, str], str]]:
    """The attributes that nearly every header repeats, spelled as servers spell them, with their reading."""
    table: dict[str, tuple[int, tuple[str, str], str]] = {}
    for text in ("Path=/", "Secure", "HttpOnly", "Partitioned", "SameSite=Lax", "SameSite=Strict", "SameSite=None"):
        name, equals, value = text.partition("=")
        for spelled_name in (name, name.lower(), name.capitalize()):
            for spelled_value in (value, value.lower()):
                reading = (_BITS[name.lower()], (spelled_name, spelled_value), value)
                table[f" {spelled_name}{equals}{spelled_value}"] = reading
                table[f"{spelled_name}{equals}{spelled_value}"] = reading
    return table


_WHOLE = _whole_attributes()


def parse_set_cookie(raw: bytes | str) -> SetCookie:
    """Read one Set-Cookie header value as browsers do. Never raises, in time linear in the length.

    Bytes are read as UTF-8, and as ISO 8859-1 where they are not that. Text is taken as it is: give bytes where the
    octets are at hand, since sizes are counted in UTF-8. A cookie that browsers ignore whole is returned too, with the
    anomaly that says why (``CONTROL_CHARACTER``, ``EMPTY``, ``OVERSIZED``); the jar refuses it.
    """
    anomalies: list[Anomaly] = []
    if isinstance(raw, str):
        text = raw
    else:
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
            anomalies.append(Anomaly(AnomalyKind.UNDECODABLE, "read as ISO 8859-1, since it is not UTF-8"))
    pair, *rest = text.split(";")
    name, equals, value = pair.partition("=")
    if equals:
        name = name.strip(" \t")
        value = value.strip(" \t")
    else:
        name, value = "", name.strip(" \t")
    plain = text.isascii()
    if not name or not plain or not text.isprintable() or len(text) > MAX_ATTRIBUTE_OCTETS or "," in pair:
        _look_closely(text, pair, name, value, anomalies)
    max_octets = MAX_ATTRIBUTE_OCTETS if plain else MAX_ATTRIBUTE_OCTETS // _BYTES_PER_CHARACTER

    seen = 0
    expires = max_age = domain = path = same_site = None
    attributes: list[tuple[str, str]] = []
    for attribute in rest:
        whole = _WHOLE.get(attribute)
        if whole is not None:
            bit, named, known = whole
            attributes.append(named)
            if bit == _PATH:
                path = known
            elif bit == _SAME_SITE_BIT:
                same_site = known
        else:
            label, equals, content = attribute.partition("=")
            label = label.strip(" \t")
            content = content.strip(" \t")
            if not label and not content:
                continue
            attributes.append((label, content))
            bit = _BITS.get(label.lower(), 0) if label.isascii() else 0
            if len(content) > max_octets and octets(content) > MAX_ATTRIBUTE_OCTETS:
                anomalies.append(_oversized_attribute(bit, label, content))
                continue
            if bit == _EXPIRES:
                moment = parse_cookie_date(content)
                if moment is None:
                    anomalies.append(_bad(AnomalyKind.BAD_EXPIRES, "Expires", "is no cookie date", content))
                else:
                    expires = moment
            elif bit == _MAX_AGE_BIT:
                if _MAX_AGE.fullmatch(content):
                    max_age = int(content)
                else:
                    anomalies.append(_bad(AnomalyKind.BAD_MAX_AGE, "Max-Age", "is no whole number", content))
            elif bit == _DOMAIN:
                domain = ascii_lower(content.removeprefix("."))
            elif bit == _PATH:
                path = content if content[:1] == "/" else None
            elif bit == _SAME_SITE_BIT:
                same_site = _SAME_SITE.get(ascii_lower(content))
            _look_at_attribute(bit, label, content, anomalies)
        if seen & bit:
            anomalies.append(Anomaly(AnomalyKind.REPEATED_ATTRIBUTE, _NAMES[bit]))
        seen |= bit
    return SetCookie(
        name,
        value,
        expires,
        max_age,
        domain or None,
        path,
        bool(seen & _SECURE),
        bool(seen & _HTTP_ONLY),
        cast("SameSite | None", same_site),
        bool(seen & _PARTITIONED),
        tuple(attributes),
        tuple(anomalies),
        text,
    )
