"""WebTest: each request of a ``TestApp``, with every hop that ``follow()`` makes.

Wrapped is the application, at the moment when a request calls it: below the checks that raise on a status, and below
``http.cookiejar``, which drops attributes. ``testapp.app`` stays the application that the tests know.
"""

from __future__ import annotations

import importlib
from typing import Any

from policycheck.capture.slot import ResponseSink
from policycheck.capture.subjects import attribute, is_class, is_instance
from policycheck.capture.tap import Scope
from policycheck.capture.watch import Watch
from policycheck.capture.wsgi import WSGIMiddleware


def observe(subject: Any, recorder: ResponseSink) -> Watch | None:
    """Watch a ``TestApp`` or a class of them."""
    if not (is_instance(subject, "webtest", "TestApp") or is_class(subject, "webtest", "TestApp")):
        return None
    watch = Watch("webtest", recorder, subject)
    attribute(subject, "do_request")
    _watch_requests(watch, attribute(subject, "RequestClass"), only_in_scope=True)
    watch.scope(subject, "do_request")
    return watch


def watch_all(recorder: ResponseSink) -> Watch:
    """Watch every ``TestApp`` in this process."""
    watch = Watch("webtest", recorder)
    test_app: Any = attribute(importlib.import_module("webtest"), "TestApp")
    _watch_requests(watch, attribute(test_app, "RequestClass"), only_in_scope=False)
    return watch


def _watch_requests(watch: Watch, request_class: Any, *, only_in_scope: bool) -> None:
    attribute(request_class, "call_application")

    def wrap(original: Any) -> Any:
        def call_application(self: Any, application: Any, *args: Any, **kwargs: Any) -> Any:
            if only_in_scope and not Scope.holds(watch.tap):
                return original(self, application, *args, **kwargs)
            return original(self, WSGIMiddleware(application, watch.tap), *args, **kwargs)

        return call_application

    watch.patch(request_class, "call_application", wrap)
