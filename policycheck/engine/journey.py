"""A journey is one device: one test, one file, one visitor. What is observed on it is judged as it comes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from policycheck.consent.reading import ObservedConsent
from policycheck.consent.steps import Step, StepKind
from policycheck.engine.joining import request_finding
from policycheck.engine.steps import Steps
from policycheck.jar.addresses import place_of_url
from policycheck.matching.match import Match, match
from policycheck.model.consent import UNSET, ConsentState
from policycheck.model.finding import Breach, Finding
from policycheck.model.observation import HttpExchange, Observation, Source
from policycheck.model.party import Party
from policycheck.model.report import NotEvaluated
from policycheck.model.request import SentRequest
from policycheck.model.storage import StorageKind
from policycheck.recording import Recorder
from policycheck.rules.permission import holding
from policycheck.rules.requests import page_host
from policycheck.rules.rule import Outcome, Rule

if TYPE_CHECKING:
    from policycheck.engine.session import Session


class Journey:
    """One device: its recorder, the matches in order, the visitor's steps, and the findings so far.

    Without a word from outside, each response is a step once the visitor has chosen something, and so is each change of
    the recorder's consent. Whoever drives the visitor sets ``narrated`` and says what the steps are.

    With :data:`policycheck.consent.reading.OBSERVED` as ``consent``, the choice is read from what is stored: by
    ``follower``, which is None otherwise.
    """

    def __init__(
        self,
        session: Session,
        *,
        test: str | None = None,
        consent: ConsentState | None = None,
        ignore: Sequence[str] = (),
        now: Callable[[], float] = time.time,
        narrated: bool = False,
    ) -> None:
        self.session = session
        self.findings: list[Finding] = []
        self.not_evaluated: list[NotEvaluated] = []
        self.matches: list[Match] = []
        start = session.settings.consent_of(test) if consent is None else consent
        self.follower = session.follower(now) if isinstance(start, ObservedConsent) else None
        self.recorder = Recorder(
            now=now,
            consent=start if self.follower is None else UNSET,
            test=test,
            sink=self._see,
            sink_request=self._ask,
            after=None if narrated else self._answered,
            follow=None if self.follower is None else self._follow,
        )
        self.steps = Steps(self.recorder, self.matches, now)
        self._asked: set[tuple[object, ...]] = set()
        self._ignore = tuple(ignore)
        self._closed = False

    def step(self, kind: StepKind, text: str, **facts: Any) -> Step:
        """End a step: what happened since the last one. ``facts`` are further fields of :class:`Step`.

        Returns the step; what the rules have to say about it is among the findings.
        """
        step = self.steps.end(kind, text, **facts)
        for rule, check in self.session.step_rules:
            for matched, outcome in check(self.steps.all, self.session.context):
                self._keep(rule, matched, outcome, step)
        return step

    def continue_from(self, earlier: Journey) -> None:
        """Go on with the device and the visitor of ``earlier``, whose findings are settled."""
        self.recorder.jar = earlier.recorder.jar
        self.recorder.consent = earlier.recorder.consent
        self.recorder.carried = earlier.recorder.web_storage()
        if self.follower is not None and earlier.follower is not None:
            self.follower = earlier.follower
        self.steps.continue_from(earlier.steps)
        self._asked = earlier._asked  # what was found of a host was found

    def finish(self) -> list[Finding]:
        """Run the rules that need the whole journey, once, and return all findings with their waivers."""
        if not self._closed:
            self._closed = True
            for rule in self.session.journey_rules:
                for matched, outcome in rule.journey(self.matches, self.session.context):  # type: ignore[misc]
                    self._keep(rule, matched, outcome)
            self.findings = self.session.settle(self)
        return self.findings

    def so_far(self) -> list[Finding]:
        """The findings, with their waivers, as if the journey ended now. Changes nothing."""
        if self._closed:
            return list(self.findings)
        found = list(self.findings)
        for rule in self.session.journey_rules:
            for matched, outcome in rule.journey(self.matches, self.session.context):  # type: ignore[misc]
                if isinstance(outcome, Breach) and (finding := self._finding(rule, matched, outcome)) is not None:
                    found.append(finding)
        return self.session.judge(found)

    def _see(self, observation: Observation) -> None:
        matched = match(self.session.catalogue, observation)
        self.matches.append(matched)
        session = self.session
        context = session.context
        checks = session.checks_of(matched.item) if observation.stored else session.checks_of_the_rest
        for rule, check in checks:
            for outcome in check(matched, context):
                self._keep(rule, matched, outcome)

    def _ask(self, sent: SentRequest) -> None:
        """Judge what a page asked: each host once, for each page's host and each state of consent."""
        session = self.session
        if not session.request_rules or not sent.by_page:
            return
        # A choice may lapse between two requests, and what is ignored may depend on the page's path.
        holds = tuple(holding(sent.consent, session.context, sent.time).items()) if sent.consent.choices else ()
        path = sent.page_path if session.settings.per_path else None
        seen = (sent.host, page_host(sent), sent.party, path, sent.consent, holds)
        if seen in self._asked:
            return
        self._asked.add(seen)
        for rule, check in session.request_rules:
            for outcome in check(sent, session.context):
                self._keep_of_request(rule, sent, outcome)

    def _keep_of_request(self, rule: Rule, sent: SentRequest, outcome: Outcome) -> None:
        host = sent.host or ""
        if not isinstance(outcome, Breach):
            self.not_evaluated.append(NotEvaluated(rule.code, host, outcome.reason, sent.describe()))
            return
        severity = self.session.selection.severity(rule, outcome, sent.page_path, self._ignore, self.recorder.test)
        if severity is not None:
            source = None if sent.test is None else self.session.locate(sent.test)
            self.findings.append(request_finding(rule, severity, sent, outcome, source))

    def _follow(self, kind: StorageKind, name: str, value: str | None) -> ConsentState | None:
        """Go on from what holds, which a test may have changed meanwhile."""
        if self.follower is None:
            return None
        self.follower.state = self.recorder.consent
        return self.follower(kind, name, value)

    def _answered(self, exchange: HttpExchange) -> None:
        """Make a step of a response, and of the change of consent before it: once something was chosen at all."""
        if not self.session.step_rules or not self.steps.chosen(self.recorder.consent):
            return
        stored = False
        if self.steps.consent != self.recorder.consent:
            stored = self.follower is not None  # then this very response told the choice, and is no page after it
            told = "the consent that the test told" if self.follower is None else "the choice that was stored"
            self.step(StepKind.CHOICE, told)
        read = exchange.method == "GET" and exchange.status is not None and 200 <= exchange.status < 300
        path = Source(exchange.adapter, url=exchange.url).path
        self.step(StepKind.VISIT, f"{exchange.method} {path or 'a page'}", page_load=read and not stored)

    def _keep(self, rule: Rule, matched: Match | None, outcome: Outcome, step: Step | None = None) -> None:
        if not isinstance(outcome, Breach):
            subject = matched.observation.name if matched else step.text if step else ""
            where = matched.observation.source.describe() if matched else ""
            self.not_evaluated.append(NotEvaluated(rule.code, subject, outcome.reason, where))
            return
        finding = self._finding(rule, matched, outcome, step)
        if finding is not None:
            self.findings.append(finding)

    def _finding(self, rule: Rule, matched: Match | None, breach: Breach, step: Step | None = None) -> Finding | None:
        observation = matched.observation if matched else None
        source = observation.source if observation else Source("", test=self.recorder.test)
        severity = self.session.selection.severity(rule, breach, source.path, self._ignore, source.test)
        if severity is None:
            return None
        where = source.describe() if observation else ""
        if step is not None:
            where = f"{where}, seen after {step.text}" if where else step.text
        return Finding(
            code=rule.code,
            name=rule.name,
            severity=severity,
            subject=observation.name if observation else "",
            kind=observation.kind if observation else None,
            message=breach.message,
            where=where,
            test=source.test,
            expected=breach.expected,
            actual=breach.actual,
            fix=breach.fix,
            why=breach.why or rule.why,
            location=breach.location or (matched.item.location if matched and matched.item else None),
            key=_key(breach, observation),
            law=breach.law,
            source=None if source.test is None else self.session.locate(source.test),
            entry=matched.item.key if matched and matched.item else "",
        )


def _key(breach: Breach, observation: Observation | None) -> str:
    """The key of a breach; of what another site stored with its host, which the place does not name."""
    if observation is None or observation.party is not Party.THIRD:
        return breach.key
    place = place_of_url(observation.source.url)
    host = observation.host or (place.host if place else None)
    return breach.key if not host else f"{breach.key} at {host}" if breach.key else host
