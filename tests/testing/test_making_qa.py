"""What a team gets wrong when it writes its first driver is said at once, in words, and the time is put back."""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from policycheck.errors import PolicycheckError, UsageError
from policycheck.testing import ConsentJourney, ConsentViolation, WsgiDriver, consent_journey, run_consent_machine
from policycheck.testing.making import driver_name
from policycheck.testing.setup import set_up
from policycheck.testing.shrinking import shrink
from policycheck.testing.visitor import Move
from policycheck.wire import parse_set_cookie


async def _later(*arguments: Any) -> bool:
    return True


def _fail(*arguments: Any) -> None:
    raise ZeroDivisionError("the team's own")


class Unfinished(WsgiDriver):
    """Has no choose()."""

    def __init__(self) -> None:
        super().__init__(_fail)


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "no pages": ({"pages": None}, "names no pages"),
    "empty pages": ({"pages": ()}, "names no pages"),
    "pages that are no texts": ({"pages": (1,)}, "names no pages"),
    "a forgotten comma": ({"pages": "/tea"}, 'pages = ("/tea",), with a comma'),
    "asked is no method": ({"asked": True}, "asked() of the driver Mistaken cannot be called"),
    "revise is no method": ({"revise": "2"}, "revise() of the driver Mistaken cannot be called"),
    "async choose": ({"choose": _later}, "choose() of the driver Mistaken is asynchronous"),
    "async visit": ({"visit": _later}, "visit() of the driver Mistaken is asynchronous"),
    "async asked": ({"asked": _later}, "asked() of the driver Mistaken is asynchronous"),
    "no visit": ({"visit": None}, "the driver Mistaken has no visit()"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_driver_is_one_clear_error(site: Any, mistake: str) -> None:
    attributes, message = MISTAKES[mistake]
    mistaken = type("Mistaken", (site.Driver,), attributes)
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        run_consent_machine(site.catalogue(), mistaken, seed=1)
    assert not getattr(caught.value, "__notes__", [])


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        (["sign in"], "has no mapping as its actions"),
        ({"sign in": "/login"}, "the action 'sign in' of the driver Mistaken cannot be called"),
        ({"sign in": _later}, "the action 'sign in' of the driver Mistaken is asynchronous"),
    ],
)
def test_a_mistake_in_the_actions_is_one_clear_error(site: Any, actions: Any, message: str) -> None:
    def begin(driver: Any) -> None:
        site.Driver.__init__(driver)
        driver.actions = actions

    mistaken = type("Mistaken", (site.Driver,), {"__init__": begin})
    with pytest.raises(UsageError, match=re.escape(message)):
        run_consent_machine(site.catalogue(), mistaken, seed=1)


def test_a_mistake_in_the_factory_is_one_clear_error(site: Any) -> None:
    class Needy(site.Driver):  # type: ignore[misc]
        def __init__(self, app: object) -> None:
            super().__init__()

    factories: list[tuple[Any, str]] = [
        (None, "makes a driver for each visitor, not None"),
        (site.Driver(), "not an object of the class SiteDriver"),
        (lambda: None, "returned None"),
        (Needy, "lambda: Needy(...)"),
        (Unfinished, "the driver Unfinished has no choose()"),
    ]
    for factory, message in factories:
        with pytest.raises(UsageError, match=re.escape(message)):
            run_consent_machine(site.catalogue(), factory, seed=1)


def test_numbers_and_lists_that_make_no_sense_are_refused(site: Any) -> None:
    wishes: list[tuple[dict[str, Any], str]] = [
        ({"examples": 0}, "examples is a number from 1, not 0"),
        ({"examples": "5"}, "examples is a number from 1, not '5'"),
        ({"steps": 0}, "steps is a number from 1, not 0"),
        ({"categories": "analytics"}, "categories=['analytics']"),
        ({"without": ["silence-is-refusal"]}, "without names laws and why"),
    ]
    for wish, message in wishes:
        with pytest.raises(UsageError, match=re.escape(message)):
            run_consent_machine(site.catalogue(), site.Driver, **wish)


