"""What a browser and a server say by the machine's clock, put to the time of a device that was moved ahead."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from policycheck.capture.browser.moved import cookies_at, response_at, seconds_ahead
from policycheck.jar.cookie import StoredCookie
from policycheck.model.observation import HttpExchange
from policycheck.wire import parse_cookie_date

DAY = 86_400.0


def exchange(date: float | None, *cookies: bytes) -> HttpExchange:
    said = None if date is None else formatdate(date, usegmt=True)
    return HttpExchange("GET", "https://shop.example/", 200, set_cookie=cookies, date=said)


def expires(moment: float) -> bytes:
    return f"a=1; Path=/; expires={formatdate(moment, usegmt=True)}; Secure".encode()


def test_less_than_an_hour_is_no_move() -> None:
    assert seconds_ahead(time.time() + 3500) == 0
    assert seconds_ahead(time.time() - 9 * DAY) == 0
    assert seconds_ahead(time.time() + DAY) == pytest.approx(DAY, abs=1)


def test_a_server_by_the_machines_clock_is_put_ahead() -> None:
    now = time.time()
    later = response_at(exchange(now, expires(now + DAY), b"b=1; Max-Age=60"), now + 30 * DAY)
    assert parse_cookie_date(str(later.date)) == pytest.approx(now + 30 * DAY, abs=2)
    first, second = later.set_cookie
    assert second == b"b=1; Max-Age=60"
    assert isinstance(first, bytes)
    assert first.startswith(b"a=1; Path=/; expires=")
    assert first.endswith(b" GMT; Secure")
    assert parse_cookie_date(first.split(b"expires=")[1].split(b";")[0].decode()) == pytest.approx(
        now + 31 * DAY, abs=2
    )


def test_a_deletion_stays_one() -> None:
    now = time.time()
    gone = expires(0)
    assert response_at(exchange(now, gone), now + 30 * DAY).set_cookie == (gone,)


@pytest.mark.parametrize("date", [None, 30 * DAY, 29 * DAY])
def test_a_server_that_was_moved_as_well_stays(date: float | None) -> None:
    now = time.time()
    said = exchange(None if date is None else now + date, expires(now + 31 * DAY))
    assert response_at(said, now + 30 * DAY) is said


def test_cookies_end_by_the_devices_clock() -> None:
    now = time.time()

    def cookie(end: float | None) -> StoredCookie:
        return StoredCookie("a", "1", "shop.example", True, "/", end, True, False, None, None, now, now)

    kept, session = cookies_at((cookie(now + DAY), cookie(None)), now + 30 * DAY)
    assert kept.expiry_time == pytest.approx(now + 31 * DAY, abs=1)
    assert session.expiry_time is None
    assert cookies_at((cookie(now + DAY),), now)[0].expiry_time == now + DAY
