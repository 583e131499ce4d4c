"""The only interpreter of Set-Cookie headers: RFC 6265bis, 5.6, and a note of all that a careful server avoids."""

from __future__ import annotations

from typing import Any

from policycheck.model.cookie import Anomaly, AnomalyKind, SetCookie
from policycheck.wire.attributes import MAX_ATTRIBUTE_OCTETS, WHOLE, read_attribute
from policycheck.wire.oddities import whole_header_anomalies

_OCTETS_PER_CHARACTER = 4


def parse_set_cookie(raw: bytes | str) -> SetCookie:
    """Read one Set-Cookie header value as browsers do. Never raises; takes time linear in the length.

    Bytes are read as UTF-8, and as ISO 8859-1 where they are not that. Text is taken as it is: give bytes where the
    octets are at hand, since sizes count octets of UTF-8. A cookie that browsers ignore whole is returned too, with the
    anomaly that says why (``CONTROL_CHARACTER``, ``EMPTY``, ``OVERSIZED``); the jar refuses it.
    """
    anomalies: list[Anomaly] = []
    text = raw if isinstance(raw, str) else _decode(raw, anomalies)
    rest = text.split(";")
    name, equals, value = rest.pop(0).partition("=")
    if not equals:
        name, value = "", name
    name = name.strip(" \t")
    value = value.strip(" \t")
    ascii_only = text.isascii()
    if not (name and ascii_only and text.isprintable() and len(text) <= MAX_ATTRIBUTE_OCTETS) or "," in value:
        anomalies += whole_header_anomalies(text, name, value)
    safe_length = MAX_ATTRIBUTE_OCTETS if ascii_only else MAX_ATTRIBUTE_OCTETS // _OCTETS_PER_CHARACTER
    attributes: list[tuple[str, str]] = []
    # The readers' own types hold what each attribute's value is; a table of eight types would cost more than it shows.
    values: dict[str, Any] = {}
    look_up = WHOLE.get
    for attribute in rest:
        reading = look_up(attribute) or read_attribute(attribute, safe_length, attributes, anomalies)
        if reading is not None:
            label, named, content = reading
            if label in values:
                anomalies.append(Anomaly(AnomalyKind.REPEATED_ATTRIBUTE, label))
            values[label] = content
            attributes.append(named)
    last = values.get
    return SetCookie(
        name,
        value,
        last("Expires"),
        last("Max-Age"),
        last("Domain") or None,
        last("Path") or None,
        "Secure" in values,
        "HttpOnly" in values,
        last("SameSite") or None,
        "Partitioned" in values,
        tuple(attributes),
        tuple(anomalies),
        text,
    )


def _decode(raw: bytes, anomalies: list[Anomaly]) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        anomalies.append(Anomaly(AnomalyKind.UNDECODABLE, "read as ISO 8859-1"))
        return raw.decode("latin-1")
