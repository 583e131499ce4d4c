"""Random bytes and random documents through the loader: an answer, or an error of the catalogue, and no slow case."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from math import inf
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.loading import load_catalogue
from policycheck.catalogue.packs import open_pack, pack_names
from policycheck.catalogue.problems import CatalogueInvalid
from policycheck.catalogue.schema import load_schema

ENDINGS = ("yaml", "json", "toml")
SEED = 20260101
SLOW = 2.0


def load(data: bytes, ending: str) -> Catalogue | CatalogueInvalid:
    """Load ``data`` as the only file there is. Whatever else is raised, and whatever is slow, fails the test."""
    start = time.thread_time()
    outcome = _load(data, ending)
    assert time.thread_time() - start < SLOW + len(data) / 100_000
    if isinstance(outcome, CatalogueInvalid):
        assert outcome.problems
        assert all(problem.message for problem in outcome.problems)
        assert str(outcome)
    return outcome


def _load(data: bytes, ending: str) -> Catalogue | CatalogueInvalid:
    try:
        return load_catalogue(f"c.{ending}", opener=lambda place: data if place == f"c.{ending}" else None)
    except CatalogueInvalid as error:
        return error


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(ENDINGS))
def test_random_bytes(data: bytes, ending: str) -> None:
    load(data, ending)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*"[]{}:,-?&*!|>'\"#%@`<~=.\n\t \\", "  ", "- ", ": ", "a", "0", "items", "\u00e9", "[[", "---\n", '"""']
        ),
        max_size=60,
    ),
    st.sampled_from(ENDINGS),
)
def test_random_punctuation(parts: list[str], ending: str) -> None:
    load("".join(parts).encode(), ending)


def _mutants(count: int) -> Iterator[tuple[bytes, str]]:
    """Packs with bytes replaced, removed, doubled and shuffled."""
    rng = random.Random(SEED)
    sources = [open_pack(name) or b"" for name in pack_names()]
    for _ in range(count):
        data = bytearray(rng.choice(sources)[: rng.choice([300, 1_000, 3_000])])
        for _ in range(rng.randint(1, 6)):
            start = rng.randrange(len(data))
            end = start + rng.randint(0, 20)
            change = rng.randrange(4)
            if change == 0:
                data[start : start + 1] = bytes([rng.randrange(256)])
            elif change == 1:
                del data[start:end]
            elif change == 2:
                data[start:start] = data[start:end]
            else:
                data[start:start] = rng.choice(
                    [b"\n", b"- ", b"{", b"]", b"*a", b"&a ", b": ", b"!!int ", b"\t", b"<<: "]
                )
        yield bytes(data), "yaml"


def test_mutated_packs() -> None:
    outcomes = [load(data, ending) for data, ending in _mutants(400)]
    assert any(isinstance(outcome, Catalogue) for outcome in outcomes)
    assert any(isinstance(outcome, CatalogueInvalid) for outcome in outcomes)


