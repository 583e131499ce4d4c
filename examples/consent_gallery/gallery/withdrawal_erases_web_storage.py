"""A withdrawal deletes the cookies and forgets the web storage.

The server deletes what it can see. What the advertisements' script keeps in localStorage no header reaches, and the
page's own script clears it for new visitors alone. Consent is asked for both alike (ePrivacy Directive Art. 5(3)).
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gallery.parts import Settings, accept, decide, html, settle, valid_choice
from gallery.plain import categories_in
from gallery.reader import Reader
from policycheck.testing import StarletteDriver

LAW = "withdrawal-erases"
SHORTEST = "grant('marketing'); withdraw('marketing'); visit('/')"


def create_app(settings: Settings) -> Starlette:
    """Build the site."""

    async def page(request: Request) -> Response:
        choice = valid_choice(request.cookies, settings.version)
        new = choice is None or "new" in request.query_params
        # The bug: the script is told to clear up when the visitor is new, and not when consent is withdrawn.
        answer = HTMLResponse(html(choice.granted if choice else None, clear=new))
        settle(answer, request.cookies, choice)
        return answer

    async def consent(request: Request) -> Response:
        new = valid_choice(request.cookies, settings.version) is None
        answer = RedirectResponse("/?new" if new else "/", 303)
        accept(answer, decide(categories_in(await request.body()), settings.version))
        return answer

    return Starlette(routes=[Route("/", page), Route("/blog/", page), Route("/consent", consent, methods=["POST"])])


class Driver(Reader, StarletteDriver):
    """Drives it. What the page's script does with localStorage, the base class does after it."""


def driver() -> Driver:
    """One reader, and the site."""
    settings = Settings()
    return Driver(create_app(settings), settings)
