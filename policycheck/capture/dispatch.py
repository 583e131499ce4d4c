"""Finding the adapter for a subject. Frameworks are asked for by name, and none is imported that is not there yet."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from types import MappingProxyType, ModuleType
from typing import Any, TypeAlias

from policycheck.capture.slot import ResponseSink
from policycheck.capture.watch import Watch
from policycheck.errors import CaptureError

Watcher: TypeAlias = Callable[[ResponseSink], Watch]

_ADAPTERS = {
    "aiohttp": "aiohttp",
    "django": "django",
    "flask": "flask",
    "httpx": "httpx",
    "httpx2": "httpx",
    "playwright": "browser.playwright",
    "requests": "requests",
    "selenium": "browser.selenium",
    "starlette": "starlette",
    "urllib3": "urllib3",
    "webtest": "webtest",
    "werkzeug": "flask",
}
"""The package that a class of the subject comes from -> the adapter to ask."""

_WATCHED = {
    "aiohttp": ("aiohttp", "watch_all"),
    "django.test.client": ("django", "watch_all"),
    "httpx": ("httpx", "watch_all"),
    "httpx2": ("httpx", "watch_all_httpx2"),
    "requests": ("requests", "watch_all"),
    "starlette.testclient": ("starlette", "watch_all"),
    "urllib3": ("urllib3", "watch_all"),
    "webtest": ("webtest", "watch_all"),
    "werkzeug.test": ("flask", "watch_all"),
}

_OBSERVABLE = (
    "a test client of Flask, Werkzeug, Django, Starlette, FastAPI, WebTest or aiohttp",
    "a client of httpx, httpx2, requests, aiohttp or urllib3, or its class",
    "an application of Flask, Starlette or FastAPI, a handler of Django",
    "a page or a context of Playwright, a driver of Selenium 4",
    "any WSGI or ASGI callable (use Watch.subject in its place)",
    "one of the modules " + ", ".join(sorted(_WATCHED)),
)


def observe(subject: Any, recorder: ResponseSink) -> Watch:
    """Start watching ``subject`` and hand every response to ``recorder``, until the returned watch is closed.

    Raises :class:`policycheck.errors.CaptureError` for something that cannot be observed; it lists what can.
    """
    watch = try_observe(subject, recorder)
    if watch is None:
        raise CaptureError(unknown_subject(subject))
    return watch


def try_observe(subject: Any, recorder: ResponseSink) -> Watch | None:
    """Like :func:`observe`, but None for a subject that no adapter knows: for the hook ``policycheck_observe``."""
    if isinstance(subject, ModuleType):
        watcher = watched_modules().get(subject.__name__)
        return None if watcher is None else watcher(recorder)
    for name in _adapters_of(subject):
        watch: Watch | None = importlib.import_module(f"policycheck.capture.{name}").observe(subject, recorder)
        if watch is not None:
            return watch
    if _is_response(subject):
        return None
    from policycheck.capture import asgi, wsgi

    return asgi.observe(subject, recorder) or wsgi.observe(subject, recorder)


def watched_modules() -> Mapping[str, Watcher]:
    """What the zero-line mode watches: module name -> function that takes a recorder and returns a Watch.

    Call the function when the module has been imported. All of them together see each response once.
    """
    return MappingProxyType({module: _watcher(*where) for module, where in _WATCHED.items()})


def unknown_subject(subject: Any) -> str:
    """The message for a subject that nothing can observe, with what was probably meant."""
    what = f"module {subject.__name__}" if isinstance(subject, ModuleType) else _name(subject)
    hint = "did you mean the client, not the response?" if _is_response(subject) else "give the client itself"
    choices = "".join(f"\n    - {item}" for item in _OBSERVABLE)
    return f"cannot observe {what}: {hint}\n  what can be observed:{choices}\n    - what a plugin adds"


def _watcher(adapter: str, function: str) -> Watcher:
    def watch(recorder: ResponseSink) -> Watch:
        made: Watch = getattr(importlib.import_module(f"policycheck.capture.{adapter}"), function)(recorder)
        return made

    return watch


def _adapters_of(subject: Any) -> list[str]:
    """The adapters for the classes that the subject derives from, the nearest first."""
    cls = subject if isinstance(subject, type) else type(subject)
    packages = (base.__module__.partition(".")[0] for base in cls.__mro__)
    return list(dict.fromkeys(_ADAPTERS[package] for package in packages if package in _ADAPTERS))


def _is_response(subject: Any) -> bool:
    """Responses of several frameworks are themselves WSGI or ASGI applications, but watching one shows nothing."""
    cls = subject if isinstance(subject, type) else type(subject)
    return any(base.__name__.endswith(("Response", "ResponseBase")) for base in cls.__mro__)


def _name(subject: Any) -> str:
    cls = subject if isinstance(subject, type) else type(subject)
    return f"{'the class' if isinstance(subject, type) else 'an object of'} {cls.__module__}.{cls.__qualname__}"
