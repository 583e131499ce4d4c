"""What the jar holds after several cookies, what it sends, and what it lets go."""

from __future__ import annotations

import inspect
from collections import Counter
from typing import Any

import pytest

from policycheck.jar import Change, CookieJar, Rejected, RejectReason, Stored, StoredCookie

R = RejectReason
SUFFIXES = {"com", "example", "co.uk", "localhost", "test"}
ROOT = "https://shop.example/"
HTTP = "http://shop.example/"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def make(clock: Clock, **options: Any) -> CookieJar:
    return CookieJar(now=clock, public_suffix=SUFFIXES.__contains__, **options)


def held(jar: CookieJar) -> list[str]:
    return [f"{cookie.name}={cookie.value}" for cookie in jar]


def stored(jar: CookieJar, url: str, header: str, **how: Any) -> Stored:
    (outcome,) = jar.receive(url, [header], **how)
    assert isinstance(outcome, Stored), outcome
    return outcome


def refused(jar: CookieJar, url: str, header: str, **how: Any) -> RejectReason:
    (outcome,) = jar.receive(url, [header], **how)
    assert isinstance(outcome, Rejected), outcome
    return outcome.reason


class TestReplacing:
    def test_keeps_the_time_of_creation(self, clock: Clock) -> None:
        jar = make(clock)
        first = stored(jar, ROOT, "a=1")
        clock.now = 2000.0
        second = stored(jar, ROOT, "a=2; Secure; Max-Age=5")
        assert (first.change, second.change) == (Change.CREATED, Change.REPLACED)
        assert second.previous == first.cookie
        (cookie,) = jar
        assert cookie == second.cookie
        assert (cookie.value, cookie.secure, cookie.expiry_time) == ("2", True, 2005.0)
        assert (cookie.creation_time, cookie.last_access_time) == (1000.0, 2000.0)

    @pytest.mark.parametrize(
        "other",
        ["A=2", "a=2; Path=/x", "a=2; Domain=shop.example", "a=2; Secure; Partitioned"],
    )
    def test_needs_the_same_name_path_domain_and_partition(self, other: str, clock: Clock) -> None:
        jar = make(clock)
        stored(jar, ROOT, "a=1")
        assert stored(jar, ROOT, other).change is Change.CREATED
        assert len(jar) == 2

    def test_not_across_partitions(self, clock: Clock) -> None:
        jar = make(clock)
        header = "a=1; Secure; SameSite=None; Partitioned"
        assert stored(jar, ROOT, header, top_level_site="https://one.test").change is Change.CREATED
        assert stored(jar, ROOT, header, top_level_site="https://two.test").change is Change.CREATED
        assert stored(jar, ROOT, header, top_level_site="https://www.one.test").change is Change.REPLACED
        assert [cookie.partition_key for cookie in jar] == ["https://one.test", "https://two.test"]


class TestDeleting:
    @pytest.mark.parametrize(
        "deletion", ["a=; Max-Age=0", "a=x; Max-Age=-1", "a=; Expires=Thu, 01 Jan 1970 00:16:40 GMT", 'a=""; Max-Age=0']
    )
    def test_removes_and_says_what(self, deletion: str, clock: Clock) -> None:
        jar = make(clock)
        first = stored(jar, ROOT, "a=1")
        outcome = stored(jar, ROOT, deletion)
        assert (outcome.change, outcome.previous) == (Change.DELETED, first.cookie)
        assert outcome.set_cookie.raw == deletion
        assert list(jar) == []

    def test_of_nothing_is_reported_too(self, clock: Clock) -> None:
        outcome = stored(make(clock), ROOT, "a=; Max-Age=0")
        assert (outcome.change, outcome.previous, outcome.cookie.name) == (Change.DELETED, None, "a")

    @pytest.mark.parametrize("other", ["a=; Max-Age=0; Path=/x", "a=; Max-Age=0; Domain=shop.example", "b=; Max-Age=0"])
    def test_deletes_only_the_same_cookie(self, other: str, clock: Clock) -> None:
        jar = make(clock)
        stored(jar, ROOT, "a=1")
        assert stored(jar, ROOT, other).previous is None
        assert held(jar) == ["a=1"]

    def test_an_empty_value_deletes_nothing(self, clock: Clock) -> None:
        jar = make(clock)
        stored(jar, ROOT, "a=1")
        assert stored(jar, ROOT, "a=").change is Change.REPLACED
        assert held(jar) == ["a="]

    def test_a_second_from_now_is_no_deletion(self, clock: Clock) -> None:
        assert stored(make(clock), ROOT, "a=; Expires=Thu, 01 Jan 1970 00:16:41 GMT").change is Change.CREATED

    def test_deletions_are_checked_like_any_other(self, clock: Clock) -> None:
        jar = make(clock)
        stored(jar, ROOT, "__Secure-a=1; Secure")
        assert refused(jar, ROOT, "__Secure-a=; Max-Age=0") is R.SECURE_PREFIX
        assert len(jar) == 1


