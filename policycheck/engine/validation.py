"""Judging a catalogue alone: the rules of the CAT group."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from policycheck.catalogue.entries import Catalogue
from policycheck.engine.joining import arrange, catalogue_finding
from policycheck.engine.selection import select_rules
from policycheck.engine.settings import Settings
from policycheck.engine.waivers import apply_waivers
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
    waived, notes = apply_waivers(findings, settings.waivers, datetime.now(tz=UTC).date())
    modify_findings(waived)
    declared = tuple(dict.fromkeys(item.key for item in catalogue.items))
    return Report(
        catalogue=catalogue.location,
        findings=arrange(waived),
        not_evaluated=tuple(unevaluated),
        coverage=Coverage(declared, frozenset()),
        notes=tuple(notes),
    )
