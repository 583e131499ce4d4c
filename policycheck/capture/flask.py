"""Flask and Werkzeug: the test client, each hop once, and the application.

The hook lies below Werkzeug's own reading of cookies, which raises on some names, and round the whole application,
since the session's cookie is added after the last ``after_request`` function. ``FlaskClient.open`` would count a hop
twice.
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
    """Watch a test client (Flask's or Werkzeug's), a class of them, a Flask application, or the class ``Flask``."""
    watch = Watch("flask", recorder, subject)
    if is_instance(subject, "werkzeug.test", "Client") or is_class(subject, "werkzeug.test", "Client"):
        attribute(subject, "run_wsgi_app")
        _watch_runs(watch, only_in_scope=True)
        watch.scope(subject, "run_wsgi_app")
    elif is_instance(subject, "flask", "Flask"):
        watch.patch(subject, "wsgi_app", lambda original: WSGIMiddleware(original, watch.tap))
    elif is_class(subject, "flask", "Flask"):
        watch.patch(subject, "wsgi_app", lambda original: _method(watch, original))
    else:
        return None
    return watch


def watch_all(recorder: ResponseSink) -> Watch:
    """Watch every test client of Werkzeug and Flask in this process."""
    watch = Watch("flask", recorder)
    _watch_runs(watch, only_in_scope=False)
    return watch


def _watch_runs(watch: Watch, *, only_in_scope: bool) -> None:
    module: Any = importlib.import_module("werkzeug.test")
    attribute(module, "run_wsgi_app")

    def wrap(original: Any) -> Any:
        def run_wsgi_app(app: Any, *args: Any, **kwargs: Any) -> Any:
            if only_in_scope and not Scope.holds(watch.tap):
                return original(app, *args, **kwargs)
            return original(WSGIMiddleware(app, watch.tap), *args, **kwargs)

        return run_wsgi_app

    watch.patch(module, "run_wsgi_app", wrap)


def _method(watch: Watch, original: Any) -> Any:
    def wsgi_app(self: Any, environ: Any, start_response: Any) -> Any:
        def bound(environ: Any, start_response: Any) -> Any:
            return original(self, environ, start_response)

        return WSGIMiddleware(bound, watch.tap)(environ, start_response)

    return wsgi_app
