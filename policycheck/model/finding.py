"""What a check concludes of one breach: a finding, with its place, and the waiver of who accepts it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from policycheck.model.fingerprint import digest, stable_host, stable_name, stable_place
from policycheck.model.storage import StorageKind


class Severity(StrEnum):
    """Errors fail a run, warnings and notes are shown (SARIF levels)."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for an error, then upwards: sorts the worst first."""
        return _WORST_FIRST.index(self)


_WORST_FIRST = tuple(Severity)
_LONGEST_NAME = 120
"""How many characters of a name a headline shows: a name comes from a network, and may have thousands."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a catalogue: ``file`` as the user named it, line and column from 1 (0: unknown), a JSON pointer."""

    file: str
    line: int = 0
    column: int = 0
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Breach:
    """What a rule yields: the facts of one breach. Code, severity and subject are added around it.

    ``message`` continues the sentence that starts with the subject: ``was stored before consent``.
    ``severity`` is set only where a rule grades by what the entry asks for.
    """

    message: str
    expected: str = ""
    actual: str = ""
    fix: str = ""
    severity: Severity | None = None
    location: Location | None = None
    why: str = ""
    key: str = ""
    """What tells two breaches of one rule on one subject apart, for the fingerprint (an attribute's name, say)."""
    law: str = ""
    """The law of consent that is broken; empty for a rule that is no matter of consent over time."""


@dataclass(frozen=True, slots=True)
class Unevaluated:
    """What a rule yields when it could not look. Shown, and never counted as a pass."""

    reason: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """An accepted finding: who accepted it, why, and until when. It stays visible in every report."""

    codes: tuple[str, ...]
    subject: str
    reason: str
    owner: str
    expires: date
    location: Location | None = field(default=None, compare=False)
    """The place in the settings that says so."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of policy. ``name`` is the rule's kebab name, ``subject`` the entry's name as it was observed.

    Of a request the subject is the host that was asked, and ``kind`` is None.

    ``where`` is a place in the evidence (``GET /  ->  Set-Cookie, header 2 of 3``), ``location`` one in the catalogue,
    ``source`` one in a file that did it, or tells it: the test, or the file of evidence. ``entry`` is the declared item
    that it speaks about, as ``kind:name``. ``known`` says that it stands in the baseline, ``since`` when it was taken
    in (None: it is about to be).
    """

    code: str
    name: str
    severity: Severity
    subject: str
    kind: StorageKind | None
    message: str
    where: str = ""
    test: str | None = None
    expected: str = ""
    actual: str = ""
    fix: str = ""
    why: str = ""
    location: Location | None = None
    waiver: Waiver | None = None
    key: str = ""
    count: int = field(default=1, compare=False)
    law: str = ""
    anywhere: bool = False
    """``where`` is one place of many: the same breach at another place is no other breach."""
    source: Location | None = field(default=None, compare=False)
    entry: str = ""
    known: bool = False
    since: date | None = field(default=None, compare=False)

    @property
    def accepted(self) -> bool:
        """True when somebody has accepted it: it fails nothing, and is shown as accepted."""
        return self.waiver is not None or self.known

    @property
    def headline(self) -> str:
        """The first line, which alone is a usable annotation."""
        return f"{self.code} {self.name}: {self.sentence}"

    @property
    def sentence(self) -> str:
        """The message with the entry that it speaks of: ``cookie '_ga' (analytics) was stored before consent``."""
        name = self.subject if len(self.subject) <= _LONGEST_NAME else f"{self.subject[:_LONGEST_NAME]}..."
        return f"{self.kind.value} {name!r} {self.message}" if self.kind else self.message

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells two breaches apart: code, kind, subject, place without header numbers if it counts, key."""
        place = "" if self.anywhere else self.where.partition(", header ")[0]
        return (self.code, self.kind or "", self.subject, place, self.key)

    @property
    def fingerprint(self) -> str:
        """The same for the same breach in another run, on another machine, after lines moved and tests were renamed.

        16 hexadecimal digits, of the code, the declared entry (or what was observed: kind and name, or host), the place
        as :func:`policycheck.model.fingerprint.stable_place` keeps it, and the key. Where it shows over time, as a law
        does, the place is left out: it is one of many journeys that show it. So is a place in the catalogue, which
        says how the run was told of the file.
        """
        name = stable_name(self.subject) if self.kind else self.subject
        subject = self.entry or f"{self.kind or ''}:{name}"
        declared = self.where == str(self.location or "")
        place = "" if self.anywhere or self.law or declared else stable_place(self.where)
        return digest(self.code, subject, place, stable_host(self.key), self.law)
