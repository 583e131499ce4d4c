"""Small applications, each of which breaks one law of consent and keeps the others."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from policycheck.testing import HttpDriver


@dataclass(frozen=True)
class Exhibit:
    """One broken application: the law that it breaks, and the shortest sequence that shows it.

    ``bug`` and ``story`` are its docstring: the first line, and the rest. ``profile`` is the jurisdiction that it is
    looked at under, where it needs one.
    """

    name: str
    law: str
    shortest: str
    bug: str
    story: str
    driver: Callable[[], HttpDriver]
    profile: str | None = None

    @property
    def framework(self) -> str:
        """What it is written with."""
        driver = type(self.driver())
        return next(f for base, f in _FRAMEWORKS.items() if base in (kind.__name__ for kind in driver.__mro__))

    @property
    def steps(self) -> int:
        """The number of steps of the shortest sequence."""
        return len(self.shortest.split("; "))


_FRAMEWORKS = {"FlaskDriver": "Flask", "StarletteDriver": "Starlette", "AsgiDriver": "ASGI", "WsgiDriver": "WSGI"}


def exhibits() -> list[Exhibit]:
    """Every application of this folder that says which law it breaks, by name."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"gallery.{name}") for name in names if name != "__main__"]
    return [_exhibit(module.__name__.rpartition(".")[2], vars(module)) for module in modules if hasattr(module, "LAW")]


def _exhibit(name: str, module: dict[str, object]) -> Exhibit:
    bug, _, story = str(module["__doc__"]).partition("\n")
    found: dict[str, object] = {word: module.get(word.upper()) for word in ("law", "shortest", "profile")}
    return Exhibit(name, bug=bug, story=story.strip(), driver=module["driver"], **found)  # type: ignore[arg-type]
