"""Attributes that browsers ignore or read otherwise than their author meant, for RET004 and ATT007."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from policycheck.testing.strategies.demands import Demands, promises_of
from policycheck.testing.strategies.scene import SENT
from policycheck.testing.strategies.spelling import LAST_MOMENT, Cookie, dates

_BAD_MAX_AGES = ("Max-Age=", "Max-Age=3600.5", "Max-Age=1e3", "Max-Age=+60", "max-age=1 hour", "MAX-AGE=session")
_BAD_DATES = ("Expires=0", "Expires=-1", "Expires=in a week", "expires=Wed, 32 Oct 2026 07:28:00 GMT", "EXPIRES=never")
_UNKNOWN = ("Version=1", "Comment=shop", "SameParty", "Http-Only", f"Comment={'x' * 1_025}")


def without_lifetime(demands: Demands, cookie: Cookie) -> list[st.SearchStrategy[Cookie]]:
    """Cookies whose header says how long they stay, in forms that browsers ignore."""
    bare = replace(cookie, seconds=None)
    one = st.sampled_from(_BAD_MAX_AGES + _BAD_DATES).map(lambda bad: (bad,))
    both = st.tuples(st.sampled_from(_BAD_MAX_AGES), st.sampled_from(_BAD_DATES))
    return [(one | both).map(lambda bad: replace(bare, extra=bare.extra + bad))]


def malformed(demands: Demands, cookie: Cookie) -> list[st.SearchStrategy[Cookie]]:
    """Cookies that are stored, with something in their header that browsers ignore or read otherwise."""
    asked = demands.item.attributes
    free_path = asked.path in {None, "/"} and not promises_of(cookie.name).of_host
    found = [st.sampled_from(_UNKNOWN).map(lambda unknown: _with(cookie, unknown))]
    if cookie.domain is None:
        found.append(st.just(_with(cookie, "Domain=")))
    if cookie.secure:
        found.append(
            st.sampled_from(["Secure=true", "secure=1"]).map(lambda flag: _with(replace(cookie, secure=False), flag))
        )
        found.append(st.just(_with(cookie, "Secure")))
    if cookie.http_only:
        found.append(st.just(_with(replace(cookie, http_only=False), "HttpOnly=true")))
    if cookie.path is not None:
        found.append(st.just(_with(cookie, f"Path={cookie.path}")))
    if free_path:
        wrong = st.sampled_from(["Path=app", 'Path="/"', "Path=/, other=1"])
        found.append(wrong.map(lambda path: _with(replace(cookie, path=None), path)))
    if asked.same_site is None and not demands.scene.cross_site:
        found.append(st.just(_with(replace(cookie, same_site=None), "SameSite=Relaxed")))
    if cookie.seconds is not None and SENT + cookie.seconds <= LAST_MOMENT:
        bare = replace(cookie, seconds=None)
        ends = dates(SENT + cookie.seconds)
        found.append(ends.map(lambda end: _with(bare, f"Expires={end}", "Max-Age=1.5")))
    return found


def _with(cookie: Cookie, *extra: str) -> Cookie:
    return replace(cookie, extra=cookie.extra + extra)
