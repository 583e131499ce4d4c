"""Correct applications that a comparison once took for broken ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import pytest

from policycheck.consent.laws.names import LawName
from policycheck.testing import ConsentViolation, WsgiDriver, consent_journey

DAY = 86_400


class Counting:
    """Counts pages for statistics, erases with the first page after a denial, shows an offer with the nth page."""

    def __init__(self, offer_at: int = 0, *, remembers: bool = False) -> None:
        self.offer_at = offer_at
        self.pages = 0
        self.remembers = remembers

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        cookies = dict(pair.split("=", 1) for pair in environ.get("HTTP_COOKIE", "").split("; ") if "=" in pair)
        headers: list[tuple[str, str]] = []

        def set_cookie(name: str, value: str, age: int | None = None) -> None:
            life = "" if age is None else f"; Max-Age={age}"
            headers.append(("Set-Cookie", f"{name}={value}{life}; Path=/; Secure"))

        if environ["REQUEST_METHOD"] == "POST":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
            set_cookie("choice", "-".join(parse_qs(body).get("c", [])) or "none", 180 * DAY)
        else:
            self.pages += 1
            if self.pages == self.offer_at:
                set_cookie("login", "offered")
            if "analytics" in cookies.get("choice", ""):
                count = self.pages if self.remembers else int(cookies.get("_ga", "0")) + 1
                set_cookie("_ga", str(count), 30 * DAY)
            elif "_ga" in cookies:
                set_cookie("_ga", "", 0)
        start_response("200 OK", headers)
        return [b"page"]


def _driver(**how: Any) -> Callable[[], Any]:
    class Driver(WsgiDriver):
        pages = ("/", "/tea")

        def __init__(self) -> None:
            super().__init__(Counting(**how))

        def choose(self, granted: frozenset[str]) -> None:
            self.post("/consent", {"c": sorted(granted)})

    return Driver


def test_a_page_that_clears_up_after_a_withdrawal_is_no_collecting(site: Any) -> None:
    with consent_journey(site.catalogue(), _driver()) as visitor:
        visitor.grant("analytics")
        visitor.visit("/")
        visitor.visit("/")
        visitor.withdraw("analytics")
        visitor.visit("/tea")
        visitor.grant("analytics")
        visitor.visit("/")


def test_what_pages_after_the_clearing_up_collect_is_found(site: Any) -> None:
    with consent_journey(site.catalogue(), _driver(remembers=True)) as visitor:
        visitor.grant("analytics")
        visitor.withdraw("analytics")
        visitor.visit("/tea")
        visitor.visit("/tea")
        visitor.grant("analytics")
        with pytest.raises(ConsentViolation) as caught:
            visitor.visit("/")
    assert caught.value.laws == (LawName.REGRANT_STARTS_CLEAN,)


@pytest.mark.parametrize("number", [5, 6])
def test_what_comes_with_the_pages_does_not_come_from_the_second_grant(site: Any, number: int) -> None:
    with consent_journey(site.catalogue(), _driver(offer_at=number)) as visitor:
        visitor.grant("analytics")
        visitor.grant("analytics")
        comparison = visitor.steps[-1].comparison
    assert comparison is not None
    assert comparison.differences == ()


def test_a_way_of_its_own_is_what_withdrawing_is_measured_by(site: Any) -> None:
    class Links(site.Driver):  # type: ignore[misc]
        def grant_all(self) -> None:
            self.post("/consent", {"c": ["analytics", "marketing"]})

        def withdraw(self, category: str) -> None:
            self.post("/consent", {"c": ["marketing"] if category == "analytics" else ["analytics"]})

        def choose(self, granted: frozenset[str]) -> None:
            self.get("/")
            self.post("/consent", {"c": sorted(granted)})

    with consent_journey(site.catalogue(), Links) as visitor:
        visitor.grant_all()
        visitor.change(grant=["marketing"], deny=["analytics"])
