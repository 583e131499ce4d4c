"""Waivers: findings that somebody accepted, with a reason, until a day. They stay visible and fail nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase

from policycheck.model.finding import Finding, Waiver


def apply_waivers(
    findings: Iterable[Finding], waivers: Iterable[Waiver], today: date
) -> tuple[list[Finding], list[str]]:
    """Attach to each finding the waiver that covers it. Returns the findings and notes on waivers that have expired."""
    known = tuple(waivers)
    notes: dict[str, None] = {}
    judged: list[Finding] = []
    for finding in findings:
        covering = [waiver for waiver in known if _covers(waiver, finding)]
        valid = next((waiver for waiver in covering if waiver.expires >= today), None)
        if valid is None:
            for waiver in covering:
                notes[
                    f"the waiver of {waiver.owner} for {finding.code} on {waiver.subject!r} expired on {waiver.expires}"
                ] = None
        judged.append(finding if valid is None else replace(finding, waiver=valid))
    return judged, list(notes)


def _covers(waiver: Waiver, finding: Finding) -> bool:
    names = {finding.code, finding.name, finding.code.rstrip("0123456789")}
    return not names.isdisjoint(waiver.codes) and fnmatchcase(finding.subject, waiver.subject)
