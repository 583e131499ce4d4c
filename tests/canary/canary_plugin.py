"""A pytest plugin for the canary tests: it puts one known value into every cookie that an example's application sets."""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

CANARY = os.environ["POLICYCHECK_TEST_CANARY"]
VALUE = re.compile(rb"^(\s*[^=;]*=)([^;]+)")


def planted(header: bytes) -> bytes:
    return VALUE.sub(lambda match: match[1] + CANARY.encode(), header)


def plant_in_flask() -> None:
    try:
        import flask
    except ImportError:
        return
    original = flask.Flask.wsgi_app

    def wsgi_app(self: flask.Flask, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            changed = [
                (name, planted(value.encode("latin-1")).decode("latin-1") if name.lower() == "set-cookie" else value)
                for name, value in headers
            ]
            return start_response(status, changed, *rest)

        return original(self, environ, start)

    flask.Flask.wsgi_app = wsgi_app  # type: ignore[method-assign]


def plant_in_django() -> None:
    try:
        from django.core.handlers.base import BaseHandler  # type: ignore[import-untyped]  # no stubs
    except ImportError:
        return
    original = BaseHandler.get_response

    def get_response(self: Any, request: Any) -> Any:
        response = original(self, request)
        for name, morsel in response.cookies.items():
            if morsel.value:
                morsel.set(name, CANARY, CANARY)
        return response

    BaseHandler.get_response = get_response


def plant_in_starlette() -> None:
    try:
        from starlette.applications import Starlette
    except ImportError:
        return
    original = Starlette.__call__

    async def call(
        self: Any, scope: Any, receive: Any, send: Callable[[MutableMapping[str, Any]], Awaitable[None]]
    ) -> None:
        async def planting(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    (name, planted(value) if name.lower() == b"set-cookie" else value)
                    for name, value in message["headers"]
                ]
            await send(message)

        await original(self, scope, receive, planting)

    Starlette.__call__ = call  # type: ignore[method-assign]


plant_in_flask()
plant_in_django()
plant_in_starlette()
