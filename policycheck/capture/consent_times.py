"""Which consent held from which moment on, told apart from the evidence: in a file, or on the command line.

The file is YAML, JSON or TOML: an object of times, or a list of ``from`` and ``consent``
(``schemas/consent-times.schema.json``). Each record is judged under the consent of its own time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from policycheck.capture.evidence import Record
from policycheck.catalogue.plain import as_list, is_list, is_object
from policycheck.catalogue.problems import CatalogueInvalid
from policycheck.catalogue.reading import READERS
from policycheck.catalogue.reading.text import decode
from policycheck.consent.reading import ObservedConsent, read_consent
from policycheck.errors import CaptureError, ConfigurationError, UsageError
from policycheck.model.consent import UNSET, Choice, ConsentState, ConsentStatus

if TYPE_CHECKING:
    from policycheck.catalogue.documents import Node

T = TypeVar("T")
_FIELDS = frozenset({"from", "consent", "gpc"})
_EXAMPLE = "2026-05-01T12:00:00Z"


class Turn(NamedTuple):
    """From ``time`` (epoch seconds) on, ``state`` holds. ``place`` is where that is told."""

    time: float
    state: ConsentState
    place: str


@dataclass(frozen=True, slots=True)
class ConsentTimes:
    """The turns, the earliest first."""

    turns: tuple[Turn, ...] = ()

    def __bool__(self) -> bool:
        """True when any turn is told."""
        return bool(self.turns)

    def at(self, moment: float) -> ConsentState | None:
        """What held at ``moment`` (epoch seconds); None before the first turn."""
        number = bisect_right(self.turns, moment, key=lambda turn: turn.time)
        return self.turns[number - 1].state if number else None

    def stamped(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records of one device, each with what held at its time; what a record says itself goes before.

        Raises :class:`policycheck.errors.CaptureError` for a record that stores or asks for something at no known time.
        """
        held, gpc = None, False
        for record in records:
            gpc = gpc if record.gpc is None else record.gpc
            if record.time is not None:
                held = self.at(record.time)
            elif record.consent is None and not record.loaded and _tells(record):
                raise CaptureError(
                    f"{record.place}: its time is not told, so nobody knows which consent held then\n"
                    "  fix: give evidence with times (a header dump with Date), or --consent for all of it"
                )
            if record.consent is None and held is not None:
                yield replace(record, consent=replace(held, gpc=held.gpc or gpc))
            else:
                yield record


def read_consent_times(
    path: str | None = None, spelt: Iterable[str] = (), categories: Iterable[str] = ()
) -> ConsentTimes:
    """The turns of the file at ``path``, and those that ``TIME=CONSENT`` texts tell, together.

    ``categories`` are those of the catalogue. Raises :class:`policycheck.errors.ConfigurationError` with the place in
    the file, and :class:`policycheck.errors.UsageError` for a text.
    """
    known = tuple(categories)
    turns = [*(() if path is None else _of_file(path, known)), *(_of_text(text, known) for text in spelt)]
    turns.sort(key=lambda turn: turn.time)
    for one, other in pairwise(turns):
        if one.time == other.time:
            raise UsageError(f"{other.place}: the same moment stands at {one.place} before\n  fix: keep one of them")
    return ConsentTimes(tuple(_with_choices(turns, known)))


def _tells(record: Record) -> bool:
    """Whether there is anything in ``record`` that depends on consent."""
    stores = record.exchange is not None and bool(record.exchange.set_cookie or record.exchange.clear_site_data)
    return stores or record.entry is not None or bool(record.entries) or record.request is not None


def _of_file(name: str, categories: tuple[str, ...]) -> Iterator[Turn]:
    reader = READERS.get(PurePosixPath(name.replace("\\", "/")).suffix.lower())
    if reader is None:
        raise ConfigurationError(f"{name}: the format cannot be told\n  fix: name it with .yaml, .json or .toml")
    try:
        data, root = reader(decode(Path(name).read_bytes(), name), name)
    except CatalogueInvalid as error:
        raise ConfigurationError(str(error)) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is no file name"
        raise ConfigurationError(f"{name}: cannot be read: {reason}") from None
    if is_object(data) and data:
        for key, consent in data.items():
            place = _place(name, root, key)
            yield Turn(_told(place, partial(_moment, key)), _consent(place, consent, categories), place)
    elif is_list(data) and data:
        for number, entry in enumerate(as_list(data)):
            yield _of_entry(entry, _place(name, root, str(number)), categories)
    else:
        raise ConfigurationError(
            f"{name}: no times\n  fix: write times with the consent that holds from then on, as in {_EXAMPLE}: granted"
        )


def _of_entry(entry: object, place: str, categories: tuple[str, ...]) -> Turn:
    if not is_object(entry) or not {"from", "consent"} <= entry.keys() <= _FIELDS:
        raise ConfigurationError(f"{place}: an entry has 'from' and 'consent', and maybe 'gpc'")
    gpc = entry.get("gpc", False)
    if not isinstance(gpc, bool):
        raise ConfigurationError(f"{place}: 'gpc' must be true or false")
    state = _consent(place, entry["consent"], categories)
    return Turn(_told(place, lambda: _moment(entry["from"])), replace(state, gpc=gpc), place)


def _of_text(text: str, categories: tuple[str, ...]) -> Turn:
    moment, equals, consent = text.partition("=")
    if not equals:
        raise UsageError(f"--consent-at {text}: a time and a consent are needed, as in {_EXAMPLE}=analytics=granted")
    place = f"--consent-at {moment}"
    try:
        return Turn(_moment(moment), _state(consent, categories), place)
    except (UsageError, ValueError) as error:
        raise UsageError(f"{place}: {error}") from None


def _consent(place: str, value: object, categories: tuple[str, ...]) -> ConsentState:
    return _told(place, lambda: _state(value, categories))


def _told(place: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except (UsageError, ValueError) as error:
        raise ConfigurationError(f"{place}: {error}") from None


def _state(value: object, categories: tuple[str, ...]) -> ConsentState:
    state = UNSET if value is None else read_consent(value, categories)
    if isinstance(state, ObservedConsent):
        raise UsageError("'observed' is no consent that holds from a time on")
    return state


def _moment(value: object) -> float:
    """Epoch seconds of an ISO 8601 time with its zone."""
    try:
        found = datetime.fromisoformat(value.strip() if isinstance(value, str) else "")
    except ValueError:
        raise ValueError(f"{value!r} is no time in ISO 8601, such as {_EXAMPLE}") from None
    if found.tzinfo is None:
        raise ValueError(f"the time has no zone; write Z for UTC, as in {_EXAMPLE}")
    return found.timestamp()


def _place(name: str, root: Node | None, token: str) -> str:
    mark = root.key_mark(token) if root is not None else None
    return f"{name}:{mark.line}:{mark.column}" if mark is not None else f"{name}: {token}"


def _with_choices(turns: Iterable[Turn], categories: tuple[str, ...]) -> Iterator[Turn]:
    """The turns with how each status came about: it was chosen when it began to hold."""
    before = UNSET
    for turn in turns:
        choices: dict[str, Choice] = {}
        for category in dict.fromkeys((*categories, *turn.state.statuses)):
            status, made = turn.state.status(category), before.choice(category)
            if status is not ConsentStatus.UNSET:
                kept = made is not None and made.status is status
                choices[category] = made if kept and made is not None else Choice(status, turn.time)
        before = replace(turn.state, choices=choices)
        yield Turn(turn.time, before, turn.place)
