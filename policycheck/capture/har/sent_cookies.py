"""Cookies that a request carries and that no response set: the only sign in a HAR of what scripts write.

A HAR sees neither ``document.cookie`` nor what lay on the device before the recording began. Both show in the Cookie
headers of later requests, without saying which of the two it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from policycheck.capture.har.members import Message, objects, text
from policycheck.jar.addresses import party_of, place_of_url, site_of
from policycheck.model.observation import HttpExchange, Observation, Source
from policycheck.model.request import SentRequest
from policycheck.model.storage import StorageKind
from policycheck.wire import parse_set_cookie

MANNER = "in a Cookie header, set by a script or before the recording"


_ALONE, _BELOW = "=", "*."
"""Whose the cookies are: of a host alone, or, where nobody knows, somewhere below a registrable domain."""


@dataclass(slots=True)
class _Known:
    values: set[str] = field(default_factory=set[str], repr=False)
    by_server: bool = False


class SentCookies:
    """Tells which cookies of a request are news, for one device. Values are compared in memory, and kept nowhere."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], _Known] = {}

    def received(self, exchange: HttpExchange, moment: float) -> None:
        """Take in what a response set at ``moment``. A deletion makes the name unknown again."""
        if not exchange.set_cookie or (place := place_of_url(exchange.url)) is None:
            return
        for raw in exchange.set_cookie:
            cookie = parse_set_cookie(raw)
            key = (cookie.name, cookie.domain or f"{_ALONE}{place.host}")
            known = self._known.setdefault(key, _Known(by_server=True))
            known.by_server = True
            ends = cookie.expires if cookie.max_age is None else moment + cookie.max_age
            if ends is None or ends > moment:
                known.values.add(cookie.value)
            else:
                known.values.clear()

    def news(self, sent: SentRequest, carried: list[tuple[str, str]], adapter: str) -> tuple[Observation, ...]:
        """The cookies among ``carried``, names with values, that nobody is known to have set to this value."""
        if not carried or (place := place_of_url(sent.url)) is None:
            return ()
        found: list[Observation] = []
        above = _hosts(place.host)
        site = site_of(place.host)
        for name, value in carried:
            by_server = [known for host in above if (known := self._known.get((name, host))) and known.by_server]
            if any(value in known.values for known in by_server):
                continue
            known = by_server[0] if by_server else self._known.setdefault((name, f"{_BELOW}{site}"), _Known())
            if value in known.values:
                continue
            if not known.by_server:
                known.values.clear()  # a choice may be made, taken back, and made again
            known.values.add(value)
            found.append(
                Observation(
                    StorageKind.COOKIE,
                    name,
                    source=Source(adapter, url=sent.url, page=sent.page, manner=MANNER),
                    value=value,
                    value_length=len(value.encode("utf-8", "surrogatepass")),
                    host=place.host,
                    secure_origin=place.trustworthy,
                    set_by=None,
                    party=party_of(place, sent.page),
                )
            )
        return tuple(found)


def carried_cookies(request: Message) -> list[tuple[str, str]]:
    """Names and values of the cookies of a request: of its headers, else of the list beside them."""
    lines = request.headers("cookie")
    if not lines:
        return [(text(cookie, "name"), text(cookie, "value")) for cookie in objects(request.members, "cookies")]
    pairs = [part.strip(" \t\r\n").partition("=") for line in lines for part in line.split(";")]
    return [(name, value) if equals else ("", name) for name, equals, value in pairs if name or equals]


def _hosts(host: str) -> list[str]:
    """Whose cookies a host gets: its own, and those of the names above it."""
    labels = host.split(".")
    return [f"{_ALONE}{host}", *(".".join(labels[start:]) for start in range(len(labels)))]