WORDS = sorted(
    {
        name
        for definition in [load_schema(), *load_schema()["$defs"].values()]
        for name in definition.get("properties", {})
    }
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(
        [
            "necessary",
            "cookie",
            "web",
            "session",
            "6 months",
            "required",
            "on",
            "<A>",
            "a*",
            "(a|b)+",
            "\\",
            "pack:x",
            "/",
        ]
    )
    | st.text(max_size=5)
)
ANYTHING = st.recursive(
    LEAVES,
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=4), children, max_size=5)
    ),
    max_leaves=30,
)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(sorted(load_schema()["properties"])), ANYTHING, max_size=8))
def test_random_documents(document: dict[str, Any]) -> None:
    load(json.dumps({"catalogue": 1, **document}).encode(), "json")


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.dictionaries(st.sampled_from(sorted(load_schema()["$defs"]["item"]["properties"])), ANYTHING), max_size=3
    )
)
def test_random_items(items: list[Any]) -> None:
    load(json.dumps({"catalogue": 1, "placeholders": {"A": None}, "items": items}).encode(), "json")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "unit",
    [b"[", b"{", b"- ", b"? ", b"a: ", b'"a":', b'{"a":', b"[[a]]\n", b"[a.b]\n", b"a.", b"&a ", b"*a ", b"\n", b"#", b" ", b"'", b'"', b'"""', b"\\", b"!", b"|\n", b"---\n", b"- [", b"a = [", b"1", b"e1,", b"{a: [", b"\xef\xbb\xbf", b"\xc3\xa9", b'{"a":[{"b":'],
)  # fmt: skip
def test_repetition_is_never_slow(unit: bytes, ending: str) -> None:
    load(b"catalogue: 1\n" * (ending == "yaml") + unit * (200_000 // len(unit)), ending)


def _timed(document: dict[str, Any]) -> tuple[float, Any]:
    """The least of three times, in seconds of this thread alone: browsers of other tests have threads in this process."""
    data, least, outcome = json.dumps(document).encode(), inf, None
    for _ in range(3):
        start = time.thread_time()
        outcome = load(data, "json")
        least = min(least, time.thread_time() - start)
    return least, outcome


def test_large_numbers_of_items_and_problems_stay_linear() -> None:
    good = {"name": "a", "kind": "cookie", "category": "necessary", "retention": "session"}
    times: dict[int, float] = {}
    for count in (200, 800):
        items = [{**good, "name": f"a{number}", "kind": "cokie"} for number in range(count)]
        times[count], outcome = _timed({"catalogue": 1, "items": items})
        assert isinstance(outcome, CatalogueInvalid)
        assert len(outcome.problems) == count
    assert times[800] < 12 * times[200] + 0.5


def _many(count: int) -> dict[str, dict[str, Any]]:
    """Large documents that ask for much work on each of their parts."""
    item = {"kind": "cookie", "retention": "session"}
    return {
        "unknown fields": {"catalogue": 1, "items": [{f"f{number}{n}": 1 for n in range(9)} for number in range(count)]},
        "unknown references": {
            "catalogue": 1,
            "categories": {f"category{number}": {"consent": "required"} for number in range(count)},
            "items": [{**item, "name": f"a{number}", "category": f"kategory{number}"} for number in range(count)],
        },
        "echoes": {"catalogue": 1, "providers": {f"p{number}": {"nam": "x"} for number in range(count)}},
        "bindings": {
            "catalogue": 1,
            "placeholders": {f"P{number}": None for number in range(count)},
            "bindings": {f"Q{number}": "x" for number in range(count)},
        },
        "references in a schema": {
            "catalogue": 1,
            "items": [
                {**item, "name": "a", "category": "necessary",
                 "value": {"json": {"$defs": {f"d{n}": {"$ref": f"#a{n}"} for n in range(count // 10)}}}}
            ],
        },
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(_many(1)))
def test_many_problems_take_a_time_that_grows_with_their_number(name: str) -> None:
    times = {}
    for count in (500, 4_000):
        times[count], outcome = _timed(_many(count)[name])
        assert isinstance(outcome, CatalogueInvalid)
    assert times[4_000] < 24 * times[500] + 0.5


def test_regexes_that_would_be_huge_are_refused() -> None:
    for regex in (
        "(a{1000}){1000}",
        "((((a{99}){99}){99}){99})",
        "(a|b)*" * 5_000,
        "(" * 5_000 + "a" + ")" * 5_000,
        "(a*)*" * 500,
    ):
        items = [{"regex": regex, "kind": "cookie", "category": "necessary", "retention": "session"}]
        load(json.dumps({"catalogue": 1, "items": items}).encode(), "json")
        patterns = {"catalogue": 1, "placeholders": {"A": {"pattern": regex}}, "bindings": {"A": "b" * 5_000}}
        load(json.dumps(patterns).encode(), "json")
