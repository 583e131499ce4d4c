"""A watch: what ``observe`` returns, and what closes it."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from policycheck.capture.patching import patch
from policycheck.capture.slot import ResponseSink
from policycheck.capture.tap import Scope, Tap


class Watch:
    """An observation that goes on until ``close()``, which puts back what the adapter changed; also a context manager.

    Closing is idempotent, and nested watches may close in any order. ``subject`` is what is observed: pass it on to a
    server or a client where the subject was a bare WSGI or ASGI callable, which cannot be changed in place and is
    wrapped instead. ``adapter`` names the adapter.

    In an adapter: look for everything that you need (``subjects.attribute``) before the first ``patch``, so that a
    release which lacks it is left as it was.
    """

    def __init__(self, adapter: str, recorder: ResponseSink, subject: Any = None) -> None:
        self.adapter = adapter
        self.subject = subject
        self.tap = Tap(adapter, recorder)
        self._undo: list[Callable[[], None]] = []

    @property
    def closed(self) -> bool:
        """True once ``close()`` was called; nothing is recorded from then on."""
        return not self.tap.open

    @property
    def recorder(self) -> ResponseSink:
        """What gets the responses."""
        return self.tap.recorder

    def patch(self, owner: Any, name: str, wrap: Callable[[Any], Any]) -> None:
        """Replace ``owner.name`` by ``wrap(owner.name)`` until the watch closes."""
        self._undo.append(patch(owner, name, wrap))

    def scope(self, owner: Any, name: str) -> None:
        """Mark calls of the method ``owner.name`` as this watch's own, for ``Scope.holds(watch.tap)``."""

        def wrap(original: Any) -> Any:
            def scoped(*args: Any, **kwargs: Any) -> Any:
                with Scope(self.tap):
                    return original(*args, **kwargs)

            return scoped

        self.patch(owner, name, wrap)

    def close(self) -> None:
        """Stop recording and put back what was changed."""
        self.tap.open = False
        while self._undo:
            self._undo.pop()()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Watch by {self.adapter}, {'closed' if self.closed else 'open'}>"
