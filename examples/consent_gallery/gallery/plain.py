"""For the sites without a framework: a response, and the way to it from WSGI and ASGI."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs


class PlainAnswer:
    """A response of an application without framework: status, headers, body."""

    def __init__(self, body: str = "", status: int = 200, location: str | None = None) -> None:
        self.status, self.body = status, body.encode()
        self.headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(self.body)))]
        if location:
            self.status = 303
            self.headers.append(("Location", location))

    def set_cookie(self, key: str, value: str = "", **attributes: Any) -> None:
        """Set a cookie for the whole site, unless ``path`` says otherwise."""
        path, domain, age = attributes.get("path", "/"), attributes.get("domain"), attributes.get("max_age")
        parts = [f"{key}={value}", f"Path={path}"]
        parts += [f"Domain={domain}"] if domain else []
        parts += [f"Max-Age={age}"] if age is not None else []
        parts += ["Secure"] if attributes.get("secure") else []
        parts += ["HttpOnly"] if attributes.get("httponly") else []
        parts += [f"SameSite={attributes['samesite']}"] if "samesite" in attributes else []
        self.headers.append(("Set-Cookie", "; ".join(parts)))

    def delete_cookie(self, key: str, path: str = "/", domain: str | None = None) -> None:
        """Delete a cookie; ``path`` and ``domain`` must be those that it was set with."""
        self.set_cookie(key, path=path, domain=domain, max_age=0)


AnswerTo = Callable[[str, dict[str, str], list[str]], PlainAnswer]
"""What a plain site is: from path, cookies, and the categories of a form that was sent, to its answer."""


def as_wsgi(answer_to: AnswerTo) -> Callable[..., Iterable[bytes]]:
    """The site as a WSGI application (PEP 3333)."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        cookies = cookies_of(environ.get("HTTP_COOKIE", ""))
        answer = answer_to(environ["PATH_INFO"], cookies, categories_in(body))
        start_response(f"{answer.status} -", answer.headers)
        return [answer.body]

    return app


def as_asgi(answer_to: AnswerTo) -> Callable[..., Awaitable[None]]:
    """The site as an ASGI application."""

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise ValueError("this site has no lifespan")
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        body = (await receive())["body"]
        answer = answer_to(scope["path"], cookies_of(headers.get("cookie", "")), categories_in(body))
        pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": pairs})
        await send({"type": "http.response.body", "body": answer.body})

    return app


def cookies_of(header: str) -> dict[str, str]:
    """Read a Cookie header."""
    return {name: morsel.value for name, morsel in SimpleCookie(header).items()}


def categories_in(body: bytes) -> list[str]:
    """The boxes that are ticked in a form that was sent."""
    return parse_qs(body.decode()).get("category", [])
