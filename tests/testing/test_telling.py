"""What a broken law reads like: findings, sequence, trace and a test to paste; never a value."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.testing import ConsentViolation, consent_journey

SECRET = "c0ffee5ecre7"


def _violation(site: Any, bug: str, *moves: Any) -> ConsentViolation:
    with pytest.raises(ConsentViolation) as caught, consent_journey(site.catalogue(), site.driver_with(bug)) as journey:
        for move in moves:
            move(journey)
    return caught.value


def test_the_text_tells_the_whole_story(site: Any) -> None:
    violation = _violation(
        site,
        "path",
        lambda j: j.grant("analytics"),
        lambda j: j.withdraw("analytics"),
        lambda j: j.visit("/"),
    )
    lines = str(violation).splitlines()
    assert lines[0].startswith("withdrawal-erases: CON003 survives-withdrawal: cookie '_ga' (analytics)")
    at = lines.index("sequence:")
    assert lines[at + 1] == "  grant('analytics'); withdraw('analytics'); visit('/')"
    assert lines[lines.index("what was stored:") + 1 : lines.index("as a regression test:") - 1] == [
        "   1  grant('analytics')     analytics granted",
        "        + cookie 'choice'",
        "        - cookie 'ad'",
        "        + cookie 'login'",
        "        + cookie '_ga'",
        "   2  withdraw('analytics')  analytics withdrawn",
        "        + cookie 'choice'",
        "        - cookie '_ga'  Path=/shop",
        "        - cookie 'ad'",
        "   3  visit('/')             analytics withdrawn",
        "      on the device: cookie 'choice', cookie 'login', cookie '_ga'",
    ]
    assert lines[lines.index("as a regression test:") + 1 :] == [
        "  def test_withdrawal_erases(policycheck_consent):",
        "      visitor = policycheck_consent.visitor(BrokenDriver)",
        "      visitor.grant('analytics')",
        "      visitor.withdraw('analytics')",
        "      visitor.visit('/')",
    ]


def test_the_pasted_code_goes_the_same_way(site: Any) -> None:
    violation = _violation(
        site,
        "erase",
        lambda j: j.visit("/"),
        lambda j: j.change(grant=["analytics"], deny=["marketing"]),
        lambda j: j.wait(days=1),
        lambda j: j.act("look"),
        lambda j: j.gpc_on(),
        lambda j: j.refuse_all(),
        lambda j: j.visit("/tea"),
    )
    with (
        consent_journey(site.catalogue(), site.driver_with("erase")) as visitor,
        pytest.raises(ConsentViolation) as again,
    ):
        for step in violation.steps:
            eval(f"visitor.{step.text}", {"visitor": visitor})
    assert again.value.replay == violation.replay
    assert again.value.findings == violation.findings


def test_no_value_is_told(site: Any) -> None:
    class Secretive(site.driver_with("early")):  # type: ignore[misc]
        def visit(self, page: str) -> Any:
            self.storage("localStorage", "key", SECRET)
            self.document_cookie(f"ad={SECRET}; Secure")
            return super().visit(page)

    with pytest.raises(ConsentViolation) as caught, consent_journey(site.catalogue(), Secretive) as journey:
        journey.visit("/")
    assert SECRET not in str(caught.value) + repr(caught.value) + repr(caught.value.findings)
    assert {"CON001", "INV001"} <= {finding.code for finding in caught.value.findings}


def test_lapsed_choices_signals_and_scopes_are_shown(site: Any) -> None:
    class Wide(site.driver_with("early")):  # type: ignore[misc]
        base_url = "https://www.shop.example"

        def gpc(self, on: bool) -> None:
            super().gpc(on)
            self.document_cookie("login=1; Domain=shop.example; Path=/deep; Secure")

    with pytest.raises(ConsentViolation) as caught, consent_journey(site.catalogue(), Wide) as journey:
        journey.grant_all()
        journey.expire()
        journey.gpc_on()
        journey.visit("/")
    text = str(caught.value)
    assert "analytics expired, marketing expired, Sec-GPC: 1" in text
    assert "cookie 'login' Domain=shop.example Path=/deep" in text
