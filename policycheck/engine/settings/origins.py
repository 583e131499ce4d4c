"""Where each value that is in force comes from: a line of a file, an option of the command line, or the default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

from policycheck.consent.reading import OBSERVED
from policycheck.engine.settings.layers import Layer, shown
from policycheck.engine.settings.setting import EXTEND, EXTEND_OF
from policycheck.engine.settings.table import SETTINGS
from policycheck.engine.settings.values import PathSettings, PerTestSettings, Settings
from policycheck.model.consent import ConsentState
from policycheck.model.finding import Location, Waiver
from policycheck.model.lifetime import Retention
from policycheck.model.profile import Profile

Table = PathSettings | PerTestSettings | Waiver

DEFAULT = "default"
OPTION = "option"
FILE = "file"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from; ``option`` is the option's name, ``location`` the place in a file."""

    kind: str = DEFAULT
    location: Location | None = None
    option: str = ""

    def __str__(self) -> str:
        return self.option or (str(self.location) if self.location else self.kind)


@dataclass(frozen=True, slots=True)
class InForce:
    """One value that is in force: of a setting, or of the entry ``name`` of a table or list of tables.

    ``value`` is what JSON can hold; values of ``bindings`` are the site's own and shown.
    """

    key: str
    name: str
    value: Any
    origins: tuple[Origin, ...]


def in_force(
    settings: Settings, layers: Sequence[Layer], given: Mapping[str, tuple[str, Sequence[str]]]
) -> Iterator[InForce]:
    """Every value of ``settings``, which were read from ``layers``, in the order of the table of settings.

    ``given`` says what options have changed: setting to the option's name, and the names of entries or the words that
    it gave; without any, the option has replaced the value.
    """
    for key in SETTINGS:
        if key == EXTEND or key in EXTEND_OF:
            continue
        value: Any = getattr(settings, key.replace("-", "_"))
        if key == "baseline-max-age" and value is None:
            value = "never"
        option, words = given.get(key, ("", ()))
        said = Origin(OPTION, option=option)
        if isinstance(value, Mapping):
            for name, entry in cast("Mapping[str, Any]", value).items():
                own = said if name in words else _of_entry(layers, key, str(name))
                yield InForce(key, str(name), plain(entry), (own,))
            if not value:
                yield InForce(key, "", {}, (said,) if option else _of_key(layers, key) or (Origin(),))
        elif key in {"per-path", "per-test", "waivers"} and value:
            for entry in cast("tuple[Table, ...]", value):
                yield InForce(key, _name(entry), plain(entry), (Origin(FILE, entry.location),))
        elif option and not words:
            yield InForce(key, "", plain(value), (said,))
        else:
            origins = (*_of_key(layers, key), *([said] if option else []))
            yield InForce(key, "", plain(value), origins or (Origin(),))


def place_of_word(layers: Sequence[Layer], key: str, word: str) -> Location | None:
    """Where the project's own ``select``, ``ignore`` or ``severity`` has ``word``: in the last file that does."""
    for layer in reversed(layers):
        if key == "severity" and word in layer.table.get(key, ()):
            return layer.place(key, word, of_key=True)
        for name in (key, f"extend-{key}"):
            if name in EXTEND_OF or name == key:
                words: list[str] = layer.table.get(name, [])
                if word in words:
                    return layer.place(name, words.index(word))
    return None


def plain(value: Any) -> Any:
    """A value of the settings as JSON can hold it, in the form that a settings file takes where there is one."""
    if isinstance(value, ConsentState):
        return _consent(value)
    if isinstance(value, Profile):
        return value.key
    if isinstance(value, Retention):
        return value.text
    if isinstance(value, (PathSettings, PerTestSettings, Waiver)):
        said = {field.name: getattr(value, field.name) for field in fields(value) if field.name != "location"}
        return {name: plain(one) for name, one in said.items() if one or name in {"path", "test"}}
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, tuple):
        return [plain(one) for one in cast("Sequence[Any]", value)]
    if isinstance(value, Path):
        return shown(value)
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def _consent(state: ConsentState) -> Any:
    if state is OBSERVED:
        return "observed"
    if not state.statuses:
        return state.default.value
    return {name: status.value for name, status in state.statuses.items()}


def _name(entry: Table) -> str:
    if isinstance(entry, Waiver):
        return f"{', '.join(entry.codes)} on {entry.subject}"
    return entry.path if isinstance(entry, PathSettings) else entry.test


def _of_entry(layers: Sequence[Layer], key: str, name: str) -> Origin:
    for layer in reversed(layers):
        said: list[str] | dict[str, Any] = layer.table.get(key, [])
        if name in said:
            return Origin(FILE, layer.place(key, said.index(name) if isinstance(said, list) else name, of_key=True))
    return Origin()


def _of_key(layers: Sequence[Layer], key: str) -> tuple[Origin, ...]:
    """Of a setting that the last file decides, and of what files after that add to it."""
    found: list[Origin] = []
    more = f"extend-{key}"
    for layer in layers:
        if key in layer.table:
            found = [Origin(FILE, layer.place(key, of_key=True))]
        if EXTEND_OF.get(more) == key and more in layer.table:
            found.append(Origin(FILE, layer.place(more, of_key=True)))
    return tuple(found)