class TestExpiring:
    def test_from_the_second_of_the_end_on(self, clock: Clock) -> None:
        jar = make(clock)
        stored(jar, ROOT, "a=1; Max-Age=10")
        stored(jar, ROOT, "b=1")
        clock.now = 1009.9
        assert held(jar) == ["a=1", "b=1"]
        assert len(jar) == 2
        assert jar.cookie_header(ROOT) == "a=1; b=1"
        clock.now = 1010.0
        assert jar.cookie_header(ROOT) == "b=1"
        assert held(jar) == ["b=1"]

    def test_length_and_iteration_look_at_the_clock(self, clock: Clock) -> None:
        jar = make(clock)
        stored(jar, ROOT, "a=1; Max-Age=10")
        clock.now = 1010.0
        assert len(jar) == 0
        stored(jar, ROOT, "a=1; Max-Age=10")
        clock.now = 1020.0
        assert list(jar) == []

    def test_an_expired_cookie_is_not_replaced_but_created_anew(self, clock: Clock) -> None:
        jar = make(clock)
        stored(jar, ROOT, "a=1; Max-Age=10")
        clock.now = 1010.0
        outcome = stored(jar, ROOT, "a=2")
        assert (outcome.change, outcome.cookie.creation_time) == (Change.CREATED, 1010.0)


class TestProtecting:
    @pytest.mark.parametrize(
        ("secure_url", "secure", "http_url", "plain", "shadowed"),
        [
            (ROOT, "a=1; Secure; Path=/", HTTP, "a=2; Path=/", True),
            (ROOT, "a=1; Secure; Path=/", HTTP, "a=2; Path=/x", True),
            (ROOT, "a=1; Secure; Path=/x", HTTP, "a=2; Path=/", False),
            (ROOT, "a=1; Secure; Path=/x", HTTP, "a=2; Path=/xy", False),
            (ROOT, "a=1; Secure; Path=/", HTTP, "b=2; Path=/", False),
            (ROOT, "a=1; Path=/", HTTP, "a=2; Path=/", False),
            (ROOT, "a=1; Secure; Domain=shop.example", "http://www.shop.example/", "a=2", True),
            ("https://www.shop.example/", "a=1; Secure", HTTP, "a=2", True),
            ("https://one.shop.example/", "a=1; Secure", "http://two.shop.example/", "a=2", False),
            ("https://one.shop.example/", "a=1; Secure", "http://two.shop.example/", "a=2; Domain=shop.example", True),
            (ROOT, "a=1; Secure; Path=/", ROOT, "a=2; Path=/", False),
            ("http://localhost/", "a=1; Secure; Path=/", "http://localhost/", "a=2; Path=/", False),
            (ROOT, "a=1; Secure; Path=/", HTTP, "a=; Path=/; Max-Age=0", True),
        ],
    )
    def test_plain_http_does_not_shadow_secure(
        self, secure_url: str, secure: str, http_url: str, plain: str, shadowed: bool, clock: Clock
    ) -> None:
        jar = make(clock)
        stored(jar, secure_url, secure)
        (outcome,) = jar.receive(http_url, [plain])
        assert (isinstance(outcome, Rejected) and outcome.reason is R.OVERLAYS_SECURE) is shadowed
        assert isinstance(outcome, Stored) is not shadowed

    def test_a_script_does_not_overwrite_http_only(self, clock: Clock) -> None:
        jar = make(clock)
        stored(jar, ROOT, "a=1; HttpOnly")
        assert refused(jar, ROOT, "a=2", from_script=True) is R.OVERWRITES_HTTP_ONLY
        assert refused(jar, ROOT, "a=; Max-Age=0", from_script=True) is R.OVERWRITES_HTTP_ONLY
        assert stored(jar, ROOT, "a=3; Domain=shop.example", from_script=True).change is Change.CREATED
        assert stored(jar, ROOT, "a=4").change is Change.REPLACED
        assert stored(jar, ROOT, "a=5", from_script=True).change is Change.REPLACED


