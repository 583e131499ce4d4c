"""A session judges what was observed on any number of devices, and adds up what they come to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property

from policycheck.catalogue.entries import Catalogue, Item
from policycheck.consent.following import ConsentFollower
from policycheck.consent.signals import ConsentSignal
from policycheck.engine.acceptance import Acceptance, rules_that_ran
from policycheck.engine.baseline import Baseline, Update
from policycheck.engine.joining import arrange, catalogue_finding, join
from policycheck.engine.journey import Journey
from policycheck.engine.logs import join_logs, journey_log
from policycheck.engine.selection import Selection, select_rules
from policycheck.engine.settings import Settings
from policycheck.model.acceptance import Acceptances
from policycheck.model.consent import ConsentState
from policycheck.model.finding import Breach, Finding, Location
from policycheck.model.legal import ConsentNeed
from policycheck.model.report import (
    ConsentReach,
    Coverage,
    DeclaredItem,
    JourneyLog,
    NotEvaluated,
    Report,
    RuleInfo,
    join_reaches,
)
from policycheck.rules.rule import Context, ObservationCheck, Rule, Scope

NO_RECORD = (
    "consent is observed, but no record of a choice was seen in this process: every visitor counted as one who chose "
    "nothing; the records that can be read: policycheck signals"
)


class Session:
    """Judges journeys against one catalogue with one selection of rules, and adds up what they observed.

    ``baseline`` holds the findings that the project had before, ``update`` says that it is about to change.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        rules: Iterable[Rule],
        settings: Settings,
        *,
        signals: Iterable[ConsentSignal] = (),
        modify_findings: Callable[[list[Finding]], None] = lambda findings: None,
        today: Callable[[], date] = lambda: datetime.now(tz=UTC).date(),
        baseline: Baseline | None = None,
        update: Update | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.settings = settings
        self.context = Context(catalogue, settings.tolerance, settings.profile, tuple(signals))
        self.selection: Selection = select_rules(rules, settings)
        self.checks = tuple((rule, rule.observation) for rule in self.selection.rules if rule.observation)
        """The rules that judge single observations, with their functions."""
        self.checks_of_the_rest = tuple((rule, check) for rule, check in self.checks if not rule.only_stored)
        """Those of them that also judge what did not come to lie on the device."""
        self._checks_of: dict[int, tuple[tuple[Rule, ObservationCheck], ...]] = {}
        self.step_rules = tuple((rule, rule.step) for rule in self.selection.rules if rule.step)
        """The rules that judge a visitor's steps, with their functions."""
        self.request_rules = tuple((rule, rule.request) for rule in self.selection.rules if rule.request)
        """The rules that judge the hosts which a page asked, with their functions."""
        self.journey_rules = tuple(rule for rule in self.selection.rules if rule.journey)
        self.acceptance = Acceptance(
            settings.waivers, today, baseline=baseline, update=update, fail_on=settings.fail_on
        )
        self.locate: Callable[[str], Location | None] = lambda test: None
        """Where a test, or a record of evidence, stands: the source of what is found there."""
        self.whole = True
        """False for a run that does not show what is never found: of some tests alone, or cut off."""
        self.keeps_journeys = False
        """True where a report is to tell what each device saw."""
        self._modify = modify_findings
        self._findings: list[Finding] = []
        self._not_evaluated: list[NotEvaluated] = []
        self._notes: dict[str, None] = {}
        if settings.profile is not None and settings.profile.preview:
            self.note(f"the profile {settings.profile.key} is a preview of what is not law: {settings.profile.title}")
        self._observed: set[str] = set()
        self._consent: list[ConsentReach] = []
        self._journeys: list[JourneyLog] = []
        self._exchanges = 0
        self._observations = 0
        self._requests = 0
        self._followed = False
        self._records = 0

    def journey(
        self,
        *,
        test: str | None = None,
        consent: ConsentState | None = None,
        ignore: Sequence[str] = (),
        now: Callable[[], float] = time.time,
        narrated: bool = False,
    ) -> Journey:
        """Start a device on which nothing is stored. ``ignore`` are selectors of rules that do not apply to it."""
        return Journey(self, test=test, consent=consent, ignore=ignore, now=now, narrated=narrated)

    def follower(self, now: Callable[[], float]) -> ConsentFollower:
        """What reads the choice of one visitor from what is stored: about each category that needs consent."""
        from policycheck.catalogue.compile import BUILT_IN_CATEGORIES

        declared = self.catalogue.categories
        decided = [key for key, category in declared.items() if category.consent is ConsentNeed.REQUIRED]
        return ConsentFollower(self.context.signal_index, decided, now, known=(*declared, *BUILT_IN_CATEGORIES))

    def checks_of(self, item: Item | None) -> tuple[tuple[Rule, ObservationCheck], ...]:
        """The rules that can have something to say on ``item``, an entry of this session's catalogue, or None."""
        # By identity, since an entry takes long to compare; the catalogue keeps each of them alive.
        checks = self._checks_of.get(id(item))
        if checks is None:
            checks = self._checks_of[id(item)] = tuple(
                (rule, check) for rule, check in self.checks if rule.concerns is None or rule.concerns(item)
            )
        return checks

    def settle(self, journey: Journey) -> list[Finding]:
        """Take a finished journey in: waivers, plugins' changes, counts. Called by :meth:`Journey.finish`."""
        findings = self.judge(journey.findings)
        self._findings += findings
        self._not_evaluated += journey.not_evaluated
        if self.keeps_journeys and journey.matches:
            self._journeys.append(journey_log(journey.recorder.test or "", journey.matches, findings))
        self._observed |= {matched.item.key for matched in journey.matches if matched.item is not None}
        self._exchanges += journey.recorder.exchanges
        self._observations += len(journey.matches)
        self._requests += len(journey.recorder.requests)
        if journey.follower is not None:
            self._followed = True
            self._records += journey.follower.records
            self._notes.update(dict.fromkeys(journey.follower.notes))
        return findings

    def take_in(
        self,
        findings: Iterable[Finding] = (),
        *,
        not_evaluated: Iterable[NotEvaluated] = (),
        observed: Iterable[str] = (),
        exchanges: int = 0,
        observations: int = 0,
        requests: int = 0,
        consent: ConsentReach | None = None,
    ) -> None:
        """Add what somebody else found and saw against the same catalogue; ``observed`` are keys of its items."""
        self._consent += () if consent is None else (consent,)
        self._findings += [
            replace(found, source=self.locate(found.test)) if found.test and found.source is None else found
            for found in findings
        ]
        self._not_evaluated += not_evaluated
        self._observed.update(observed)
        self._exchanges += exchanges
        self._observations += observations
        self._requests += requests

    def judge(self, findings: Iterable[Finding]) -> list[Finding]:
        """Apply waivers, the baseline, and what plugins change. Takes nothing in."""
        judged = self.acceptance.apply(findings)
        self._modify(judged)
        return judged

    def note(self, text: str) -> None:
        """Add a remark to the report, once."""
        self._notes[text] = None

    @cached_property
    def _declared(self) -> tuple[str, ...]:
        """The keys of the items that a run should observe."""
        return tuple(dict.fromkeys(item.key for item in self.catalogue.items if item.enabled))

    def part(self) -> Report:
        """Report what this process observed, without the rules that look at a whole run: to be joined with others."""
        return Report(
            catalogue=self.catalogue.location,
            findings=tuple(self._findings),
            not_evaluated=tuple(self._not_evaluated),
            coverage=Coverage(self._declared, frozenset(self._observed)),
            exchanges=self._exchanges,
            observations=self._observations,
            notes=(*self._notes, *((NO_RECORD,) if self._followed and not self._records else ())),
            consent=join_reaches(self._consent),
            requests=self._requests,
            journeys=tuple(self._journeys),
        )

    def _saw_record(self, coverage: Coverage) -> bool:
        """True when some process saw a record of a choice that the catalogue declares."""
        find = self.context.signal_index.find
        return any(item.key in coverage.observed and find(item.kind, item.name) for item in self.catalogue.items)

    def report(self, parts: Iterable[Report] = ()) -> Report:
        """Report the whole run: this process and the ``parts`` of others, joined."""
        others = tuple(parts)
        joined = join((self.part(), *others))
        if others and self._saw_record(joined.coverage):
            joined = replace(joined, notes=tuple(note for note in joined.notes if note != NO_RECORD))
        found: list[Finding] = []
        unevaluated: list[NotEvaluated] = []
        for rule in self.selection.rules:
            for item, outcome in rule.run(joined.coverage, self.context) if rule.run is not None else ():
                if not isinstance(outcome, Breach):
                    unevaluated.append(NotEvaluated(rule.code, item.name, outcome.reason))
                elif (severity := self.selection.severity(rule, outcome, None)) is not None:
                    found.append(catalogue_finding(rule, severity, item.name, outcome, item))
        findings = [*joined.findings, *self.judge(found)]
        accepted, open_questions = self._judge_acceptance(findings)
        return replace(
            joined,
            findings=arrange((*findings, *accepted)),
            not_evaluated=tuple(dict.fromkeys((*joined.not_evaluated, *unevaluated, *open_questions))),
            coverage=replace(joined.coverage, items=self._declared_items()),
            rules=tuple(
                RuleInfo(
                    rule.code,
                    rule.name,
                    self.selection.severity(rule, Breach(""), None) or rule.severity,
                    rule.why,
                    rule.page,
                )
                for rule in self.selection.rules
                if rule.scope is not Scope.CATALOGUE
            ),
            journeys=join_logs(joined.journeys),
            fail_on=self.settings.fail_on,
        )

    def _judge_acceptance(self, findings: Sequence[Finding]) -> tuple[list[Finding], list[NotEvaluated]]:
        """What the rules have to say about waivers and the baseline, now that everything else was found."""
        ran = rules_that_ran(self.selection.rules)
        uses = self.acceptance.uses(findings, ran, whole=self.whole)
        return judge_acceptance(self.selection, uses)

    def _declared_items(self) -> tuple[DeclaredItem, ...]:
        items = {item.key: item for item in reversed(self.catalogue.items) if item.enabled}
        return tuple(
            DeclaredItem(
                key,
                items[key].kind,
                items[key].name,
                items[key].categories,
                provider.name if (provider := items[key].provider) is not None else "",
                str(items[key].retention),
                items[key].location,
            )
            for key in self._declared
        )


def judge_acceptance(selection: Selection, uses: Acceptances) -> tuple[list[Finding], list[NotEvaluated]]:
    """Apply the rules about what was accepted; what they find cannot be accepted itself."""
    found: list[Finding] = []
    unevaluated: list[NotEvaluated] = []
    for rule in selection.rules:
        for subject, outcome in rule.acceptance(uses) if rule.acceptance is not None else ():
            if not isinstance(outcome, Breach):
                unevaluated.append(NotEvaluated(rule.code, subject, outcome.reason))
            elif (severity := selection.severity(rule, outcome, None)) is not None:
                found.append(catalogue_finding(rule, severity, subject, outcome))
    return found, unevaluated
