"""A site with a consent banner, as a plain WSGI application with knobs: each knob breaks one thing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import pytest

from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.loading import load_catalogue
from policycheck.testing import WsgiDriver

DAY = 86_400
ITEMS = [
    {"name": "login", "kind": "cookie", "category": "necessary", "retention": "session"},
    {"name": "choice", "kind": "cookie", "category": "necessary", "retention": "6 months", "remembersChoice": True},
    {"name": "_ga", "kind": "cookie", "category": "analytics", "retention": "13 months"},
    {"name": "ad", "kind": "cookie", "category": "marketing", "retention": "3 months"},
]


def build_catalogue(**changes: Any) -> Catalogue:
    """The catalogue of the site."""
    document = {"catalogue": 1, "id": "site", "version": "1", "consent": {"validity": "6 months"}, "items": ITEMS}
    text = json.dumps({**document, **changes})
    return load_catalogue("catalogue.json", opener=lambda location: text.encode())


class Site:
    """The application. ``bug`` says what is wrong with it."""

    def __init__(self, bug: str = "") -> None:
        self.bug = bug
        self.version = "1"
        self.seen = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        cookies = dict(pair.split("=", 1) for pair in environ.get("HTTP_COOKIE", "").split("; ") if "=" in pair)
        headers: list[tuple[str, str]] = []

        def set_cookie(name: str, value: str, age: int | None = None, path: str = "/") -> None:
            life = "" if age is None else f"; Max-Age={age}"
            headers.append(("Set-Cookie", f"{name}={value}{life}; Path={path}; Secure"))

        if environ["REQUEST_METHOD"] == "POST":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
            granted = set(parse_qs(body).get("c", []))
            self._chosen(granted, cookies, set_cookie)
            start_response("303 See Other", [*headers, ("Location", "/")])
            return [b""]
        granted = set(cookies.get("choice", "").split("-")) if self._counts(cookies) else set()
        self.seen += 1
        if "login" not in cookies:
            set_cookie("login", "me")
        if "analytics" in granted:
            count = self.seen if self.bug == "counts" else 1
            set_cookie("_ga", str(count), 100 * DAY)
        if "marketing" in granted or self.bug == "early":
            set_cookie("ad", "1", 30 * DAY)
        if self.bug == "crash" and granted >= {"marketing", "analytics"}:
            raise ZeroDivisionError("the application's own")
        start_response("200 OK", [*headers, ("Content-Type", "text/html")])
        return [b"hello" if self._counts(cookies) else b"banner"]

    def _counts(self, cookies: dict[str, str]) -> bool:
        return "choice" in cookies and (self.version == "1" or f"v{self.version}" in cookies["choice"])

    def _chosen(self, granted: set[str], cookies: dict[str, str], set_cookie: Callable[..., None]) -> None:
        before = set(cookies.get("choice", "").split("-"))
        if self.bug == "toggle" and granted <= before:
            granted = set()
        words = [*sorted(granted), *([f"v{self.version}"] if self.version != "1" else [])]
        set_cookie("choice", "-".join(words) or "none", (600 if self.bug == "forgets" else 180 * DAY))
        if "analytics" not in granted and self.bug != "erase":
            set_cookie("_ga", "", 0, "/shop" if self.bug == "path" else "/")
        if "marketing" not in granted:
            set_cookie("ad", "", 0)
        if self.bug == "order" and granted == {"marketing"}:
            set_cookie("ad", "1", 30 * DAY)


class SiteDriver(WsgiDriver):
    """A visitor of the site, who has every ability."""

    pages = ("/", "/tea")
    bug = ""

    def __init__(self) -> None:
        self.site = Site(self.bug)
        super().__init__(self.site)
        self.actions = {"look": lambda driver: driver.get("/tea")}

    def choose(self, granted: frozenset[str]) -> None:
        self.post("/consent", {"c": sorted(granted)})

    def asked(self) -> bool:
        return "banner" in self.page.text

    def revise(self, version: str) -> None:
        self.site.version = version


class BareDriver:
    """A driver with what the protocol asks for and nothing else: it does nothing, and records nothing."""

    pages = ("/",)

    def start(self, recorder: Any, clock: Any) -> None:
        pass

    def visit(self, page: str) -> None:
        pass

    def choose(self, granted: frozenset[str]) -> None:
        pass

    def close(self) -> None:
        pass


def driver_with(bug: str) -> type[SiteDriver]:
    """A class of drivers for the site with one bug."""
    return type("BrokenDriver", (SiteDriver,), {"bug": bug})


@pytest.fixture
def site() -> Any:
    """The functions and classes above, for tests: they cannot be imported from here."""
    return type(
        "Kit",
        (),
        {
            "catalogue": staticmethod(build_catalogue),
            "Driver": SiteDriver,
            "BareDriver": BareDriver,
            "driver_with": staticmethod(driver_with),
        },
    )
