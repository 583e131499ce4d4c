"""From what TOML says to what settings hold: a function for each kind of value.

Each raises :class:`ValueError` or :class:`policycheck.errors.UsageError` for what it cannot read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from policycheck.consent.laws.names import LawName
from policycheck.consent.laws.registry import switched_off
from policycheck.consent.reading import read_consent
from policycheck.consent.signals.overrides import Overrides
from policycheck.engine.settings.misfits import Misfit, within
from policycheck.engine.settings.values import PathSettings, PerTestSettings
from policycheck.model.finding import Severity, Waiver
from policycheck.model.lifetime import Retention, RetentionKind, parse_retention
from policycheck.model.spelling import did_you_mean

Reader = Callable[[Any], Any]
_NO_LENGTH = "{!r} is not a length of time; write seconds, or for example 1 day"


def text(value: Any) -> str:
    """A text that says something."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text")
    return value


def flag(value: Any) -> bool:
    """``true`` or ``false``."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list):
        raise ValueError("must be a list of texts")
    found: list[str] = []
    for index, item in enumerate(cast("list[object]", value)):
        if not isinstance(item, str) or not item.strip():
            raise Misfit("must be a text", (str(index),))
        found.append(item)
    return tuple(found)


def table_of(read: Reader) -> Reader:
    """A reader of tables whose every value ``read`` reads."""

    def read_table(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError("must be a table")
        found: dict[str, Any] = {}
        for name, item in cast("dict[str, Any]", value).items():
            with within(name):
                found[name] = read(item)
        return found

    return read_table


def severity(value: Any) -> Severity:
    """A severity by name."""
    if not isinstance(value, str) or value not in set(Severity):
        guess = did_you_mean(value, Severity) if isinstance(value, str) else ""
        raise ValueError(f"{value!r} is not a severity{guess}; there are {', '.join(Severity)}")
    return Severity(value)


def features(value: Any) -> dict[str, bool]:
    """A list of what is on, or a table of ``true`` and ``false``."""
    if isinstance(value, list):
        return dict.fromkeys(texts(cast("list[object]", value)), True)
    return cast("dict[str, bool]", table_of(flag)(value))


def tolerance(value: Any) -> float:
    """Seconds, or a length of time."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if 0 <= value < float("inf"):
            return float(value)
        raise ValueError(_NO_LENGTH.format(value))
    seconds = parse_retention(text(value)).max_seconds
    if not seconds:
        raise ValueError(_NO_LENGTH.format(value))
    return float(seconds)


def max_age(value: Any) -> Retention | None:
    """A length of time, or ``never``."""
    if value == "never":
        return None
    try:
        length = parse_retention(text(value))
    except ValueError:
        length = None
    if length is None or length.kind is not RetentionKind.DURATION:
        raise ValueError(f"{value!r} is not a length of time; write for example 6 months, or never")
    return length


def expiry(value: Any) -> date:
    """A date; of a date with a time, the day."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    try:
        return date.fromisoformat(text(value))
    except ValueError:
        raise ValueError(f"{value!r} is no day of the calendar; write one as 2026-09-01") from None


def per_path(value: Any) -> tuple[PathSettings, ...]:
    """``[[per-path]]``."""
    return tuple(
        PathSettings(item["path"], item.get("ignore", ()), item.get("severity", {}), item.get("select", ()))
        for item in _tables(value, {"path": text, **_LOCAL}, ("path",))
    )


def per_test(value: Any) -> tuple[PerTestSettings, ...]:
    """``[[per-test]]``."""
    return tuple(
        PerTestSettings(
            item["test"], item.get("ignore", ()), item.get("severity", {}), item.get("select", ()), item.get("consent")
        )
        for item in _tables(value, {"test": text, **_LOCAL, "consent": read_consent}, ("test",))
    )


def waivers(value: Any) -> tuple[Waiver, ...]:
    """``[[waivers]]``."""
    readers = {"codes": _codes, "subject": text, "reason": text, "owner": text, "expires": expiry}
    return tuple(Waiver(**item) for item in _tables(value, readers, tuple(readers)))


def laws(value: Any) -> dict[LawName, str]:
    """Laws of consent, each with why it is not looked at."""
    if not isinstance(value, dict):
        raise ValueError("must be a table: the name of a law, and why it is not looked at")
    found: dict[LawName, str] = {}
    for name, reason in cast("dict[str, object]", value).items():
        with within(name):
            found.update(switched_off({name: reason}))
    return found


def signals(value: Any) -> Overrides:
    """By key of a consent signal, for which categories its own keys stand; ``false`` where it is not read."""
    if not isinstance(value, dict):
        raise ValueError("must be a table: the key of a signal, and what its own keys stand for")
    found: dict[str, Mapping[str, tuple[str, ...]] | None] = {}
    for key, item in cast("dict[str, Any]", value).items():
        with within(key):
            found[key] = _signal(item)
    return found


def _signal(value: Any) -> dict[str, tuple[str, ...]] | None:
    if value is False:
        return None
    if not isinstance(value, dict):
        raise ValueError('must be false, or a table such as {googleAnalytics = "analytics"}')
    return {own: _categories(own, item) for own, item in cast("dict[str, Any]", value).items()}


def _categories(own: str, value: Any) -> tuple[str, ...]:
    try:
        return (value,) if isinstance(value, str) and value else texts(value)
    except ValueError:
        raise Misfit("each key must have a category, or a list of categories", (own,)) from None


def _codes(value: Any) -> tuple[str, ...]:
    codes = texts(value)
    if not codes:
        raise ValueError("must name a rule at least")
    return codes


_LOCAL: Mapping[str, Reader] = {"ignore": texts, "severity": table_of(severity), "select": texts}


def _tables(value: Any, readers: Mapping[str, Reader], required: Sequence[str]) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise ValueError("must be a list of tables")
    found: list[dict[str, Any]] = []
    for index, item in enumerate(cast("list[object]", value)):
        with within(index):
            if not isinstance(item, dict):
                raise ValueError("must be a table")
            found.append(_table(cast("dict[str, Any]", item), readers, required))
    return found


def _table(item: Mapping[str, Any], readers: Mapping[str, Reader], required: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in item.items():
        if key not in readers:
            raise Misfit(f"is unknown{did_you_mean(key, readers)}; there are {', '.join(readers)}", (key,), of_key=True)
        with within(key):
            found[key] = readers[key](value)
    for key in required:
        if key not in found:
            raise ValueError(f"{key!r} is missing")
    return found
