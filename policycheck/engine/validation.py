"""Judging a catalogue alone: the rules of the CAT group."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from policycheck.catalogue.entries import Catalogue
from policycheck.engine.acceptance import Acceptance
from policycheck.engine.joining import arrange, catalogue_finding
from policycheck.engine.selection import select_rules
from policycheck.engine.session import judge_acceptance
from policycheck.engine.settings import Settings
from policycheck.model.finding import Breach, Finding
from policycheck.model.report import Coverage, NotEvaluated, Report
from policycheck.rules.rule import Rule


def validate(
    catalogue: Catalogue,
    rules: Iterable[Rule],
    settings: Settings,
    *,
    modify_findings: Callable[[list[Finding]], None] = lambda findings: None,
) -> Report:
    """Apply the selected catalogue rules. Raises ConfigurationError for a selector that names no rule."""
    selection = select_rules(rules, settings)
    findings: list[Finding] = []
    unevaluated: list[NotEvaluated] = []
    for rule in selection.rules:
        if rule.catalogue is None:
            continue
        for subject, outcome in rule.catalogue(catalogue):
            if not isinstance(outcome, Breach):
                unevaluated.append(NotEvaluated(rule.code, subject, outcome.reason))
            elif (severity := selection.severity(rule, outcome, None)) is not None:
                findings.append(catalogue_finding(rule, severity, subject, outcome))
    acceptance = Acceptance(settings.waivers, lambda: datetime.now(tz=UTC).date())
    judged = acceptance.apply(findings)
    modify_findings(judged)
    ran = [rule for rule in selection.rules if rule.catalogue is not None]
    accepted, open_questions = judge_acceptance(selection, acceptance.uses(judged, ran, whole=True))
    declared = tuple(dict.fromkeys(item.key for item in catalogue.items))
    return Report(
        catalogue=catalogue.location,
        findings=arrange((*judged, *accepted)),
        not_evaluated=(*unevaluated, *open_questions),
        coverage=Coverage(declared, frozenset()),
        fail_on=settings.fail_on,
    )
