"""Whatever arrives, the jar takes or refuses it, keeps its limits, and shows no value."""

from __future__ import annotations

import os
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.errors import UsageError
from policycheck.jar import Change, CookieJar, Rejected, Stored
from policycheck.wire import default_path, request_target

EXAMPLES = int(os.environ.get("POLICYCHECK_FUZZ_EXAMPLES", "200"))
CANARY = "c4n4ry7"

fuzz = settings(max_examples=EXAMPLES, deadline=None)
any_text = st.text(st.characters(exclude_categories=()))
urls = st.builds(
    "{}://{}{}".format,
    st.sampled_from(["http", "https", "ws", "wss"]),
    st.sampled_from(
        ["shop.example", "www.shop.example", "other.test", "localhost", "127.0.0.1", "[::1]", "b\xfccher.example"]
    ),
    st.sampled_from(["", "/", "/a", "/a/b", "/a/b/", "?q"]),
)
names = st.sampled_from(["a", "b", "__Host-a", "__Secure-b", "__Http-c", "", "\xe9"])
attributes = st.sampled_from(
    [
        "Path=/",
        "Path=/a",
        "Path=/a/b",
        "Secure",
        "HttpOnly",
        "Domain=shop.example",
        "Domain=www.shop.example",
        "Domain=example",
        "Max-Age=0",
        "Max-Age=50",
        "Max-Age=-1",
        "SameSite=None",
        "SameSite=Lax",
        "Partitioned",
        "Expires=0",
        "\x00",
        "Domain=\ud800",
    ]
)
headers = st.builds(
    lambda name, value, rest: ";".join([f"{name}={value}", *rest]),
    names,
    st.sampled_from(["1", "2", ""]),
    st.lists(attributes, max_size=5),
)
steps = st.lists(
    st.tuples(urls, st.lists(headers, max_size=4), st.booleans(), st.none() | urls, st.integers(0, 40)), max_size=12
)


@fuzz
@given(urls, st.lists(st.binary() | any_text, max_size=5), st.booleans())
def test_random_headers_never_raise(url: str, values: list[str | bytes], from_script: bool) -> None:
    jar = CookieJar(now=lambda: 1e9)
    outcomes = jar.receive(url, values, from_script=from_script)
    assert len(outcomes) == len(values)
    jar.cookie_header(url)


@fuzz
@given(any_text)
def test_a_random_url_is_taken_or_refused_by_one_error(url: str) -> None:
    said = "URL"
    try:
        CookieJar(now=lambda: 1e9).receive(url, "a=1")
    except UsageError as error:
        said = str(error)
    assert "URL" in said


@fuzz
@given(steps)
def test_a_long_life_keeps_the_promises_of_the_store(life: list[tuple[str, list[str], bool, str | None, int]]) -> None:
    now = 1e9
    jar = CookieJar(now=lambda: now, per_domain=4, total=6)
    for url, values, from_script, top_level_site, pause in life:
        now += pause
        before = {cookie.key: cookie for cookie in jar}
        outcomes = jar.receive(url, values, from_script=from_script, top_level_site=top_level_site)
        after = {cookie.key: cookie for cookie in jar}
        assert len(after) <= 6
        touched = {outcome.cookie.key for outcome in outcomes if isinstance(outcome, Stored)}
        evicted = {cookie.key for outcome in outcomes if isinstance(outcome, Stored) for cookie in outcome.evicted}
        assert set(before) - set(after) <= touched | evicted
        assert set(after) - set(before) <= touched
        for outcome in outcomes:
            if isinstance(outcome, Rejected):
                continue
            cookie = outcome.cookie
            assert not (cookie.secure and not request_target(url).trustworthy)
            assert not (from_script and cookie.http_only)
            assert (outcome.change is Change.DELETED) == cookie.expired(now)
            assert outcome.change is not Change.REPLACED or outcome.previous is not None
            assert outcome.change is not Change.CREATED or outcome.previous is None
        for cookie in jar:
            assert cookie.path.startswith("/")
            assert not cookie.expired(now)
            assert cookie.creation_time <= cookie.last_access_time <= now
            assert cookie.expiry_time is None or cookie.expiry_time <= now + 34_560_000
        sent = jar.cookie_header(url)
        assert sent is None or len(sent.split("; ")) <= len(after)


@fuzz
@given(st.lists(st.sampled_from(["/", "/a", "/a/b", "/a/b/c"]), max_size=6))
def test_longer_paths_always_come_first(paths: list[str]) -> None:
    jar = CookieJar(now=lambda: 1e9)
    jar.receive("https://shop.example/", [f"n{number}={len(path)}; Path={path}" for number, path in enumerate(paths)])
    sent = jar.cookie_header("https://shop.example/a/b/c/d") or ""
    lengths = [int(pair.partition("=")[2]) for pair in sent.split("; ") if pair]
    assert len(lengths) == len(paths)
    assert all(first >= second for first, second in pairwise(lengths))
    assert default_path("/a/b/c/d") == "/a/b/c"


@fuzz
@given(urls, st.text('= "a,\t', max_size=6), st.lists(attributes, max_size=4))
def test_no_value_is_ever_shown(url: str, shell: str, rest: list[str]) -> None:
    jar = CookieJar(now=lambda: 1e9)
    header = ";".join([f"n={shell}{CANARY}{shell}", *rest])
    shown = repr(jar.receive(url, [header, f"={shell}{CANARY}"])) + repr(jar) + repr(list(jar))
    assert CANARY not in shown
    assert not any(CANARY in outcome.message for outcome in jar.receive(url, header) if isinstance(outcome, Rejected))
