"""Settings: ``[tool.policycheck]`` in pyproject.toml, or policycheck.toml; the same for the plugin and the CLI."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, cast

from policycheck.consent.laws.names import LawName
from policycheck.consent.laws.registry import switched_off
from policycheck.consent.profiles.loading import ProfileInvalid, load_profile
from policycheck.consent.reading import read_consent
from policycheck.consent.signals.overrides import Overrides
from policycheck.errors import ConfigurationError, UsageError
from policycheck.model.consent import UNSET, ConsentState
from policycheck.model.finding import Severity, Waiver
from policycheck.model.lifetime import parse_retention
from policycheck.model.profile import Profile
from policycheck.model.spelling import did_you_mean


@dataclass(frozen=True, slots=True)
class PathSettings:
    """What differs for exchanges whose path matches ``path``, a glob: rules ignored there, severities changed there."""

    path: str
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict[str, Severity])


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a project chose. Codes are whole (``CON001``), a group (``CON``), or a rule's kebab name.

    ``root`` is the folder that relative locations start from, ``source`` the file that was read (None: no file).
    ``tolerance`` is in seconds. ``hosts`` are further hosts of the application under test. ``fail_on`` is the least
    severity that fails a run. ``profile`` is the jurisdiction whose limits are looked at. ``laws`` are the laws of
    consent that are not looked at, each with the reason. ``signals`` says, by key of a consent signal, for which
    categories its own keys stand, or None that it is not read.
    """

    root: Path = field(default_factory=Path.cwd)
    source: Path | None = None
    catalogue: str | None = None
    features: Mapping[str, bool] = field(default_factory=dict[str, bool])
    bindings: Mapping[str, str] = field(default_factory=dict[str, str])
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict[str, Severity])
    per_path: tuple[PathSettings, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    consent: ConsentState = UNSET
    tolerance: float = 0.0
    profile: Profile | None = None
    hosts: tuple[str, ...] = ()
    fail_on: Severity = Severity.ERROR
    cache: bool = True
    laws: Mapping[LawName, str] = field(default_factory=dict[LawName, str])
    signals: Overrides = field(default_factory=dict[str, "Mapping[str, tuple[str, ...]] | None"])

    @property
    def cache_folder(self) -> Path | None:
        """Where compiled catalogues are kept, beside the settings file; None without one, or when it wants none."""
        return self.root / ".policycheck_cache" if self.cache and self.source else None


def load_settings(start: Path) -> Settings:
    """Read the nearest settings at ``start`` or above it; without any, the defaults with ``start`` as root.

    In one folder policycheck.toml goes before pyproject.toml. Raises :class:`policycheck.errors.ConfigurationError`
    with ``file:line`` for what is no setting.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        for name in ("policycheck.toml", "pyproject.toml"):
            path = folder / name
            if path.is_file() and (settings := read_settings(path)) is not None:
                return settings
    return Settings(root=start)


def read_settings(path: Path) -> Settings | None:
    """Read one file; None for a pyproject.toml without ``[tool.policycheck]``. Raises ConfigurationError."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read: {error}") from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        if path.name == "pyproject.toml" and "policycheck" not in text:
            return None
        raise ConfigurationError(f"{path}: not valid TOML: {error}") from error
    table: Any = document
    if path.name == "pyproject.toml":
        table = document.get("tool", {}).get("policycheck")
        if table is None:
            return None
    if not isinstance(table, dict):
        raise ConfigurationError(f"{path}: [tool.policycheck] must be a table")
    return replace(_settings(cast("dict[str, Any]", table), _Place(path, text)), root=path.parent, source=path)


@dataclass(frozen=True, slots=True)
class _Place:
    """A file being read; finds the line of a key for messages."""

    path: Path
    text: str

    def error(self, key: str, message: str) -> ConfigurationError:
        header = re.search(r"^\s*\[tool\.policycheck", self.text, re.MULTILINE)
        start = header.start() if header and self.path.name == "pyproject.toml" else 0
        last = re.escape(key.rpartition(".")[2])
        found = re.compile(rf"^\s*(?:\[.*)?[\"']?{last}\b|[\{{,]\s*[\"']?{last}\b", re.MULTILINE).search(
            self.text, start
        )
        line = f":{self.text.count(chr(10), 0, found.end()) + 1}" if found else ""
        return ConfigurationError(f"{self.path}{line}: {key}: {message}")


Reader = Callable[[Any], Any]


