"""The answer of a run: findings, what could not be evaluated, what was observed of the catalogue, and the journeys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from policycheck.model.finding import Finding, Location, Severity
from policycheck.model.storage import Operation, StorageKind


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule that ran. ``why`` is one line, ``help`` the rule's page in Markdown, which no JSON report holds."""

    code: str
    name: str
    severity: Severity
    why: str = ""
    help: str = field(default="", compare=False, repr=False)

    @property
    def title(self) -> str:
        """What a list of rules calls it: ``stored before consent``."""
        return self.name.replace("-", " ")


@dataclass(frozen=True, slots=True)
class Event:
    """One observation of a journey, as a report tells it: without its value.

    ``time`` is epoch seconds; ``declared`` the entry of the catalogue that it matched, None for none; ``consent`` what
    held (``analytics=granted, else unset``); ``lifetime`` as words, empty where it is not known; ``refused`` the reason
    why the browser did not store it; ``codes`` those of the findings about it.
    """

    time: float
    operation: Operation
    kind: StorageKind
    name: str
    declared: str | None = None
    categories: tuple[str, ...] = ()
    consent: str = ""
    where: str = ""
    lifetime: str = ""
    refused: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JourneyLog:
    """What one device saw, in order: of ``test``, or of a file of evidence. ``left_out`` counts events over a limit."""

    test: str
    events: tuple[Event, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class DeclaredItem:
    """An entry of the catalogue as reports list it. ``key`` is ``kind:name``, ``provider`` a name, empty for none."""

    key: str
    kind: StorageKind
    name: str
    categories: tuple[str, ...] = ()
    provider: str = ""
    retention: str = ""
    location: Location | None = None


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
    items: tuple[DeclaredItem, ...] = ()
    """The declared items, in the order of the catalogue; left out in a part of a run."""

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
    """The answer of one run, ready for every reporter. ``exchanges``, ``observations``, ``requests`` are counts.

    ``rules`` are those that ran. ``journeys`` are kept where a reporter asks for them. ``partial`` says why the
    evidence was not read to its end; it is empty where all of it was. A finding fails the run from ``fail_on`` upwards.

    ``prefix`` is the folder of the run as seen from the top of its repository, from which services look files up:
    ``apps/shop``, empty at the top or where there is none. ``sources`` is the address under which the repository's
    files are shown at this commit, without a slash at its end; it is empty where nobody knows.
    """

    catalogue: str
    findings: tuple[Finding, ...]
    not_evaluated: tuple[NotEvaluated, ...] = ()
    coverage: Coverage = Coverage((), frozenset())
    exchanges: int = 0
    observations: int = 0
    notes: tuple[str, ...] = ()
    consent: tuple[ConsentReach, ...] = ()
    requests: int = 0
    rules: tuple[RuleInfo, ...] = ()
    journeys: tuple[JourneyLog, ...] = ()
    partial: str = ""
    fail_on: Severity = Severity.ERROR
    prefix: str = ""
    sources: str = ""

    @property
    def seen(self) -> bool:
        """True when something was observed: a response, an entry of storage, or a request."""
        return bool(self.exchanges + self.observations + self.requests)

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that nobody accepted: neither a waiver nor the baseline holds them."""
        return tuple(finding for finding in self.findings if not finding.accepted)

    def fails(self, finding: Finding) -> bool:
        """True for an open finding that is severe enough to fail the run."""
        return not finding.accepted and finding.severity.rank <= self.fail_on.rank

    @property
    def waived(self) -> tuple[Finding, ...]:
        """The findings that a waiver holds."""
        return tuple(finding for finding in self.findings if finding.waiver is not None)

    @property
    def known(self) -> tuple[Finding, ...]:
        """The findings that stand in the baseline, and that no waiver holds."""
        return tuple(finding for finding in self.findings if finding.known and finding.waiver is None)
