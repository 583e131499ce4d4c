"""The machine: it finds what is wrong, says it shortly, and says what it did not look at."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from policycheck.consent.laws.names import LawName
from policycheck.errors import NothingObservedError, UsageError
from policycheck.model.observation import HttpExchange
from policycheck.testing import ConsentOutcome, ConsentViolation, run_consent_machine
from policycheck.testing.running import run_machine
from policycheck.testing.setup import set_up

BUGS = {
    "erase": (LawName.WITHDRAWAL_ERASES, 3),
    "path": (LawName.WITHDRAWAL_ERASES, 3),
    "early": (LawName.SILENCE_IS_REFUSAL, 1),
    "toggle": (LawName.GRANT_IS_IDEMPOTENT, 2),
    "forgets": (LawName.CHOICE_IS_REMEMBERED, 3),
    "counts": (LawName.REGRANT_STARTS_CLEAN, 3),
}


def _run(site: Any, bug: str = "", **wishes: Any) -> ConsentOutcome:
    return run_consent_machine(site.catalogue(), site.driver_with(bug), **{"seed": 1, **wishes})


def test_a_correct_site_passes_and_the_outcome_says_what_was_not_looked_at(site: Any) -> None:
    outcome = _run(site, examples=60)

    assert outcome.reach.journeys >= 60
    assert set(outcome.not_evaluated) == {
        LawName.FIXED_LIFETIME_STAYS,
        LawName.GPC_REFUSES,
        LawName.SIGNAL_FOLLOWS_CHOICE,
    }
    assert outcome.reach.laws == {law.value for law in LawName if law not in outcome.not_evaluated}
    assert len(outcome.reach.states) >= 12
    assert {"withdraw from granted", "expire from granted", "revise from granted"} <= outcome.reach.transitions
    first, *rest = outcome.summary.splitlines()
    assert first.startswith("consent to analytics, marketing: 6")
    assert first.endswith("13 of 16 laws looked at")
    assert rest[1].startswith("  not evaluated: gpc-refuses: no profile")


@pytest.mark.parametrize("bug", BUGS)
def test_each_bug_is_found_with_the_shortest_sequence(site: Any, bug: str) -> None:
    law, length = BUGS[bug]
    with pytest.raises(ConsentViolation) as caught:
        _run(site, bug)
    violation = caught.value
    broken = {violation.laws[0]: violation} | {other.laws[0]: other for other in violation.others}
    assert law in broken
    assert len(broken[law].steps) <= length
    assert 1 <= broken[law].journeys <= 100


def test_the_same_seed_finds_the_same(site: Any) -> None:
    found: list[str] = []
    for _ in range(2):
        with pytest.raises(ConsentViolation) as caught:
            _run(site, "erase", seed=7)
        found.append(f"{caught.value.replay} after {caught.value.journeys}")
    assert found[0] == found[1]


def test_all_laws_that_are_broken_are_told(site: Any) -> None:
    class Careless(site.driver_with("erase")):  # type: ignore[misc]
        def withdraw(self, category: str) -> None:
            for _ in range(3):
                self.get("/")
            self.choose(frozenset())

    with pytest.raises(ConsentViolation) as caught:
        run_consent_machine(site.catalogue(), Careless, seed=1)
    broken = {caught.value.laws[0], *(other.laws[0] for other in caught.value.others)}
    assert {LawName.WITHDRAWAL_ERASES, LawName.WITHDRAWAL_IS_AS_EASY} <= broken
    assert "also broken:" in str(caught.value)


def test_a_driver_that_records_nothing_has_not_been_observed(site: Any) -> None:
    with pytest.raises(NothingObservedError, match="never seen to answer"):
        run_consent_machine(site.catalogue(), site.BareDriver, examples=2, steps=3)


def test_a_driver_of_ones_own_needs_no_more_than_the_protocol(site: Any) -> None:
    class Plain:
        pages = ("/",)

        def start(self, recorder: Any, clock: Any) -> None:
            self.recorder = recorder

        def visit(self, page: str) -> None:
            self.recorder.response(HttpExchange("GET", "https://shop.example/", 200, ("ad=1; Secure",)))

        def choose(self, granted: frozenset[str]) -> None:
            pass

        def close(self) -> None:
            pass

    with pytest.raises(ConsentViolation) as caught:
        run_consent_machine(site.catalogue(), Plain, examples=5)
    assert caught.value.laws == (LawName.SILENCE_IS_REFUSAL,)


def test_what_a_poor_driver_cannot_do_is_said(site: Any) -> None:
    class Poor(site.Driver):  # type: ignore[misc]
        in_process = False
        gpc = None
        revise = None
        asked = None

    outcome = run_consent_machine(site.catalogue(), Poor, examples=10)
    assert outcome.not_evaluated[LawName.EXPIRY_RETURNS_TO_UNSET] == "the driver has no clock that it can move"
    assert outcome.not_evaluated[LawName.REVISION_RETURNS_TO_UNSET].startswith("the driver cannot publish")
    assert outcome.not_evaluated[LawName.REGRANT_STARTS_CLEAN].startswith("the driver's clock cannot be put back")


def test_a_law_that_is_switched_off_is_not_evaluated(site: Any) -> None:
    outcome = _run(site, "erase", without={"withdrawal-erases": "ticket 12"}, examples=20)
    assert outcome.not_evaluated[LawName.WITHDRAWAL_ERASES] == "switched off: ticket 12"


def test_a_catalogue_without_consent_leaves_nothing_to_choose(site: Any) -> None:
    with pytest.raises(UsageError, match="nothing to choose"):
        run_consent_machine(site.catalogue(items=[]), site.Driver)


def test_one_category_is_enough(site: Any) -> None:
    outcome = _run(site, categories=["analytics"], examples=10)
    assert "fewer than two categories" in outcome.not_evaluated[LawName.ORDER_DOES_NOT_MATTER]


def test_an_application_that_breaks_by_chance_is_told_as_flaky(site: Any) -> None:
    calls = iter(range(1_000_000))

    class Moody(site.Driver):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.site.bug = "early" if next(calls) % 5 == 3 else ""

    with pytest.raises(ConsentViolation) as caught:
        run_consent_machine(site.catalogue(), Moody, seed=1)
    assert any("once and not the next time" in note for note in caught.value.__notes__)


def test_every_transition_and_move_comes_up(site: Any) -> None:
    from policycheck.consent.transitions import TransitionKind

    setup = set_up(site.catalogue(), site.Driver)
    run_machine(setup, seed=3)
    made = {transition.split()[0] for transition in setup.coverage.reach(setup.categories).transitions}
    assert made == {kind.value for kind in TransitionKind}


def test_the_room_is_imported_without_hypothesis() -> None:
    code = (
        "import sys, policycheck.testing as t; t.ConsentJourney; t.consent_states; "
        "sys.exit('hypothesis' in sys.modules or 'flask' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("asked", ["policycheck.testing.run_consent_machine", "policycheck.testing.strategies.items"])
def test_where_hypothesis_is_missing_the_remedy_is_told(asked: str) -> None:
    module, _, name = asked.rpartition(".")
    code = f"import sys; sys.modules['hypothesis'] = None; from {module} import {name}"

    run = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)

    assert run.stderr.endswith(
        f"ModuleNotFoundError: {asked} needs Hypothesis\n  fix: pip install 'policycheck[testing]'\n"
    )


def test_where_nothing_stops_time_the_remedy_is_told(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("policycheck.testing.visitor", "policycheck.testing.needs"):
        monkeypatch.setattr(f"{module}.can_stop_time", lambda: False)

    outcome = run_consent_machine(site.catalogue(), site.Driver, examples=2, steps=3, seed=1)

    for law in (LawName.EXPIRY_RETURNS_TO_UNSET, LawName.REGRANT_STARTS_CLEAN):
        assert "pip install 'policycheck[testing]'" in outcome.not_evaluated[law]