class TestSending:
    @pytest.mark.parametrize(
        ("url", "header", "to", "sent"),
        [
            (ROOT, "a=1", ROOT, "a=1"),
            (ROOT, "a=1", "https://shop.example:8443/x?y", "a=1"),
            (ROOT, "a=1", "http://shop.example/", "a=1"),
            (ROOT, "a=1", "https://www.shop.example/", None),
            (ROOT, "a=1; Domain=shop.example", "https://www.shop.example/", "a=1"),
            (ROOT, "a=1; Domain=shop.example", "https://myshop.example/", None),
            (ROOT, "a=1; Secure", "http://shop.example/", None),
            (ROOT, "a=1; Secure", "wss://shop.example/", "a=1"),
            ("http://localhost/", "a=1; Secure", "http://localhost:5000/", "a=1"),
            (ROOT, "a=1; Path=/x", "https://shop.example/x/y", "a=1"),
            (ROOT, "a=1; Path=/x", "https://shop.example/xy", None),
            ("https://shop.example/x/y", "a=1", "https://shop.example/x", "a=1"),
            ("https://shop.example/x/y", "a=1", "https://shop.example/", None),
            (ROOT, "a=", ROOT, "a="),
            (ROOT, "nameless", ROOT, "nameless"),
            (ROOT, "a=1; HttpOnly", ROOT, "a=1"),
        ],
    )
    def test_where_a_cookie_goes(self, url: str, header: str, to: str, sent: str | None, clock: Clock) -> None:
        jar = make(clock)
        stored(jar, url, header)
        assert jar.cookie_header(to) == sent

    def test_longer_paths_first_then_the_older(self, clock: Clock) -> None:
        jar = make(clock)
        for number, header in enumerate(
            ["a=1; Path=/", "b=1; Path=/x/y", "c=1; Path=/x", "d=1; Path=/", "e=1; Path=/x/y"]
        ):
            clock.now = 1000.0 + number
            stored(jar, ROOT, header)
        clock.now = 2000.0
        stored(jar, ROOT, "a=2; Path=/")
        assert jar.cookie_header("https://shop.example/x/y") == "b=1; e=1; c=1; a=2; d=1"

    def test_the_order_of_arrival_decides_within_one_moment(self, clock: Clock) -> None:
        jar = make(clock)
        jar.receive(ROOT, ["b=1", "a=1", "c=1"])
        assert jar.cookie_header(ROOT) == "b=1; a=1; c=1"
        jar.receive(ROOT, ["b=; Max-Age=0", "b=2"])
        assert jar.cookie_header(ROOT) == "a=1; c=1; b=2"

    def test_creation_decides_not_the_place_in_the_store(self, clock: Clock) -> None:
        times = iter([5.0, 3.0, 9.0])
        jar = CookieJar(now=lambda: next(times), public_suffix=SUFFIXES.__contains__)
        jar.receive(ROOT, "late=1")
        jar.receive(ROOT, "early=1")
        assert jar.cookie_header(ROOT) == "early=1; late=1"

    def test_what_is_sent_counts_as_used(self, clock: Clock) -> None:
        jar = make(clock)
        jar.receive(ROOT, ["a=1", "b=1; Path=/x"])
        clock.now = 1500.0
        jar.cookie_header(ROOT)
        assert [(cookie.name, cookie.last_access_time) for cookie in jar] == [("a", 1500.0), ("b", 1000.0)]
        assert [cookie.creation_time for cookie in jar] == [1000.0, 1000.0]

    def test_in_another_sites_page_only_same_site_none_goes(self, clock: Clock) -> None:
        jar = make(clock)
        jar.receive(ROOT, ["a=1", "b=1; SameSite=Lax", "c=1; SameSite=Strict", "d=1; SameSite=None; Secure"])
        assert jar.cookie_header(ROOT, top_level_site="https://other.test") == "d=1"
        assert jar.cookie_header(ROOT, top_level_site="https://www.shop.example") == "a=1; b=1; c=1; d=1"
        assert jar.cookie_header(HTTP, top_level_site="https://shop.example") is None

    def test_a_partition_is_seen_from_its_own_site_alone(self, clock: Clock) -> None:
        jar = make(clock)
        for top in ("one", "two"):
            stored(jar, ROOT, f"p={top}; Secure; SameSite=None; Partitioned", top_level_site=f"https://{top}.test")
        stored(jar, ROOT, "u=1; Secure; SameSite=None")
        assert jar.cookie_header(ROOT, top_level_site="https://one.test/page") == "p=one; u=1"
        assert jar.cookie_header(ROOT, top_level_site="https://two.test") == "p=two; u=1"
        assert jar.cookie_header(ROOT, top_level_site="http://one.test") == "u=1"
        assert jar.cookie_header(ROOT) == "u=1"


