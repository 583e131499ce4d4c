"""A device whose clock a test has moved ahead, and a browser that keeps the machine's time.

A browser ends its cookies by the machine's clock, and a server dates its responses by its own. What they say is put to
the time of the device, so that a cookie for ten days has ten days before it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from email.utils import formatdate

from policycheck.jar.cookie import StoredCookie
from policycheck.model.observation import HttpExchange
from policycheck.wire import parse_cookie_date

MOVED = 3600.0
"""Seconds. Less is the time that things take, or two clocks that differ."""
_EXPIRES = re.compile(rb"(;[ \t]*expires[ \t]*=)([^;]*)", re.IGNORECASE)


def seconds_ahead(now: float) -> float:
    """By how many seconds a device at ``now`` is ahead of this machine, where somebody has moved its clock; else 0."""
    ahead = now - time.time()
    return ahead if ahead > MOVED else 0.0


def response_at(exchange: HttpExchange, now: float) -> HttpExchange:
    """``exchange`` as a server with the clock of the device would have dated it: Date, and each Expires to come.

    A Date that is nearer to ``now`` is by that clock already, since the test moved the server's too.
    """
    ahead = seconds_ahead(now)
    sent = parse_cookie_date(exchange.date) if exchange.date else None
    if not ahead or sent is None or abs(now - sent) < abs(now - ahead - sent):
        return exchange

    def later(found: re.Match[bytes]) -> bytes:
        end = parse_cookie_date(found[2].decode("latin-1"))
        return found[0] if end is None or end <= sent else found[1] + _date(end + ahead).encode()

    raw = (cookie.encode("latin-1", "replace") if isinstance(cookie, str) else cookie for cookie in exchange.set_cookie)
    return replace(exchange, date=_date(sent + ahead), set_cookie=tuple(_EXPIRES.sub(later, cookie) for cookie in raw))


def cookies_at(cookies: Sequence[StoredCookie], now: float) -> tuple[StoredCookie, ...]:
    """``cookies`` of a browser with their ends by the clock of the device."""
    ahead = seconds_ahead(now)
    return tuple(
        cookie if cookie.expiry_time is None else replace(cookie, expiry_time=cookie.expiry_time + ahead)
        for cookie in cookies
    )


def _date(moment: float) -> str:
    return formatdate(moment, usegmt=True)
