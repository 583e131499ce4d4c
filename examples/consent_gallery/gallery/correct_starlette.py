"""The magazine as it should be, with Starlette."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gallery.parts import Settings, accept, decide, page_for, settle, valid_choice
from gallery.plain import categories_in
from gallery.reader import Reader
from policycheck.testing import StarletteDriver


def create_app(settings: Settings) -> Starlette:
    """Build the site."""

    async def page(request: Request) -> Response:
        choice = valid_choice(request.cookies, settings.version)
        answer = HTMLResponse(page_for(choice))
        settle(answer, request.cookies, choice)
        return answer

    async def consent(request: Request) -> Response:
        answer = RedirectResponse("/", 303)
        accept(answer, decide(categories_in(await request.body()), settings.version))
        return answer

    return Starlette(
        routes=[Route("/", page), Route("/blog/", page), Route("/consent", consent, methods=["POST"])],
    )


class Driver(Reader, StarletteDriver):
    """Drives it."""


def driver() -> Driver:
    """One reader, and the site."""
    settings = Settings()
    return Driver(create_app(settings), settings)
