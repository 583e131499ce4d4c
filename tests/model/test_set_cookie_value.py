"""The value of a parsed header: its end, and what it never shows."""

from __future__ import annotations

import pytest

from policycheck.model.cookie import Anomaly, AnomalyKind, SetCookie

FOLDED = (Anomaly(AnomalyKind.FOLDED, "said elsewhere"),)


@pytest.mark.parametrize(
    ("cookie", "expiry", "session", "deletes"),
    [
        (SetCookie("n", "v"), None, True, False),
        (SetCookie("n", "v", max_age=1), 1001.0, False, False),
        (SetCookie("n", "v", max_age=0), float("-inf"), False, True),
        (SetCookie("n", "v", max_age=-1), float("-inf"), False, True),
        (SetCookie("n", "v", max_age=10**299), 1e299, False, False),
        (SetCookie("n", "v", max_age=10**300), float("inf"), False, False),
        (SetCookie("n", "v", max_age=10**1023), float("inf"), False, False),
        (SetCookie("n", "v", expires=999.0), 999.0, False, True),
        (SetCookie("n", "v", expires=1000.0), 1000.0, False, True),
        (SetCookie("n", "v", expires=1000.5), 1000.5, False, False),
        (SetCookie("n", "v", expires=0.0), 0.0, False, True),
        (SetCookie("n", "v", expires=0.0, max_age=5), 1005.0, False, False),
        (SetCookie("n", "v", expires=5000.0, max_age=0), float("-inf"), False, True),
    ],
)
def test_the_end_of_a_cookie(cookie: SetCookie, expiry: float | None, session: bool, deletes: bool) -> None:
    assert (cookie.expiry_time(1000.0), cookie.session, cookie.deletes(1000.0)) == (expiry, session, deletes)


def test_host_only() -> None:
    assert SetCookie("n", "v").host_only is True
    assert SetCookie("n", "v", domain="example.com").host_only is False


@pytest.mark.parametrize(
    ("cookie", "shown"),
    [
        (SetCookie("n", "secret", raw="n=secret"), "SetCookie(name='n', value=<6 characters>)"),
        (
            SetCookie("n", "", 5.0, 0, "a.example", "/p", True, True, "Lax", True, (("Path", "/p"),), (), "n="),
            (
                "SetCookie(name='n', value=<0 characters>, expires=5.0, max_age=0, domain='a.example', path='/p', "
                "secure=True, http_only=True, same_site='Lax', partitioned=True)"
            ),
        ),
        (
            SetCookie(
                "n", "v", domain="a, s=secret", path="/, s=secret", same_site="None", max_age=5, anomalies=FOLDED
            ),
            (
                "SetCookie(name='n', value=<1 characters>, max_age=5, domain=<11 characters>, path=<11 characters>, "
                "same_site='None', anomalies=('folded',))"
            ),
        ),
        (
            SetCookie("", "v", path="/", anomalies=(Anomaly(AnomalyKind.NAMELESS, ""),)),
            "SetCookie(name='', value=<1 characters>, path='/', anomalies=('nameless',))",
        ),
    ],
)
def test_repr_shows_no_secret(cookie: SetCookie, shown: str) -> None:
    assert repr(cookie) == str(cookie) == shown


def test_equal_by_content_and_usable_in_sets() -> None:
    assert SetCookie("n", "v", path="/") == SetCookie("n", "v", path="/")
    assert SetCookie("n", "v") != SetCookie("n", "w")
    assert len({SetCookie("n", "v"), SetCookie("n", "v"), SetCookie("n", "w")}) == 2
