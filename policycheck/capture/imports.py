"""Watching modules that are not imported yet: for the zero-line mode, which imports no framework by itself."""

from __future__ import annotations

import functools
import importlib.abc
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType, TracebackType
from typing import Any, Protocol, Self

from policycheck.capture.patching import patch
from policycheck.capture.slot import ResponseSink
from policycheck.errors import CaptureError

_MACHINERY = "<frozen importlib._bootstrap>"
"""Frames of this file are passed over by a warning at import (``stacklevel=2``) and left out of the traceback of an
ImportError. So both point where they would point if nobody watched."""


class _Closable(Protocol):
    def close(self) -> None: ...


class ImportWatch(importlib.abc.MetaPathFinder):
    """Calls each function of ``watchers`` with ``recorder`` once its module is imported, at once if it is already.

    A watcher that raises would break the import of a module that the code under test needs; so the error goes to
    ``problems`` as a :class:`policycheck.errors.CaptureError` instead. Report them: what could not be watched was not
    observed. ``watched`` names the modules under watch. ``close()`` closes all watches and leaves the import system.
    """

    def __init__(self, watchers: Mapping[str, Callable[[Any], Any]], recorder: ResponseSink) -> None:
        self.problems: list[CaptureError] = []
        self._pending = dict(watchers)
        self._recorder = recorder
        self._watches: dict[str, _Closable] = {}
        self._searching = threading.local()
        self._lock = threading.RLock()
        sys.meta_path.insert(0, self)
        for name in list(self._pending):
            if name in sys.modules and not _initialising(sys.modules[name]):
                self._start(name)

    @property
    def watched(self) -> list[str]:
        """The modules under watch, in the order of their import."""
        return list(self._watches)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find an awaited module as the others would, and have a look at it after it ran (``sys.meta_path``)."""
        if fullname not in self._pending or getattr(self._searching, "name", None) == fullname:
            return None
        self._searching.name = fullname
        try:
            for finder in sys.meta_path:
                search = getattr(finder, "find_spec", None)
                spec = None if finder is self or search is None else search(fullname, path, target)
                if spec is not None:
                    self._follow(spec)
                    return spec  # type: ignore[no-any-return]
        finally:
            self._searching.name = None
        return None

    def close(self) -> None:
        """Close every watch and forget the modules that never came."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        with self._lock:
            self._pending.clear()
            while self._watches:
                self._watches.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def _follow(self, spec: ModuleSpec) -> None:
        """Have the spec's own loader call back. Another in its place would hide the module's source and files."""
        loader: Any = spec.loader
        if loader is None or not hasattr(loader, "exec_module"):
            return
        untouched = "exec_module" not in getattr(loader, "__dict__", ())

        def wrap(original: Any) -> Any:
            run: Callable[[ModuleType], object] = original
            if untouched:  # without the function that looks up at each call what is inherited, which is a frame more
                cls: Any = loader.__class__
                run = functools.partial(cls.exec_module, loader)

            def exec_module(module: ModuleType) -> None:
                try:
                    run(module)
                finally:
                    undo()
                if module.__name__ == spec.name:
                    self._start(spec.name)

            exec_module.__code__ = exec_module.__code__.replace(co_filename=_MACHINERY)
            return exec_module

        try:
            undo = patch(loader, "exec_module", wrap)
        except (AttributeError, TypeError):
            self.problems.append(CaptureError(f"{spec.name} cannot be watched: its loader admits no hook"))

    def _start(self, name: str) -> None:
        with self._lock:
            watcher = self._pending.pop(name, None)
        if watcher is None:
            return
        # Not under the lock: a watcher imports, and another thread may hold that import while it waits here.
        try:
            self._watches[name] = watcher(self._recorder)
        except CaptureError as error:
            self.problems.append(error)
        except Exception as error:  # noqa: BLE001 - a plugin's; it must not break the import that it listens to
            self.problems.append(CaptureError(f"{name} cannot be watched: {type(error).__name__}: {error}"))


def _initialising(module: ModuleType) -> bool:
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))
