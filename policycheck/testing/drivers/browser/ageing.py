"""Letting a browser's cookies grow old: Chromium ends them by the machine's clock, which a journey cannot move.

So it is done the other way round: each end comes so many seconds nearer, and a cookie whose end is past is gone. A
session cookie has no end and stays.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

_KEPT = (
    "name",
    "value",
    "domain",
    "path",
    "secure",
    "httpOnly",
    "sameSite",
    "priority",
    "partitionKey",
)
"""What Network.setCookies takes of what Network.getAllCookies gives (DevTools protocol, Network.CookieParam)."""
_PAST = 1.0
"""An end in 1970: setting a cookie with it takes the cookie away."""


def age_cookies(session: Any, seconds: float) -> int:
    """Bring the end of each cookie of the browser context ``seconds`` nearer. Returns how many have ended by that.

    ``session`` is Playwright's ``CDPSession`` of a page of the context.
    """
    found: list[Mapping[str, Any]] = session.send("Network.getAllCookies")["cookies"]
    now = time.time()
    aged = [_aged(cookie, seconds, now) for cookie in found if not cookie["session"]]
    if aged:
        session.send("Network.setCookies", {"cookies": aged})
    return sum(cookie["expires"] == _PAST for cookie in aged)


def _aged(cookie: Mapping[str, Any], seconds: float, now: float) -> dict[str, Any]:
    end = cookie["expires"] - seconds
    return {name: cookie[name] for name in _KEPT if name in cookie} | {"expires": end if end > now else _PAST}