CALLS: list[tuple[Callable[[ConsentJourney], None], str]] = [
    (lambda visitor: visitor.grant(), "grant() names no category"),
    (lambda visitor: visitor.change(grant="analytics"), "grant=['analytics']"),
    (lambda visitor: visitor.grant_in_both_orders("analytics", "analytics"), "two orders need two categories"),
    (lambda visitor: visitor.wait(days=-1), "time passes forward"),
    (lambda visitor: visitor.wait(days=float("nan")), "time passes forward"),
    (lambda visitor: visitor.wait(days=1e9), "36,525 days at most"),
    (lambda visitor: visitor.visit(None), "a page is a path"),  # type: ignore[arg-type]
    (lambda visitor: visitor.reach({"analytics": "grantd"}), "did you mean 'granted'"),
]


@pytest.mark.parametrize(("call", "message"), CALLS)
def test_a_call_that_makes_no_sense_is_refused(site: Any, call: Callable[[ConsentJourney], None], message: str) -> None:
    with consent_journey(site.catalogue(), site.Driver) as visitor:
        with pytest.raises(UsageError, match=re.escape(message)):
            call(visitor)
        assert visitor.steps == ()


def test_what_the_application_raises_says_the_journey_and_nothing_of_the_draws(site: Any) -> None:
    for attributes in ({"choose": _fail}, {"asked": _fail}):
        failing = type("Failing", (site.Driver,), attributes)
        with pytest.raises(ZeroDivisionError) as caught:
            run_consent_machine(site.catalogue(), failing, seed=1)
        notes: list[str] = getattr(caught.value, "__notes__", [])
        assert len(notes) == 1
        assert notes[0].startswith("in the journey: ")


def test_a_visitor_whose_journey_is_under_way_may_be_entered_again(site: Any) -> None:
    before = time.monotonic(), time.time()
    with consent_journey(site.catalogue(), site.Driver) as visitor:
        visitor.wait(days=100)
        with visitor as same:
            assert same is visitor
    assert time.time() - before[1] < time.monotonic() - before[0] + 60


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit, ZeroDivisionError])
def test_whatever_ends_a_search_the_time_is_put_back_and_the_driver_closed(site: Any, end: type[BaseException]) -> None:
    closed: list[object] = []

    class Ending(site.Driver):  # type: ignore[misc]
        def choose(self, granted: frozenset[str]) -> None:
            raise end

        def close(self) -> None:
            closed.append(self)

    before = time.monotonic(), time.time()
    with pytest.raises(end):
        run_consent_machine(site.catalogue(), Ending, seed=1)
    assert abs((time.time() - before[1]) - (time.monotonic() - before[0])) < 60
    assert closed


def test_a_journey_that_found_nothing_to_drive_leaves_the_time_alone(site: Any) -> None:
    real = time.time
    with pytest.raises(PolicycheckError):
        run_consent_machine(site.catalogue(), type("Mistaken", (site.Driver,), {"pages": ()}), seed=1)
    assert time.time is real


def test_a_factory_without_a_name_to_call_it_by_gets_one() -> None:
    assert driver_name(lambda: None) == "make_driver"
    assert driver_name(Unfinished) == "Unfinished"


def test_a_record_that_differs_is_told_in_one_sentence(site: Any) -> None:
    asked = iter(range(1_000))

    class Moody(site.Driver):  # type: ignore[misc]
        def asked(self) -> bool:
            return next(asked) % 2 == 0

    with consent_journey(site.catalogue(), Moody) as visitor, pytest.raises(ConsentViolation) as caught:
        visitor.grant_in_both_orders("analytics", "marketing")
    assert [finding.message for finding in caught.value.findings] == [
        "the record of the choice counts in one case only: in the other the visitor is asked again"
    ]


def test_the_shortest_sequence_names_no_page_and_no_action_that_does_not_matter(site: Any) -> None:
    setup = set_up(site.catalogue(), site.driver_with("erase"))
    with consent_journey(site.catalogue(), site.driver_with("erase")) as visitor:
        visitor.grant("analytics")
        visitor.act("look")
        visitor.withdraw("analytics")
        with pytest.raises(ConsentViolation) as caught:
            visitor.visit("/tea")
    moves = [
        Move("grant", ("analytics",)),
        Move("act", ("look",)),
        Move("withdraw", ("analytics",)),
        Move("visit", ("/tea",)),
    ]
    assert shrink(setup, caught.value, moves).replay == "grant('analytics'); withdraw('analytics'); visit('/')"


