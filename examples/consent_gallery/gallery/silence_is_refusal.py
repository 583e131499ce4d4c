"""The first page that the server answers stores everything, since the site's defaults have not arrived yet.

The defaults of the banner ("nothing") come from a content management system and are kept in memory. While they are
on their way the tags see no setting at all, and take that for a yes. With a warm cache nobody can reproduce it.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gallery.parts import CATEGORIES, Settings, accept, decide, page_for, settle, store, valid_choice
from gallery.plain import categories_in
from gallery.reader import Reader
from policycheck.testing import StarletteDriver

LAW = "silence-is-refusal"
SHORTEST = "visit('/')"


def create_app(settings: Settings) -> Starlette:
    """Build the site, with a cold cache."""
    defaults: dict[str, tuple[str, ...]] = {}

    async def page(request: Request) -> Response:
        choice = valid_choice(request.cookies, settings.version)
        answer = HTMLResponse(page_for(choice))
        settle(answer, request.cookies, choice)
        if choice is None:
            # The bug: what is not known yet counts as granted.
            store(answer, request.cookies, None, granted=defaults.get("granted", CATEGORIES))
        defaults["granted"] = ()  # here they are
        return answer

    async def consent(request: Request) -> Response:
        answer = RedirectResponse("/", 303)
        accept(answer, decide(categories_in(await request.body()), settings.version))
        return answer

    return Starlette(routes=[Route("/", page), Route("/blog/", page), Route("/consent", consent, methods=["POST"])])


class Driver(Reader, StarletteDriver):
    """Drives it."""


def driver() -> Driver:
    """One reader, and a server that has just started."""
    settings = Settings()
    return Driver(create_app(settings), settings)
