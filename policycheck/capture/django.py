"""Django: its test clients, sync and async, and its WSGI and ASGI handlers.

Django's own ``Client`` passes through no WSGI, and ``follow=True`` keeps of each hop the URL and the status alone. So
the hook is where a handler gets its response, which is once a hop: ``get_response`` and ``get_response_async``, neither
of which covers the other. A view that raises is seen too, with the 500 page that a visitor would get, before the client
raises the exception again. Set-Cookie is rebuilt as both of Django's servers do it, one header a morsel.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

from policycheck.capture.slot import ResponseSink
from policycheck.capture.subjects import attribute, is_class, is_instance
from policycheck.capture.tap import Request, Scope
from policycheck.capture.watch import Watch

_TEST = "django.test.client"


def observe(subject: Any, recorder: ResponseSink) -> Watch | None:
    """Watch a test client, a class of them, or a handler (``get_wsgi_application()``, ``get_asgi_application()``)."""
    watch = Watch("django", recorder, subject)
    if is_instance(subject, _TEST, "AsyncClient"):
        watch.patch(attribute(subject, "handler"), "get_response_async", lambda original: _async(watch, original))
    elif is_instance(subject, _TEST, "Client"):
        watch.patch(attribute(subject, "handler"), "get_response", lambda original: _sync(watch, original))
    elif is_class(subject, _TEST, "AsyncClient"):
        _watch_handlers(watch, only_in_scope=True)
        watch.patch(subject, "request", lambda original: _scoped(watch, original))
    elif is_class(subject, _TEST, "Client"):
        _watch_handlers(watch, only_in_scope=True)
        watch.scope(subject, "request")
    elif is_instance(subject, "django.core.handlers.asgi", "ASGIHandler"):
        watch.patch(subject, "get_response_async", lambda original: _async(watch, original))
    elif is_instance(subject, "django.core.handlers.base", "BaseHandler"):
        watch.patch(subject, "get_response", lambda original: _sync(watch, original))
    else:
        return None
    return watch


def watch_all(recorder: ResponseSink) -> Watch:
    """Watch every test client of Django in this process. A live server is seen by the client that asks it."""
    watch = Watch("django", recorder)
    _watch_handlers(watch, only_in_scope=False)
    return watch


def _watch_handlers(watch: Watch, *, only_in_scope: bool) -> None:
    module = importlib.import_module(_TEST)
    sync_handler: Any = attribute(module, "ClientHandler")
    async_handler: Any = attribute(module, "AsyncClientHandler")
    watch.patch(sync_handler, "get_response", lambda original: _sync(watch, original, only_in_scope))
    watch.patch(async_handler, "get_response_async", lambda original: _async(watch, original, only_in_scope))


def _scoped(watch: Watch, original: Any) -> Any:
    async def request(*args: Any, **kwargs: Any) -> Any:
        with Scope(watch.tap):
            return await original(*args, **kwargs)

    return request


def _sync(watch: Watch, original: Any, only_in_scope: bool = False) -> Any:
    def get_response(*args: Any) -> Any:
        if only_in_scope and not Scope.holds(watch.tap):
            return original(*args)
        django_request = args[-1]
        with watch.tap.request(django_request.method, _url(django_request), in_process=True) as request:
            response = original(*args)
            _tell(request, response)
        return response

    return get_response


def _async(watch: Watch, original: Any, only_in_scope: bool = False) -> Any:
    async def get_response_async(*args: Any) -> Any:
        if only_in_scope and not Scope.holds(watch.tap):
            return await original(*args)
        django_request = args[-1]
        with watch.tap.request(django_request.method, _url(django_request), in_process=True) as request:
            response = await original(*args)
            _tell(request, response)
        return response

    return get_response_async


def _tell(request: Request, response: Any) -> None:
    headers = response.headers
    clearing = headers.get("Clear-Site-Data")
    request.response(
        response.status_code, _set_cookie(response), headers.get("Date"), () if clearing is None else (clearing,)
    )


def _set_cookie(response: Any) -> Iterator[str]:
    header = response.headers.get("Set-Cookie")
    if header is not None:
        yield header
    for morsel in response.cookies.values():
        yield morsel.output(header="")


def _url(request: Any) -> str:
    """The URL as the application understands it; of a host that it forbids, as it was asked for."""
    forbidden: Any = importlib.import_module("django.core.exceptions").DisallowedHost
    try:
        return str(request.build_absolute_uri())
    except forbidden:
        host = request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", "localhost")
        return f"{request.scheme}://{host}{request.get_full_path()}"