class ForgetsOne(WsgiDriver):
    """A driver whose application forgets one category of three when the visitor rejects all of them at once."""

    def __init__(self) -> None:
        super().__init__(_forgetful)

    def choose(self, granted: frozenset[str]) -> None:
        before = (self.recorder.jar.cookie_header(f"{self.base_url}/") or "").partition("=")[2]
        kept = {"marketing"} if not granted and before.count("-") == 2 else granted
        self.get("/none?" + "-".join(sorted(kept)) if not granted else "/some?" + "-".join(sorted(kept)))


def _forgetful(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
    headers: list[tuple[str, str]] = []
    if environ["PATH_INFO"] != "/":
        headers.append(("Set-Cookie", f"choice={environ['QUERY_STRING'] or 'none'}; Max-Age=15552000; Secure; Path=/"))
    elif "marketing" in environ.get("HTTP_COOKIE", ""):
        headers.append(("Set-Cookie", "ad=1; Max-Age=86400; Secure; Path=/"))
    start_response("200 OK", headers)
    return [b"page"]


@pytest.mark.parametrize("seed", range(5))
def test_what_only_the_rejection_of_everything_shows_is_found(site: Any, seed: int) -> None:
    items = [
        {"name": "choice", "kind": "cookie", "category": "necessary", "retention": "6 months", "remembersChoice": True},
        {"name": "_ga", "kind": "cookie", "category": "analytics", "retention": "13 months"},
        {"name": "ad", "kind": "cookie", "category": "marketing", "retention": "3 months"},
        {"name": "chat", "kind": "cookie", "category": "chat", "retention": "3 months"},
    ]
    catalogue = site.catalogue(items=items, categories={"chat": {"title": "Chat", "consent": "required"}})
    with pytest.raises(ConsentViolation) as caught:
        run_consent_machine(catalogue, ForgetsOne, seed=seed, without={"withdrawal-erases": "the site of this test"})
    assert "withdrawal-stops" in {*caught.value.laws, *(law for other in caught.value.others for law in other.laws)}


def test_names_are_escaped_once_in_the_trace(site: Any) -> None:
    class Odd(site.Driver):  # type: ignore[misc]
        def visit(self, page: str) -> Any:
            loaded = super().visit(page)
            self.storage("localStorage", "bell\x07", "1")
            return loaded

    with consent_journey(site.catalogue(), Odd) as visitor, pytest.raises(ConsentViolation) as caught:
        visitor.visit("/")
    assert "+ localStorage 'bell\\x07'\n" in str(caught.value)
    assert ", localStorage 'bell\\x07'\n" in str(caught.value)


def test_no_frame_of_a_driver_shows_cookies_or_forms_with_its_locals(site: Any) -> None:
    def fail(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            raise ZeroDivisionError
        start_response("302 Found", [("Location", "/?token=c4n4ry"), ("Set-Cookie", "login=c4n4ry; Secure")])
        return [b""]

    class Failing(site.Driver):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.app = fail

    with consent_journey(site.catalogue(), Failing) as visitor, pytest.raises(PolicycheckError):
        visitor.visit("/")
    with consent_journey(site.catalogue(), Failing) as visitor:
        visitor.driver.recorder.jar.receive(  # type: ignore[attr-defined]
            "https://localhost/", parse_set_cookie("login=c4n4ry; Secure")
        )
        with pytest.raises(ZeroDivisionError) as caught:
            visitor.grant("analytics")
    frames = traceback.walk_tb(caught.value.__traceback__)
    shown = [frame.f_locals for frame, _ in frames if frame.f_code.co_filename.endswith("base.py")]
    assert len(shown) >= 3
    assert all("__tracebackhide__" in names for names in shown)
    assert "c4n4ry" not in repr(shown)
