"""What a Set-Cookie header said, in an observations file that keeps no values: read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from email.utils import formatdate
from typing import Any, cast, get_args

from policycheck.capture import members as m
from policycheck.capture.members import LATEST, Members
from policycheck.model.cookie import Anomaly, AnomalyKind, SameSite, SetCookie

_ATTRIBUTES = ("expires", "maxAge", "domain", "path", "secure", "httpOnly", "sameSite", "partitioned")
COOKIE = (*_ATTRIBUTES, "anomalies")
_SPELT = {
    "expires": "Expires",
    "maxAge": "Max-Age",
    "domain": "Domain",
    "path": "Path",
    "secure": "Secure",
    "httpOnly": "HttpOnly",
    "sameSite": "SameSite",
    "partitioned": "Partitioned",
}
_KEYS = {spelt.lower(): key for key, spelt in _SPELT.items()}


def read_cookie(fields: Members, name: str) -> SetCookie | None:
    """The header of the cookie ``name``, as ``cookie`` says it, without its value; None where there is no member."""
    inner = fields.within("cookie", COOKIE, "a cookie")
    if inner is None:
        return None
    said = {
        "expires": inner.value("expires", _expires),
        "maxAge": inner.value("maxAge", m.whole),
        "domain": inner.value("domain", m.name),
        "path": inner.value("path", m.name),
        "secure": inner.value("secure", m.flag),
        "httpOnly": inner.value("httpOnly", m.flag),
        "sameSite": inner.value("sameSite", m.one_of(get_args(SameSite))),
        "partitioned": inner.value("partitioned", m.flag),
    }
    return SetCookie(
        name=name,
        value="",
        expires=said["expires"],
        max_age=said["maxAge"],
        domain=said["domain"],
        path=said["path"],
        secure=bool(said["secure"]),
        http_only=bool(said["httpOnly"]),
        same_site=cast("SameSite | None", said["sameSite"]),
        partitioned=bool(said["partitioned"]),
        attributes=tuple(_attributes(inner.members, said)),
        anomalies=inner.value("anomalies", _anomalies) or (),
    )


def written_cookie(cookie: SetCookie, detail: Callable[[Anomaly], str]) -> dict[str, Any]:
    """The member that says ``cookie`` without its value, its attributes in the order of the header.

    Of a folded header neither Domain nor Path is written: either may hold the next cookie with its value. ``detail``
    is what may be written of an oddity.
    """
    folded = any(anomaly.kind is AnomalyKind.FOLDED for anomaly in cookie.anomalies)
    said: dict[str, Any] = {
        "expires": cookie.expires,
        "maxAge": cookie.max_age,
        "domain": None if folded else cookie.domain,
        "path": None if folded else cookie.path,
        "secure": cookie.secure or None,
        "httpOnly": cookie.http_only or None,
        "sameSite": cookie.same_site,
        "partitioned": cookie.partitioned or None,
    }
    order = dict.fromkeys(key for name, _ in cookie.attributes if (key := _KEYS.get(name.lower())) is not None)
    written = {key: said[key] for key in dict.fromkeys((*order, *said)) if said[key] is not None}
    if cookie.anomalies:
        written["anomalies"] = [{"kind": one.kind.value, "detail": detail(one)} for one in cookie.anomalies]
    return written


def hidden_detail(anomaly: Anomaly) -> str:
    """What may be written of an oddity by whoever cannot tell a misspelt attribute from a piece of a value."""
    if anomaly.kind is not AnomalyKind.UNKNOWN_ATTRIBUTE or anomaly.detail.startswith("<"):
        return anomaly.detail
    return f"<{len(anomaly.detail.encode('utf-8', 'surrogatepass'))} octets>"


def _attributes(order: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in order:
        value = said.get(key)
        if value is None or value is False:
            continue
        if key == "expires":
            shown = formatdate(value, usegmt=True) if 0 <= value <= LATEST else f"{value:.0f}"
        else:
            shown = "" if value is True else str(value)
        yield _SPELT[key], shown


def _expires(value: Any) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= LATEST:
        return float(value)
    return m.moment(value)


def _anomalies(value: Any) -> tuple[Anomaly, ...]:
    entries = cast("list[object]", value) if isinstance(value, list) else [None]
    found = tuple(map(_anomaly, entries))
    if None in found:
        raise ValueError("must be a list of objects with kind and detail, texts both")
    return cast("tuple[Anomaly, ...]", found)


def _anomaly(entry: object) -> Anomaly | None:
    if not isinstance(entry, dict):
        return None
    told = cast("dict[str, object]", entry)
    kind, detail = told.get("kind"), told.get("detail", "")
    if not isinstance(kind, str) or kind not in set(AnomalyKind) or not isinstance(detail, str):
        return None
    return None if told.keys() - {"kind", "detail"} else Anomaly(AnomalyKind(kind), detail)
