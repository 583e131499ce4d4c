"""A journey, step by step: what holds after each step, and what ends it."""

from __future__ import annotations

import time
from typing import Any

import pytest

from policycheck.consent.laws.names import LawName
from policycheck.consent.transitions import TransitionKind
from policycheck.errors import UsageError
from policycheck.model.consent import ConsentStatus, Lapse
from policycheck.testing import ConsentJourney, ConsentViolation, consent_journey

GRANTED, REFUSED, WITHDRAWN, UNSET = (ConsentStatus(name) for name in ("granted", "refused", "withdrawn", "unset"))


def _journey(site: Any, bug: str = "", **wishes: Any) -> ConsentJourney:
    return consent_journey(site.catalogue(), site.driver_with(bug), **wishes)


def _statuses(journey: ConsentJourney) -> tuple[ConsentStatus, ConsentStatus]:
    return journey.consent.status("analytics"), journey.consent.status("marketing")


def test_choices_change_the_state(site: Any) -> None:
    with _journey(site) as journey:
        assert _statuses(journey) == (UNSET, UNSET)
        journey.visit("/")
        journey.grant("analytics")
        assert _statuses(journey) == (GRANTED, UNSET)
        journey.grant_all()
        assert _statuses(journey) == (GRANTED, GRANTED)
        journey.withdraw("marketing")
        assert _statuses(journey) == (GRANTED, WITHDRAWN)
        journey.change(grant=["marketing"], deny=["analytics"])
        assert _statuses(journey) == (WITHDRAWN, GRANTED)
        journey.refuse_all()
        assert _statuses(journey) == (WITHDRAWN, WITHDRAWN)
        journey.new_device()
        assert _statuses(journey) == (UNSET, UNSET)
        journey.refuse_all()
        assert _statuses(journey) == (REFUSED, REFUSED)


def test_each_step_knows_what_lay_on_the_device_before_and_after(site: Any) -> None:
    with _journey(site) as journey:
        journey.visit("/")
        journey.grant("analytics")
        journey.visit("/tea")

    first, second, third = journey.steps
    assert [step.text for step in journey.steps] == ["visit('/')", "grant('analytics')", "visit('/tea')"]
    assert ([name for _, name, *_ in first.held_before], [name for _, name, *_ in first.held]) == ([], ["login"])
    assert [name for _, name, *_ in second.held] == ["login", "choice", "_ga"]
    assert [match.observation.name for match in third.matches] == ["_ga"]
    assert (first.asked, third.asked) == (True, False)
    assert (first.page_load, second.page_load) == (True, False)
    assert (second.transition, second.concerned, second.interactions) == (TransitionKind.GRANT, ("analytics",), 1)
    assert first.time < second.time < third.time


def test_the_driver_is_told_the_categories_that_are_granted_then(site: Any) -> None:
    told: list[frozenset[str]] = []

    class Driver(site.Driver):  # type: ignore[misc]
        def choose(self, granted: frozenset[str]) -> None:
            told.append(granted)
            super().choose(granted)

    with consent_journey(site.catalogue(), Driver) as journey:
        journey.grant("analytics")
        journey.grant("marketing")
        journey.withdraw("analytics")
        journey.refuse_all()
        journey.grant_all()

    both = frozenset({"analytics", "marketing"})
    assert told == [frozenset({"analytics"}), both, frozenset({"marketing"}), frozenset(), both]


def test_a_method_of_the_driver_for_one_choice_goes_first(site: Any) -> None:
    called: list[Any] = []

    class Driver(site.Driver):  # type: ignore[misc]
        def grant(self, categories: tuple[str, ...]) -> None:
            called.append(("grant", categories))
            self.choose(frozenset(categories))

        def grant_all(self) -> None:
            called.append("grant_all")
            self.choose(frozenset({"analytics", "marketing"}))

        def refuse_all(self) -> None:
            called.append("refuse_all")
            self.choose(frozenset())

        def withdraw(self, category: str) -> None:
            called.append(("withdraw", category))
            self.choose(frozenset())

        def change(self, granted: tuple[str, ...], denied: tuple[str, ...]) -> None:
            called.append(("change", granted, denied))
            self.choose(frozenset(granted))

    with consent_journey(site.catalogue(), Driver) as journey:
        journey.grant("analytics")
        journey.withdraw("analytics")
        journey.grant_all()
        journey.refuse_all()
        journey.change(grant=["analytics"], deny=["marketing"])

    assert called == [
        ("grant", ("analytics",)),
        ("withdraw", "analytics"),
        "grant_all",
        "refuse_all",
        ("change", ("analytics",), ("marketing",)),
    ]


