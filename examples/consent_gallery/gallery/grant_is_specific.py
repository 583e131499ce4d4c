"""Pre-ticked boxes: who allows statistics in the banner allows advertisements as well.

The form that a new reader sees has all boxes ticked (CJEU C-673/17, Planet49). Afterwards each box says what it means,
so that a test which looks at the settings alone finds nothing.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gallery.parts import CATEGORIES, Settings, accept, amend, decide, page_for, settle, valid_choice
from gallery.plain import categories_in
from gallery.reader import Reader
from policycheck.testing import StarletteDriver

LAW = "grant-is-specific"
SHORTEST = "grant('functional')"


def create_app(settings: Settings) -> Starlette:
    """Build the site."""

    async def page(request: Request) -> Response:
        choice = valid_choice(request.cookies, settings.version)
        answer = HTMLResponse(page_for(choice))
        settle(answer, request.cookies, choice)
        return answer

    async def consent(request: Request) -> Response:
        answer = RedirectResponse("/", 303)
        answer.set_cookie("session", "known", secure=True, httponly=True, samesite="lax")
        accept(answer, decide(categories_in(await request.body()), settings.version))
        return answer

    async def allow(request: Request) -> Response:
        before = valid_choice(request.cookies, settings.version)
        allowed = categories_in(await request.body())
        granted = {*allowed, *(before.granted if before else ())}
        if "session" not in request.cookies:
            granted.update(CATEGORIES)  # the bug: for a new reader all boxes are ticked
        answer = RedirectResponse("/", 303)
        answer.set_cookie("session", "known", secure=True, httponly=True, samesite="lax")
        accept(answer, amend(before, granted, allowed, settings.version))
        return answer

    return Starlette(
        routes=[
            Route("/", page),
            Route("/blog/", page),
            Route("/consent", consent, methods=["POST"]),
            Route("/allow", allow, methods=["POST"]),
        ]
    )


class Driver(Reader, StarletteDriver):
    """Drives it."""

    def grant(self, categories: tuple[str, ...]) -> None:
        """Tick these, and leave the other boxes as they are."""
        self.post("/allow", data={"category": categories})


def driver() -> Driver:
    """One reader, and the site."""
    settings = Settings()
    return Driver(create_app(settings), settings)
