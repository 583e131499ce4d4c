"""Waivers and the baseline, laid over findings: accepted ones stay visible and fail nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase

from policycheck.engine.baseline import Baseline, Update
from policycheck.engine.selection import names_rule
from policycheck.model.acceptance import Acceptances, KnownUse, WaiverUse
from policycheck.model.finding import Finding, Severity, Waiver
from policycheck.rules.rule import Rule, Scope


class Acceptance:
    """What a project accepts: its ``waivers``, and the ``baseline`` if it has one.

    With :attr:`Update.GROW` every finding that would fail the run counts as known, since it is about to be.
    """

    def __init__(
        self,
        waivers: Iterable[Waiver],
        today: Callable[[], date],
        *,
        baseline: Baseline | None = None,
        update: Update | None = None,
        fail_on: Severity = Severity.ERROR,
    ) -> None:
        self.waivers = tuple(waivers)
        self.baseline = baseline
        self.update = update
        self._fail_on = fail_on
        self._today = today

    def apply(self, findings: Iterable[Finding]) -> list[Finding]:
        """Attach to each finding the first waiver that covers it and has not expired, and whether it is known."""
        if not self.waivers and self.baseline is None:
            return list(findings)
        today = self._today()
        valid = [waiver for waiver in self.waivers if waiver.expires >= today]
        return [
            replace(
                finding,
                waiver=next((waiver for waiver in valid if _covers(waiver, finding)), None),
                known=self._knows(finding, today),
                since=self.baseline.since(finding.fingerprint) if self.baseline is not None else None,
            )
            for finding in findings
        ]

    def _knows(self, finding: Finding, today: date) -> bool:
        if self.baseline is None:
            return False
        grows = self.update is Update.GROW and finding.severity.rank <= self._fail_on.rank
        return grows or self.baseline.holds(finding.fingerprint, today)

    def uses(self, findings: Sequence[Finding], ran: Iterable[Rule], *, whole: bool) -> Acceptances:
        """What became of that which is accepted and which the rules that ``ran`` can find."""
        rules = tuple(ran)
        waivers = tuple(
            WaiverUse(waiver, sum(_covers(waiver, finding) for finding in findings), whole)
            for waiver in self.waivers
            if any(names_rule(code, rule) for code in waiver.codes for rule in rules)
        )
        return Acceptances(self._today(), waivers, self._known_uses(findings, rules, whole=whole))

    def _known_uses(self, findings: Sequence[Finding], rules: Sequence[Rule], *, whole: bool) -> tuple[KnownUse, ...]:
        if self.baseline is None or self.update is not None:
            return ()
        found = {finding.fingerprint for finding in findings}
        codes = {rule.code for rule in rules}
        return tuple(
            KnownUse(known, known.fingerprint in found, whole) for known in self.baseline.entries if known.code in codes
        )


def rules_that_ran(rules: Iterable[Rule]) -> list[Rule]:
    """The rules that can have found what somebody may accept: those of a run, without those about acceptance."""
    return [rule for rule in rules if rule.scope not in {Scope.CATALOGUE, Scope.ACCEPTANCE}]


def _covers(waiver: Waiver, finding: Finding) -> bool:
    names = {finding.code, finding.name, finding.code.rstrip("0123456789")}
    return not names.isdisjoint(waiver.codes) and fnmatchcase(finding.subject, waiver.subject)