def _settings(table: Mapping[str, Any], place: _Place) -> Settings:
    values: dict[str, Any] = {}
    readers: dict[str, Reader] = {**_READERS, "profile": partial(_profile, folder=place.path.parent)}
    for key, value in table.items():
        if key not in _READERS:
            raise place.error(key, f"is not a setting{did_you_mean(key, _READERS)}; there are {', '.join(_READERS)}")
        try:
            values[key.replace("-", "_")] = readers[key](value)
        except ProfileInvalid:
            raise
        except (ValueError, UsageError) as error:
            raise place.error(key, str(error)) from error
    return Settings(**values)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("must be a text")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else [None]
    texts = tuple(item for item in items if isinstance(item, str) and item)
    if len(texts) < len(items):
        raise ValueError("must be a list of texts")
    return texts


def _table_of(read: Reader) -> Reader:
    def read_table(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError("must be a table")
        return {name: read(item) for name, item in cast("dict[str, Any]", value).items()}

    return read_table


def _severity(value: Any) -> Severity:
    if not isinstance(value, str) or value not in set(Severity):
        raise ValueError(f"{value!r} is not a severity; there are {', '.join(Severity)}")
    return Severity(value)


def _features(value: Any) -> dict[str, bool]:
    return dict.fromkeys(_texts(value), True) if isinstance(value, list) else _table_of(_flag)(value)


def _tolerance(value: Any) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
        return float(value)
    seconds = parse_retention(_text(value)).max_seconds
    if not seconds:
        raise ValueError(f"{value!r} is not a length of time; write seconds, or for example 1 day")
    return float(seconds)


def _profile(value: Any, folder: Path | None = None) -> Profile:
    return load_profile(_text(value), folder)


def _tables(value: Any, keys: Sequence[str], required: Sequence[str]) -> list[dict[str, Any]]:
    items = cast("list[object]", value) if isinstance(value, list) else [None]
    tables = [cast("dict[str, Any]", item) for item in items if isinstance(item, dict)]
    if len(tables) < len(items):
        raise ValueError("must be a list of tables")
    for number, item in enumerate(tables, 1):
        for key in item:
            if key not in keys:
                raise ValueError(
                    f"table {number}: {key!r} is unknown{did_you_mean(key, keys)}; there are {', '.join(keys)}"
                )
        for key in required:
            if key not in item:
                raise ValueError(f"table {number}: {key!r} is missing")
    return tables


def _per_path(value: Any) -> tuple[PathSettings, ...]:
    return tuple(
        PathSettings(
            _text(item["path"]), _texts(item.get("ignore", [])), _table_of(_severity)(item.get("severity", {}))
        )
        for item in _tables(value, ("path", "ignore", "severity"), ("path",))
    )


def _date(value: Any) -> date:
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    return date.fromisoformat(_text(value))


def _waivers(value: Any) -> tuple[Waiver, ...]:
    keys = ("codes", "subject", "reason", "owner", "expires")
    return tuple(
        Waiver(
            _texts(item["codes"]),
            _text(item["subject"]),
            _text(item["reason"]),
            _text(item["owner"]),
            _date(item["expires"]),
        )
        for item in _tables(value, keys, keys)
    )


def _laws(value: Any) -> dict[LawName, str]:
    if not isinstance(value, dict):
        raise ValueError("must be a table: the name of a law, and why it is not looked at")
    return switched_off(cast("dict[str, object]", value))


def _signals(value: Any) -> Overrides:
    if not isinstance(value, dict):
        raise ValueError("must be a table: the key of a signal, and what its own keys stand for")
    return {key: _signal(key, item) for key, item in cast("dict[str, Any]", value).items()}


def _signal(key: str, value: Any) -> dict[str, tuple[str, ...]] | None:
    if value is False:
        return None
    if not isinstance(value, dict):
        raise ValueError(f'{key}: must be false, or a table such as {{googleAnalytics = "analytics"}}')
    table = cast("dict[str, Any]", value)
    try:
        return {own: (item,) if isinstance(item, str) and item else _texts(item) for own, item in table.items()}
    except ValueError as error:
        raise ValueError(f"{key}: each key must have a category, or a list of categories") from error


_READERS: dict[str, Reader] = {
    "catalogue": _text,
    "features": _features,
    "bindings": _table_of(_text),
    "select": _texts,
    "ignore": _texts,
    "severity": _table_of(_severity),
    "per-path": _per_path,
    "waivers": _waivers,
    "consent": read_consent,
    "tolerance": _tolerance,
    "profile": _profile,
    "hosts": _texts,
    "fail-on": _severity,
    "cache": _flag,
    "laws": _laws,
    "signals": _signals,
}
