from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from policycheck.engine.acceptance import Acceptance
from policycheck.engine.baseline import Baseline, Update
from policycheck.model.acceptance import Acceptances, KnownFinding, KnownUse, WaiverUse
from policycheck.model.finding import Finding, Severity, Waiver
from policycheck.model.storage import StorageKind
from policycheck.rules.acceptance.gat001_expired_waiver import RULE as EXPIRED
from policycheck.rules.consent.con001_stored_before_consent import RULE as CON001

TODAY = date(2026, 5, 1)
YESTERDAY = date(2026, 4, 30)


def finding(subject: str = "_ga", severity: Severity = Severity.ERROR) -> Finding:
    return Finding("CON001", "stored-before-consent", severity, subject, StorageKind.COOKIE, "m")


def waiver(*codes: str, subject: str = "_ga", expires: date = TODAY) -> Waiver:
    return Waiver(codes or ("CON001",), subject, "agreed", "ann", expires)


def known(of: Finding, ends: date | None = None) -> KnownFinding:
    return KnownFinding(of.fingerprint, of.code, "cookie", of.subject, "", date(2026, 1, 1), ends)


def accepting(*waivers: Waiver, baseline: Baseline | None = None, update: Update | None = None) -> Acceptance:
    return Acceptance(waivers, lambda: TODAY, baseline=baseline, update=update)


@pytest.mark.parametrize(
    ("given", "covers"),
    [
        (waiver(), True),
        (waiver("CON"), True),
        (waiver("stored-before-consent"), True),
        (waiver("RET001", "CON001"), True),
        (waiver("RET001"), False),
        (waiver("CON00"), False),
        (waiver(subject="_g*"), True),
        (waiver(subject="*"), True),
        (waiver(subject="_GA"), False),
        (waiver(subject="ga"), False),
        (waiver(expires=date(2027, 1, 1)), True),
        (waiver(expires=YESTERDAY), False),
    ],
)
def test_a_waiver_covers_by_code_and_subject_until_its_day(given: Waiver, covers: bool) -> None:
    judged = accepting(given).apply([finding()])

    assert [found.waiver for found in judged] == [given if covers else None]
    assert [found.accepted for found in judged] == [covers]


def test_a_valid_waiver_after_an_expired_one_counts() -> None:
    valid = waiver()

    assert accepting(waiver(expires=YESTERDAY), valid).apply([finding()])[0].waiver == valid


@pytest.mark.parametrize(("ends", "holds"), [(None, True), (TODAY, True), (YESTERDAY, False)])
def test_the_baseline_knows_a_finding_until_its_end(ends: date | None, holds: bool) -> None:
    baseline = Baseline(Path("b.json"), (known(finding(), ends),))

    judged = accepting(baseline=baseline).apply([finding(), finding("_gid")])

    assert [(found.known, found.accepted) for found in judged] == [(holds, holds), (False, False)]


def test_a_growing_baseline_knows_what_would_fail_and_no_more() -> None:
    baseline = Baseline(Path("b.json"))
    acceptance = Acceptance((), lambda: TODAY, baseline=baseline, update=Update.GROW, fail_on=Severity.WARNING)

    judged = acceptance.apply([finding(severity=severity) for severity in Severity])

    assert [found.known for found in judged] == [True, True, False]


def test_what_became_of_what_was_accepted() -> None:
    held, unused, of_other_rules = waiver(), waiver(subject="_gid"), waiver("RET001")
    old = waiver(subject="_g*", expires=YESTERDAY)
    there, gone, other = known(finding()), known(finding("gone")), known(finding("x"))
    other = KnownFinding(other.fingerprint, "RET001", "cookie", "x", "", TODAY)
    baseline = Baseline(Path("b.json"), (there, gone, other))

    uses = accepting(held, unused, of_other_rules, old, baseline=baseline).uses(
        [finding()], [CON001, EXPIRED], whole=False
    )

    assert uses == Acceptances(
        TODAY,
        (WaiverUse(held, 1, whole=False), WaiverUse(unused, 0, whole=False), WaiverUse(old, 1, whole=False)),
        (KnownUse(there, found=True, whole=False), KnownUse(gone, found=False, whole=False)),
    )


@pytest.mark.parametrize("update", Update)
def test_a_baseline_that_is_changed_is_not_judged(update: Update) -> None:
    baseline = Baseline(Path("b.json"), (known(finding("gone")),))

    assert accepting(baseline=baseline, update=update).uses([], [CON001], whole=True).baseline == ()