def test_a_broken_law_ends_the_journey_in_the_step_after_which_it_does_not_hold(site: Any) -> None:
    with _journey(site, "erase") as journey:
        journey.grant("analytics")
        journey.withdraw("analytics")
        with pytest.raises(ConsentViolation) as caught:
            journey.visit("/")

    violation = caught.value
    assert violation.laws == (LawName.WITHDRAWAL_ERASES,)
    assert [finding.code for finding in violation.findings] == ["CON003"]
    assert violation.replay == "grant('analytics'); withdraw('analytics'); visit('/')"
    assert [move.method for move in violation.moves] == ["grant", "withdraw", "visit"]


def test_time_stands_still_but_for_a_moment_a_step_and_what_the_visitor_waits(site: Any) -> None:
    before = time.time()
    with _journey(site) as journey:
        start = journey.clock.now()
        assert time.time() == start
        journey.visit("/")
        journey.wait(days=30)
        assert time.time() == journey.clock.now() == start + 30 * 86_400 + 2
    assert before <= time.time() < before + 60


def test_a_choice_lapses_when_its_time_has_come(site: Any) -> None:
    with _journey(site) as journey:
        journey.grant_all()
        journey.wait(days=100)
        assert _statuses(journey) == (GRANTED, GRANTED)
        journey.wait(days=100)
        assert _statuses(journey) == (UNSET, UNSET)
        choice = journey.consent.choice("analytics")
        assert choice is not None
        assert choice.lapsed is Lapse.EXPIRED
        journey.visit("/")


def test_expire_and_revise_return_to_unset(site: Any) -> None:
    with _journey(site) as journey:
        journey.grant_all()
        journey.expire()
        assert _statuses(journey) == (UNSET, UNSET)
        journey.visit("/")
        assert journey.steps[-1].asked is True
        journey.grant_all()
        journey.revise("2")
        assert _statuses(journey) == (UNSET, UNSET)
        choice = journey.consent.choice("marketing")
        assert choice is not None
        assert (choice.version, choice.lapsed) == ("1", Lapse.REVISED)
        journey.visit("/")
        assert journey.steps[-1].asked is True


def test_gpc_tabs_and_actions_reach_the_driver(site: Any) -> None:
    with _journey(site) as journey:
        journey.gpc_on()
        assert journey.consent.gpc
        journey.act("look")
        assert journey.driver.page.url.endswith("/tea")  # type: ignore[attr-defined]
        journey.second_tab()
        assert len(journey.driver.tabs) == 2  # type: ignore[attr-defined]
        journey.gpc_off()
        assert not journey.consent.gpc


def test_what_a_withdrawal_reads_first_is_not_yet_after_it(site: Any) -> None:
    """A withdrawal behind a page of settings: loading that page still happens under the consent given before."""

    class Driver(site.Driver):  # type: ignore[misc]
        def withdraw(self, category: str) -> None:
            self.get("/tea")
            self.choose(frozenset())

    with consent_journey(site.catalogue(), Driver, without={"withdrawal-is-as-easy": "not the matter here"}) as journey:
        journey.grant("analytics")
        journey.withdraw("analytics")
        journey.visit("/")

    assert journey.steps[1].interactions == 2


def test_an_early_write_while_withdrawing_is_a_write_after_withdrawal(site: Any) -> None:
    with _journey(site, "order") as journey, pytest.raises(ConsentViolation) as caught:
        journey.grant_all()
        journey.new_device()
        journey.driver.post("/consent", {"c": "marketing"})  # type: ignore[attr-defined]
        journey.visit("/")
    assert caught.value.laws == (LawName.SILENCE_IS_REFUSAL,)


@pytest.mark.parametrize(
    ("wanted", "moves"),
    [
        ({}, []),
        ({"analytics": "granted"}, ["grant('analytics')"]),
        ({"analytics": "refused", "marketing": "granted"}, ["change(grant=['marketing'], deny=['analytics'])"]),
        ({"analytics": "withdrawn"}, ["grant('analytics')", "visit('/')", "visit('/tea')", "withdraw('analytics')"]),
    ],
)
def test_a_state_is_reached_by_choices(site: Any, wanted: dict[str, str], moves: list[str]) -> None:
    with _journey(site) as journey:
        journey.reach(wanted)
        assert {name: journey.consent.status(name).value for name in wanted} == wanted
    assert [step.text for step in journey.steps] == moves


