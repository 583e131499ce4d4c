"""A consent signal: what a consent manager itself stores about the choice, and how to read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from policycheck.errors import CaptureError
from policycheck.model.storage import StorageKind

EVERY_CATEGORY = "*"
"""Stands among the categories of a key for all of them: one answer to everything."""


class SignalError(CaptureError):
    """A record of a choice that cannot be read. The message says what is wrong and where in the record, no value."""


@dataclass(frozen=True, slots=True)
class SignalReading:
    """What one record says. ``choices`` are by the consent manager's own keys: True granted, False denied, None open.

    ``others`` is what holds for keys that it does not name: False where it lists nothing but what was granted. ``time``
    (epoch seconds) and ``version`` are those of the choice, ``expires`` is its end; None where the record does not say.
    ``chosen`` is False for a record that says of itself that nobody has chosen yet (tarteaucitron's ``wait``).
    ``versioned`` is True where each choice carries the version that it was made about; ``version`` is the newest.
    """

    signal: str
    choices: Mapping[str, bool | None]
    time: float | None = None
    version: str | None = None
    expires: float | None = None
    chosen: bool = True
    others: bool | None = None
    versioned: bool = False


@dataclass(frozen=True, slots=True)
class ConsentSignal:
    """One kind of record. ``key`` names it in settings and messages (``klaro``), ``title`` for people.

    ``names`` are the templates of names under which it is stored, by kind of storage, such as
    ``((StorageKind.COOKIE, "cc_cookie"),)``; templates as in a catalogue. ``decode(value)`` reads a stored value, and
    raises :class:`SignalError`. ``categories`` maps the consent manager's own keys to categories of a catalogue (``*``:
    all of them); a key that it does not name stands for the category of the same name. ``source`` is where the format
    is written down.
    """

    key: str
    title: str
    names: tuple[tuple[StorageKind, str], ...]
    decode: Callable[[str], SignalReading]
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    source: str = ""
