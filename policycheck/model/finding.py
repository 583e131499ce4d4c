"""What a check concludes: findings, things that could not be evaluated, waivers, and the report that holds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of policy. ``name`` is the rule's kebab name, ``subject`` the entry's name as it was observed.

    Of a request the subject is the host that was asked, and ``kind`` is None.

    ``where`` is a place in the evidence (``GET /  ->  Set-Cookie, header 2 of 3``), ``location`` one in the catalogue.
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
        """The same for the same breach in another run: a digest of :attr:`identity`."""
        import hashlib

        return hashlib.sha256("\x1f".join(self.identity).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """One rule that could not look at one subject, with the reason."""

    code: str
    subject: str
    reason: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the catalogue a run observed: keys of items as ``kind:name``."""

    declared: tuple[str, ...]
    observed: frozenset[str]

    @property
    def unobserved(self) -> tuple[str, ...]:
        """The declared items that were never seen, in the order of the catalogue."""
        return tuple(item for item in self.declared if item not in self.observed)


@dataclass(frozen=True, slots=True)
class ConsentReach:
    """How far journeys through choices of consent came, over the ``categories`` that a visitor decides about.

    ``states`` are those in which a page was loaded (``ads=granted,analytics=unset``), ``transitions`` the choices with
    the status that they met (``withdraw from granted``), ``laws`` those that could have been broken.
    """

    categories: tuple[str, ...]
    states: frozenset[str] = frozenset()
    transitions: frozenset[str] = frozenset()
    laws: frozenset[str] = frozenset()
    journeys: int = 0
    steps: int = 0

    def joined(self, other: ConsentReach) -> ConsentReach:
        """What both came by together."""
        return ConsentReach(
            self.categories,
            self.states | other.states,
            self.transitions | other.transitions,
            self.laws | other.laws,
            self.journeys + other.journeys,
            self.steps + other.steps,
        )


def join_reaches(reaches: Iterable[ConsentReach]) -> tuple[ConsentReach, ...]:
    """One for each set of categories, in order."""
    joined: dict[tuple[str, ...], ConsentReach] = {}
    for reach in reaches:
        known = joined.get(reach.categories)
        joined[reach.categories] = reach if known is None else known.joined(reach)
    return tuple(joined.values())


@dataclass(frozen=True, slots=True)
class Report:
    """The answer of one run, ready for every reporter. ``exchanges``, ``observations``, ``requests`` are counts."""

    catalogue: str
    findings: tuple[Finding, ...]
    not_evaluated: tuple[NotEvaluated, ...] = ()
    coverage: Coverage = Coverage((), frozenset())
    exchanges: int = 0
    observations: int = 0
    notes: tuple[str, ...] = ()
    consent: tuple[ConsentReach, ...] = ()
    requests: int = 0

    @property
    def seen(self) -> bool:
        """True when something was observed: a response, an entry of storage, or a request."""
        return bool(self.exchanges + self.observations + self.requests)

    @property
    def unwaived(self) -> tuple[Finding, ...]:
        """The findings that nobody accepted."""
        return tuple(finding for finding in self.findings if finding.waiver is None)
