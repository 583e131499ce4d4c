"""One settings file as it was read, with the places of what it says."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from policycheck.engine.settings.misfits import Misfit
from policycheck.errors import ConfigurationError
from policycheck.model.finding import Location

if TYPE_CHECKING:
    from policycheck.catalogue.documents import Node

PYPROJECT = "pyproject.toml"
_OURS = ("tool", "policycheck")


@dataclass(frozen=True)
class Layer:
    """What one file says: ``table`` as TOML has it, which stands below ``prefix`` in ``text``."""

    path: Path
    text: str
    table: Mapping[str, Any]
    prefix: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """The folder that the paths of this file start from."""
        return self.path.parent

    @cached_property
    def shown(self) -> str:
        """The path as seen from the working directory, where it lies below that."""
        return shown(self.path)

    def place(self, *keys: str | int, of_key: bool = False) -> Location:
        """Where in the file the value stands that ``keys`` lead to, or its key; the nearest, if it does not exist."""
        node: Node | None = self._places
        mark = node.mark if node else None
        tokens = [*self.prefix, *map(str, keys)]
        for index, token in enumerate(tokens):
            child = node.child(token) if node else None
            if child is None:
                break
            mark = child.mark
            if of_key and index == len(tokens) - 1:
                mark = node.key_mark(token) or mark if node else mark
            node = child
        return Location(self.shown, mark.line, mark.column) if mark else Location(self.shown)

    def error(self, misfit: Misfit) -> ConfigurationError:
        """What to say of a value that does not fit, with file, line and column."""
        place = self.place(*misfit.keys, of_key=misfit.of_key)
        position = f"{place}:{place.column}" if place.line else str(place)
        words = [f"entry {int(key) + 1}" if key.isdecimal() else key for key in misfit.keys]
        return ConfigurationError(": ".join([position, *words, misfit.message]))

    @cached_property
    def _places(self) -> Node | None:
        from policycheck.catalogue.reading.toml_places import locate

        return locate(self.text)


def read_layer(path: Path) -> Layer | None:
    """Read one file; None for a pyproject.toml without ``[tool.policycheck]``. Raises ConfigurationError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{shown(path)}: cannot be read: {error.strerror}") from error
    ours = path.name != PYPROJECT or b"policycheck" in data
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\r\n", "\n")
    try:
        data.decode("utf-8")
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        if not ours:
            return None
        raise _unreadable(path, data) from error
    if path.name != PYPROJECT:
        return Layer(path, text, document)
    tool: Any = document.get("tool")
    table: Any = cast("dict[str, Any]", tool).get("policycheck") if isinstance(tool, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise Layer(path, text, {}, _OURS).error(Misfit("[tool.policycheck] must be a table"))
    return Layer(path, text, cast("dict[str, Any]", table), _OURS)


_NAMING = ("select", "ignore", "extend-select", "extend-ignore", "severity", "codes")


def selectors_of(layer: Layer, word: str, among: Sequence[str] | None = None) -> Iterator[Location]:
    """Each place of a file where ``word`` stands for a rule; ``among`` are the keys below which to look."""
    among = _NAMING if among is None else among
    for keys, value in _leaves(layer.table, ()):
        if keys[-1] == word and "severity" in keys[:-1] and "severity" in among:
            yield layer.place(*keys, of_key=True)
        elif value == word and any(key in among for key in keys[:-1]):
            yield layer.place(*keys)


def shown(path: Path) -> str:
    """The path as seen from the working directory, where it lies below that."""
    plain = Path(os.path.normpath(path))
    return plain.relative_to(Path.cwd()).as_posix() if plain.is_relative_to(Path.cwd()) else str(plain)


def _unreadable(path: Path, data: bytes) -> ConfigurationError:
    from policycheck.catalogue.problems import CatalogueInvalid
    from policycheck.catalogue.reading.text import decode
    from policycheck.catalogue.reading.toml_text import read_toml

    try:
        read_toml(decode(data, shown(path)), shown(path))
    except CatalogueInvalid as invalid:
        return ConfigurationError(str(invalid))
    return ConfigurationError(f"{shown(path)}: not valid TOML")


def _leaves(value: object, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, dict):
        members = list(cast("dict[str, object]", value).items())
    elif isinstance(value, list):
        members = [(str(index), member) for index, member in enumerate(cast("list[object]", value))]
    else:
        yield keys, value
        return
    for key, member in members:
        yield from _leaves(member, (*keys, key))
