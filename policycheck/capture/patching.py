"""Replacing attributes of foreign objects so that several watches can do it and end in any order."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Mapping
from typing import Any, cast

_MISSING = object()
_lock = threading.RLock()
_points: dict[tuple[int, str], _Point] = {}


def patch(owner: Any, name: str, wrap: Callable[[Any], Any]) -> Callable[[], None]:
    """Set ``owner.name`` to ``wrap(owner.name)``; the returned function undoes it, whenever and however often called.

    ``owner`` is a class, a module or an instance with a ``__dict__``. What it holds itself is put back exactly; what it
    only inherits is looked up anew at each call and uncovered at the end. Where somebody else has replaced the
    attribute since, it is left to them: then the wrapper stays in their chain, so a wrapper must fall silent by itself.
    """
    with _lock:
        key = (id(owner), name)
        point = _points.get(key)
        if point is None or not point.in_place():
            point = _points[key] = _Point(owner, name)
        layer = object()
        point.layers[layer] = wrap
        point.refresh()

    def undo() -> None:
        with _lock:
            if point.layers.pop(layer, None) is None:
                return
            if point.in_place():
                point.refresh()
            if not point.layers and _points.get(key) is point:
                del _points[key]

    return undo


class _Point:
    """One replaced attribute: what was there, and the wrappers round it, the youngest outermost."""

    __slots__ = ("installed", "layers", "name", "original", "owner")

    def __init__(self, owner: Any, name: str) -> None:
        self.owner = owner
        self.name = name
        self.original: Any = _held(owner, name)
        self.installed: Any = self.original
        self.layers: dict[object, Callable[[Any], Any]] = {}

    def in_place(self) -> bool:
        return _held(self.owner, self.name) is self.installed

    def refresh(self) -> None:
        if not self.layers:
            self.installed = self.original
            if self.original is _MISSING:
                delattr(self.owner, self.name)
            else:
                setattr(self.owner, self.name, self.original)
            return
        value: Any = _inherited(self.owner, self.name) if self.original is _MISSING else self.original
        for wrap in self.layers.values():
            value = wrap(value)
        self.installed = value
        setattr(self.owner, self.name, value)


def _held(owner: Any, name: str) -> Any:
    """What ``owner`` itself holds under ``name``, not what it inherits."""
    return cast("Mapping[str, Any]", vars(owner)).get(name, _MISSING)


def _inherited(owner: Any, name: str) -> Callable[..., Any]:
    """A function that calls what ``owner`` inherits at that moment, so that a patch of its base is not bypassed."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        # Pyright does not know what super() of an unknown class is; nor do we.
        return getattr(super(owner, self), name)(*args, **kwargs)  # pyright: ignore[reportUnknownArgumentType]

    def bound(*args: Any, **kwargs: Any) -> Any:
        return getattr(owner.__class__, name)(owner, *args, **kwargs)

    return method if inspect.isclass(owner) else bound
