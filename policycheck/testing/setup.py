"""What every journey of one check shares: the catalogue, the rules, the driver factory, and which laws are in force."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from policycheck.catalogue.entries import Catalogue
from policycheck.consent.laws.names import LawName
from policycheck.consent.signals.index import SignalIndex
from policycheck.engine.project import Project
from policycheck.engine.session import Session
from policycheck.engine.settings import Settings
from policycheck.errors import UsageError
from policycheck.model.consent import ConsentStatus
from policycheck.model.finding import Finding, Severity
from policycheck.model.lifetime import DAY
from policycheck.model.spelling import did_you_mean
from policycheck.testing.coverage import ConsentCoverage
from policycheck.testing.driver import ConsentDriver

DriverFactory = Callable[[], ConsentDriver]
"""Makes a driver: a class without arguments, or a function."""
_WORST = Severity.WARNING.rank
"""The least severity of a broken law that ends a journey."""


@dataclass(frozen=True)
class ConsentSetup:
    """The conditions of a check. ``categories`` are those that a visitor decides about.

    ``switched_off`` are laws that are not looked at, each with the reason. ``blind`` is a session without rules, for
    devices that are driven only to be compared. ``set_aside`` are laws that a search has seen broken already.
    """

    project: Project
    session: Session
    blind: Session
    driver_factory: DriverFactory
    categories: tuple[str, ...]
    switched_off: Mapping[str, str] = field(default_factory=dict[str, str])
    test: str | None = None
    coverage: ConsentCoverage = field(default_factory=ConsentCoverage)
    set_aside: set[str] = field(default_factory=set[str])
    tolerated: dict[tuple[str, ...], Finding] = field(default_factory=dict[tuple[str, ...], Finding])

    @cached_property
    def validity(self) -> float | None:
        """Seconds after which a choice counts no more: as the catalogue says, else the profile; None: unknown.

        Where the profile speaks of consent alone, a refusal counts on: see :meth:`lapses`.
        """
        length = self.session.catalogue.consent.validity
        profile = self.session.settings.profile
        if length is None and profile is not None and profile.choice_kept_at_most is not None:
            length = profile.choice_kept_at_most.length
        return None if length is None or length.max_seconds is None else length.max_seconds + DAY

    def lapses(self, status: ConsentStatus) -> bool:
        """True when a choice with ``status`` ends with the validity: the profile may speak of consent alone."""
        profile = self.session.settings.profile
        if self.session.catalogue.consent.validity is not None or profile is None:
            return True
        return profile.choice_kept_at_most is None or profile.choice_kept_at_most.binds(status)

    @cached_property
    def signals(self) -> SignalIndex:
        """The records of consent managers that can be read, by name."""
        return SignalIndex(self.project.signals)

    @cached_property
    def has_record(self) -> bool:
        """True when the catalogue says in which entry the visitor's choice is kept."""
        return any(item.remembers_choice for item in self.session.catalogue.items)

    def failing(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that end a journey: whatever fails a test, and each broken law down to warnings.

        The others are kept in ``tolerated``; those of laws that are switched off are not.
        """
        fail_on = self.session.settings.fail_on.rank
        failing: list[Finding] = []
        for finding in findings:
            if finding.law in self.switched_off or (finding.law or finding.code) in self.set_aside:
                continue
            if not finding.accepted and finding.severity.rank <= max(fail_on, _WORST if finding.law else 0):
                failing.append(finding)
            else:
                self.tolerated.setdefault(finding.identity, finding)
        return failing


def set_up(
    catalogue: Catalogue | str | Path,
    driver_factory: DriverFactory,
    *,
    project: Project | None = None,
    profile: str | None = None,
    categories: Iterable[str] | None = None,
    without: Mapping[str, str] | None = None,
    test: str | None = None,
) -> ConsentSetup:
    """Prepare a check of ``driver_factory`` against ``catalogue`` (a location or a Catalogue).

    ``profile`` is a jurisdiction (``FR``) in the place of the project's. ``categories`` are those that the visitor
    decides about, by default those of the catalogue that need consent and are used. ``without`` names laws that are not
    to be looked at, each with a reason. Raises :class:`policycheck.errors.UsageError` for what makes no sense.
    """
    project = Project(Settings(cache=False)) if project is None else project
    if not isinstance(catalogue, Catalogue):
        catalogue = project.catalogue(str(catalogue))
    if profile is not None:
        from policycheck.consent.profiles.loading import load_profile

        project = project.with_settings(replace(project.settings, profile=load_profile(profile)))
    session = project.session(catalogue)
    return ConsentSetup(
        project,
        session,
        Session(catalogue, (), _without_rules(project.settings), signals=project.signals),
        driver_factory,
        decided_about(catalogue) if categories is None else _known(categories, catalogue),
        {**{law.value: reason for law, reason in project.settings.laws.items()}, **_switched_off(without or {})},
        test,
    )


def _without_rules(settings: Settings) -> Settings:
    """The settings of a session that has no rules, so that none of them names one."""
    return settings.without_rules()


def decided_about(catalogue: Catalogue) -> tuple[str, ...]:
    """The categories that a visitor decides about: those of uses that are switched on and need consent."""
    return tuple(
        dict.fromkeys(
            use.category.key for item in catalogue.items for use in item.uses if use.enabled and use.needs_consent
        )
    )


def _known(categories: Iterable[str], catalogue: Catalogue) -> tuple[str, ...]:
    if isinstance(categories, str):
        raise UsageError(f"categories is a list\n  fix: categories=[{categories!r}]")
    named = tuple(categories)
    for category in named:
        if category not in catalogue.categories:
            guess = did_you_mean(category, catalogue.categories)
            there = ", ".join(catalogue.categories)
            raise UsageError(f"the catalogue has no category {category!r}{guess}; there are {there}")
    return named


def _switched_off(without: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(without, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError('without names laws and why: without={"withdrawal-is-as-easy": "agreed with counsel"}')
    for law, reason in without.items():
        if law not in set(LawName):
            raise UsageError(f"{law!r} is no law of consent{did_you_mean(law, list(LawName))}; all: policycheck law")
        if not reason.strip():
            raise UsageError(f"the law {law!r} is switched off without a reason; say why")
    return {LawName(law): reason for law, reason in without.items()}
