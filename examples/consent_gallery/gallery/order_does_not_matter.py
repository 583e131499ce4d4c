"""Each category has a form of its own, and only the first form that is sent counts.

The record of the choice is inserted, and where there is one already the insert does nothing: in a database that reads
``ON CONFLICT DO NOTHING``. Whatever is allowed second is lost, so that the result depends on the order in which the
visitor went about it. The form with all boxes, which updates the record, is right.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gallery.parts import Settings, accept, amend, decide, page_for, settle, valid_choice
from gallery.plain import categories_in
from gallery.reader import Reader
from policycheck.testing import StarletteDriver

LAW = "order-does-not-matter"
SHORTEST = "grant_in_both_orders('functional', 'analytics')"


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

    async def allow(request: Request) -> Response:
        allowed = categories_in(await request.body())
        before = valid_choice(request.cookies, settings.version)
        granted = before.granted if before else allowed  # the bug: what is there already stays as it is
        answer = RedirectResponse("/", 303)
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
        """Use the form of each category; the whole form is there for everything else."""
        for category in categories:
            self.post("/allow", data={"category": category})


def driver() -> Driver:
    """One reader, and the site."""
    settings = Settings()
    return Driver(create_app(settings), settings)
