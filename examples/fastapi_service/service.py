"""Timetables over FastAPI. ``SERVICE_LEAK=1`` plants a leak: the layout test no longer waits for consent."""

from __future__ import annotations

import os

from fastapi import FastAPI, Request, Response
from starlette.middleware.sessions import SessionMiddleware

SAVED_STOP = 400 * 86_400
ONE_MONTH = 30 * 86_400


def create_app() -> FastAPI:
    """Build the service."""
    app = FastAPI()
    app.add_middleware(SessionMiddleware, secret_key="for the example only", https_only=True)
    leaks = os.environ.get("SERVICE_LEAK") == "1"

    @app.get("/timetable")
    async def timetable(request: Request, response: Response) -> dict[str, str]:
        if leaks or request.cookies.get("analytics") == "yes" or request.headers.get("x-analytics") == "yes":
            response.set_cookie("usage_a", "1", max_age=ONE_MONTH, secure=True, samesite="lax")
        return {"stop": request.cookies.get("__Host-home_stop", "central")}

    @app.put("/home/{stop}")
    async def save(stop: str, response: Response) -> dict[str, str]:
        response.set_cookie("__Host-home_stop", stop, max_age=SAVED_STOP, secure=True, samesite="strict", path="/")
        return {"saved": stop}

    @app.post("/login/{name}")
    async def login(name: str, request: Request) -> dict[str, str]:
        request.session["traveller"] = "t-1"
        return {"hello": name}

    @app.post("/logout")
    async def logout(request: Request) -> dict[str, str]:
        request.session.clear()
        return {}

    return app
