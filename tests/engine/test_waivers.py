from __future__ import annotations

from datetime import date

import pytest

from policycheck.engine.waivers import apply_waivers
from policycheck.model.finding import Finding, Severity, Waiver
from policycheck.model.storage import StorageKind

TODAY = date(2026, 5, 1)


def finding(subject: str = "_ga") -> Finding:
    return Finding("CON001", "stored-before-consent", Severity.ERROR, subject, StorageKind.COOKIE, "m")


def waiver(*codes: str, subject: str = "_ga", expires: date = TODAY) -> Waiver:
    return Waiver(codes or ("CON001",), subject, "agreed", "ann", expires)


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
        (waiver(expires=date(2026, 4, 30)), False),
    ],
)
def test_a_waiver_covers_by_code_and_subject_until_its_day(given: Waiver, covers: bool) -> None:
    judged, _ = apply_waivers([finding()], [given], TODAY)

    assert [found.waiver for found in judged] == [given if covers else None]


def test_an_expired_waiver_is_noted_once() -> None:
    expired = waiver(expires=date(2026, 4, 30))

    judged, notes = apply_waivers([finding(), finding()], [expired], TODAY)

    assert [found.waiver for found in judged] == [None, None]
    assert notes == ["the waiver of ann for CON001 on '_ga' expired on 2026-04-30"]


def test_a_valid_waiver_after_an_expired_one_counts_without_a_note() -> None:
    valid = waiver()

    judged, notes = apply_waivers([finding()], iter([waiver(expires=date(2026, 1, 1)), valid]), TODAY)

    assert (judged[0].waiver, notes) == (valid, [])


def test_an_expired_waiver_of_something_else_is_no_news() -> None:
    assert apply_waivers([finding()], [waiver(subject="x", expires=date(2026, 1, 1))], TODAY) == ([finding()], [])
