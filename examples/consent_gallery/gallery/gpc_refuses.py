"""Global Privacy Control is ignored: the opt-out page works, and the browser's signal reaches nobody.

In California everything may be stored until the visitor objects. Objecting is possible by the site's own form and by
``Sec-GPC: 1``, which the browser sends for the visitor with each request. The site knows its form alone.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gallery.parts import CATEGORIES, Settings, accept, decide, erase, html, store, valid_choice
from gallery.plain import categories_in
from gallery.reader import Reader
from policycheck.testing import StarletteDriver

LAW = "gpc-refuses"
SHORTEST = "gpc_on(); visit('/')"
PROFILE = "US-CA"


def create_app(settings: Settings) -> Starlette:
    """Build the site."""

    async def page(request: Request) -> Response:
        choice = valid_choice(request.cookies, settings.version)
        # The bug: request.headers.get("sec-gpc") is not looked at.
        allowed = choice.granted if choice else frozenset(CATEGORIES)
        answer = HTMLResponse(html(allowed))
        erase(answer, keep=allowed)
        store(answer, request.cookies, choice, granted=allowed)
        return answer

    async def consent(request: Request) -> Response:
        answer = RedirectResponse("/", 303)
        accept(answer, decide(categories_in(await request.body()), settings.version))
        return answer

    return Starlette(routes=[Route("/", page), Route("/blog/", page), Route("/consent", consent, methods=["POST"])])


class Driver(Reader, StarletteDriver):
    """Drives it."""


def driver() -> Driver:
    """One reader, and the site."""
    settings = Settings()
    return Driver(create_app(settings), settings)