class TestMakingRoom:
    def test_180_of_a_site_stay_and_the_oldest_of_181_goes(self, clock: Clock) -> None:
        jar = make(clock)
        outcomes = jar.receive(ROOT, [f"c{number}=1" for number in range(180)])
        assert all(isinstance(outcome, Stored) and not outcome.evicted for outcome in outcomes)
        assert len(jar) == 180
        outcome = stored(jar, ROOT, "c180=1")
        assert [cookie.name for cookie in outcome.evicted] == ["c0"]
        assert len(jar) == 180
        assert stored(jar, ROOT, "c180=2").evicted == ()

    def test_use_saves_a_cookie(self, clock: Clock) -> None:
        jar = make(clock, per_domain=2)
        jar.receive(ROOT, ["a=1; Path=/x", "b=1; Path=/y"])
        clock.now = 2000.0
        jar.cookie_header("https://shop.example/x")
        clock.now = 3000.0
        assert [cookie.name for cookie in stored(jar, ROOT, "c=1").evicted] == ["b"]

    def test_cookies_without_secure_go_first(self, clock: Clock) -> None:
        jar = make(clock, per_domain=2)
        jar.receive(ROOT, ["a=1; Secure", "b=1"])
        clock.now = 2000.0
        assert [cookie.name for cookie in stored(jar, ROOT, "c=1").evicted] == ["b"]
        assert [cookie.name for cookie in stored(jar, ROOT, "d=1; Secure").evicted] == ["c"]
        assert [cookie.name for cookie in stored(jar, ROOT, "e=1").evicted] == ["e"]
        assert held(jar) == ["a=1", "d=1"]

    def test_expired_cookies_take_no_room(self, clock: Clock) -> None:
        jar = make(clock, per_domain=2)
        jar.receive(ROOT, ["a=1", "b=1; Max-Age=10"])
        clock.now = 1010.0
        assert stored(jar, ROOT, "c=1").evicted == ()
        assert held(jar) == ["a=1", "c=1"]

    def test_hosts_of_a_site_count_together_and_sites_apart(self, clock: Clock) -> None:
        jar = make(clock, per_domain=2)
        jar.receive("https://one.shop.example/", "a=1")
        jar.receive("https://other.example/", ["x=1", "y=1"])
        jar.receive("https://two.shop.example/", "b=1; Domain=shop.example")
        assert [cookie.name for cookie in stored(jar, "https://shop.example/", "c=1").evicted] == ["a"]
        assert [cookie.name for cookie in jar] == ["x", "y", "b", "c"]

    def test_partitions_count_apart(self, clock: Clock) -> None:
        jar = make(clock, per_domain=2)
        jar.receive(ROOT, ["a=1; Secure", "b=1; Secure"])
        partitioned = "; Secure; SameSite=None; Partitioned"
        assert stored(jar, ROOT, f"p=1{partitioned}").evicted == ()
        assert stored(jar, ROOT, f"q=1{partitioned}").evicted == ()
        assert [cookie.name for cookie in stored(jar, ROOT, f"r=1{partitioned}").evicted] == ["p"]
        assert [cookie.name for cookie in jar] == ["a", "b", "q", "r"]

    def test_the_total(self, clock: Clock) -> None:
        jar = make(clock, total=3)
        for number in range(3):
            clock.now += 1
            assert stored(jar, f"https://s{number}.example/", "a=1; Secure").evicted == ()
        clock.now += 1
        jar.cookie_header("https://s0.example/")
        outcome = stored(jar, "https://s3.example/", "a=1")
        assert [cookie.domain for cookie in outcome.evicted] == ["s1.example"]
        assert [cookie.domain for cookie in jar] == ["s0.example", "s2.example", "s3.example"]

    def test_the_limits_by_default(self) -> None:
        parameters = inspect.signature(CookieJar).parameters
        assert {name: parameters[name].default for name in ("per_domain", "total", "cap")} == {
            "per_domain": 180,
            "total": 3300,
            "cap": 34_560_000,
        }

    def test_both_limits_at_once(self, clock: Clock) -> None:
        jar = make(clock, per_domain=2, total=2)
        jar.receive(ROOT, ["a=1", "b=1"])
        assert [cookie.name for cookie in stored(jar, ROOT, "c=1").evicted] == ["a"]
        assert held(jar) == ["b=1", "c=1"]


