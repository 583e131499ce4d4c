"""The version is written into the record, and nobody reads it.

A new purpose was added to the catalogue, and its version counted up. The record of the choice has held the version
from the start, for this very case; the check was to come later. Who agreed last year has agreed to everything.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gallery.parts import Settings, accept, decide, page_for, read_choice, settle
from gallery.plain import categories_in
from gallery.reader import Reader
from policycheck.testing import StarletteDriver

LAW = "revision-returns-to-unset"
SHORTEST = "grant('functional'); revise('1+1'); visit('/')"


def create_app(settings: Settings) -> Starlette:
    """Build the site."""

    async def page(request: Request) -> Response:
        choice = read_choice(request.cookies)
        if choice is not None and choice.seconds_left <= 0:  # the bug: choice.version is not looked at
            choice = None
        answer = HTMLResponse(page_for(choice))
        settle(answer, request.cookies, choice)
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