@pytest.mark.parametrize(
    ("move", "message"),
    [
        (lambda j: j.grant("analytic"), "does not decide about 'analytic'; did you mean 'analytics'?"),
        (lambda j: j.change(grant=["analytics"], deny=["analytics"]), "'analytics' is granted and denied at once"),
        (lambda j: j.act("lok"), "no action 'lok'; did you mean 'look'?"),
    ],
)
def test_moves_that_make_no_sense_are_told(site: Any, move: Any, message: str) -> None:
    with _journey(site) as journey, pytest.raises(UsageError) as caught:
        move(journey)
    assert message in str(caught.value)


def test_a_driver_without_an_ability_is_told(site: Any) -> None:
    with consent_journey(site.catalogue(), site.BareDriver) as journey:
        moves: list[tuple[Any, str]] = [
            (lambda: journey.wait(days=1), "clock cannot be moved"),
            (journey.expire, "clock cannot be moved"),
            (lambda: journey.revise("2"), "has no revise()"),
            (journey.gpc_on, "has no gpc()"),
            (journey.second_tab, "has no open_tab()"),
        ]
        for move, message in moves:
            with pytest.raises(UsageError, match=message.replace("(", r"\(").replace(")", r"\)")):
                move()


def test_a_driver_may_move_a_clock_of_its_own(site: Any) -> None:
    moved: list[float] = []

    class Elsewhere(site.Driver):  # type: ignore[misc]
        def advance(self, seconds: float) -> None:
            moved.append(seconds)

    with consent_journey(site.catalogue(), Elsewhere) as journey:
        journey.wait(days=2)
        assert journey.clock.now() - time.time() == pytest.approx(2 * 86_400 + 1, abs=5)
    assert moved == [1.0, 2 * 86_400.0]


def test_nobody_knows_when_a_choice_ends_where_nobody_says(site: Any) -> None:
    with consent_journey(site.catalogue(consent={}), site.Driver) as journey:
        with pytest.raises(UsageError, match=r"set consent\.validity"):
            journey.expire()
        journey.grant_all()
        journey.wait(days=390)
        assert _statuses(journey) == (GRANTED, GRANTED)


def test_a_journey_has_to_be_entered_and_ends_once(site: Any) -> None:
    journey = _journey(site)
    with pytest.raises(UsageError, match="not under way"):
        journey.visit("/")
    with journey:
        journey.visit("/")
    journey.close()


def test_an_application_that_outlives_its_drivers_is_started_afresh_for_each_journey(site: Any) -> None:
    begun: list[int] = []

    class Lasting(site.Driver):  # type: ignore[misc]
        @classmethod
        def begin(cls) -> None:
            begun.append(1)

    for _ in range(2):
        with consent_journey(site.catalogue(), Lasting) as journey:
            journey.visit("/")
            journey.new_device()
            journey.grant_in_both_orders("analytics", "marketing")
    assert len(begun) == 2


def test_an_exception_of_the_application_tells_the_way_to_it(site: Any) -> None:
    with _journey(site, "crash") as journey, pytest.raises(ZeroDivisionError) as caught:
        journey.visit("/")
        journey.grant_all()
    assert "in the journey: visit('/'); grant_all()" in caught.value.__notes__


def test_a_failing_start_closes_what_was_opened(site: Any) -> None:
    class Broken(site.Driver):  # type: ignore[misc]
        def start(self, recorder: Any, clock: Any) -> None:
            raise ZeroDivisionError

    before = time.time()
    with pytest.raises(ZeroDivisionError), consent_journey(site.catalogue(), Broken):
        pass
    assert before <= time.time() < before + 60


def test_laws_are_switched_off_with_a_reason(site: Any) -> None:
    with _journey(site, "erase", without={"withdrawal-erases": "ticket 12"}) as journey:
        journey.grant("analytics")
        journey.withdraw("analytics")
        journey.visit("/")


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"without": {"withdrawal-erase": "x"}}, "no law of consent; did you mean 'withdrawal-erases'?"),
        ({"without": {"withdrawal-erases": " "}}, "switched off without a reason"),
        ({"categories": ["analytic"]}, "no category 'analytic'; did you mean 'analytics'?"),
        ({"profile": "FRA"}, "'FRA'"),
    ],
)
def test_conditions_that_make_no_sense_are_told(site: Any, wishes: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        _journey(site, **wishes)
    assert message in str(caught.value)


def test_only_the_named_categories_are_decided_about(site: Any) -> None:
    with _journey(site, categories=["analytics"]) as journey:
        journey.grant_all()
        assert _statuses(journey) == (GRANTED, UNSET)