def test_repr_shows_a_number_and_no_value(clock: Clock) -> None:
    jar = make(clock)
    outcomes = jar.receive(ROOT, ["a=secret", "a=secret2", "b=secret; SameSite=None"])
    assert repr(jar) == "<CookieJar with 1 cookies>"
    assert "secret" not in repr(outcomes) + repr(list(jar))


def test_iterating_is_over_a_copy(clock: Clock) -> None:
    jar = make(clock)
    jar.receive(ROOT, ["a=1", "b=1"])
    for cookie in jar:
        jar.receive(ROOT, f"{cookie.name}=; Max-Age=0")
    assert list(jar) == []


def test_a_stored_cookie_knows_its_key_and_its_end(clock: Clock) -> None:
    jar = make(clock)
    cookie = stored(jar, ROOT, "a=1; Max-Age=5; Path=/x; Secure; Partitioned").cookie
    assert cookie.key == ("a", "shop.example", True, "/x", "https://shop.example")
    assert (cookie.expired(1004.9), cookie.expired(1005.0)) == (False, True)
    assert stored(jar, ROOT, "b=1").cookie.expired(1e300) is False


def test_a_full_store_takes_further_cookies_without_a_look_at_each(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    group = CookieJar._group

    def counted(jar: CookieJar, cookie: StoredCookie) -> tuple[str, str | None]:
        nonlocal looks
        looks += 1
        return group(jar, cookie)

    monkeypatch.setattr(CookieJar, "_group", counted)
    jar = CookieJar(now=lambda: 0, per_domain=3, total=400)
    for number in range(1000):
        jar.receive(f"https://h.e{number}.example/", ["a=1; Max-Age=9"])
    assert len(jar) == 400
    assert looks < 5_000


def test_the_count_of_a_domain_follows_what_is_deleted_evicted_and_expired() -> None:
    clock = [0.0]
    jar = CookieJar(now=lambda: clock[0], per_domain=2, total=5)

    def receive(*headers: str) -> list[str]:
        for header in headers:
            jar.receive("https://a.example.org/", header)
        return [cookie.name for cookie in jar]

    assert receive("a=1; Max-Age=5", "b=1", "c=1") == ["b", "c"]
    assert receive("b=1; Max-Age=0", "d=1; Max-Age=5") == ["c", "d"]
    assert receive("d=2; Max-Age=5") == ["c", "d"]
    clock[0] = 6.0
    assert receive("e=1") == ["c", "e"]
    assert receive("f=1") == ["e", "f"]
    # Too large a count would be paid for with looks at the whole store, and nobody would see it.
    assert jar._sizes is not None
    assert +jar._sizes == Counter(map(jar._group, jar))
