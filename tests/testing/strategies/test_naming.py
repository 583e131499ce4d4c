from __future__ import annotations

import json

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

import policycheck
from policycheck.catalogue.names import NamePattern, parse_regex, parse_template
from policycheck.errors import UsageError
from policycheck.testing import strategies as pst
from policycheck.wire import parse_set_cookie

PLACEHOLDERS = {"ANY": None, "KEY": "[0-9a-f]{40}", "V": "v1|v2|[^a-z]", "W": "(?:ab?|c){2,3}"}
PATTERNS = [
    *(
        parse_template(text, PLACEHOLDERS)
        for text in ("a", "_ga_*", "<ANY>", "*x*", "k_<KEY>", "<V>.<W>*", r"a\*<ANY>b")
    ),
    *(map(parse_regex, ("[^a]*", "(?i)key_(?:[0-9]+|x{3,})", "[\\x{1F600}-\\x{1F64F}]+", "a{0,1000}b", "(?:a|bc)*"))),
]


UNHURRIED = settings(max_examples=300, deadline=None, database=None, derandomize=True)


def cookie_catalogue(**item: object) -> policycheck.Catalogue:
    return catalogue([{"kind": "cookie", "category": "necessary", "retention": "session", **item}])


def catalogue(items: list[dict[str, object]]) -> policycheck.Catalogue:
    from policycheck.testing.strategies.loaded import load_document

    return load_document({"catalogue": 1, "placeholders": {"ANY": None}, "items": items})


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: json.dumps(pattern.text))
def test_every_name_matches_and_none_beside_does(pattern: NamePattern) -> None:
    @settings(max_examples=25, deadline=None)
    @given(pst.names(pattern), pst.names_beside(pattern))
    def check(name: str, beside: str) -> None:
        assert pattern.matches(name)
        assert not pattern.matches(beside)

    check()


@settings(max_examples=100, deadline=None)
@given(st.data(), pst.name_patterns())
def test_names_of_any_pattern_match_it(data: st.DataObject, pattern: NamePattern) -> None:
    assert pattern.matches(data.draw(pst.names(pattern)))
    assert not pattern.matches(data.draw(pst.names_beside(pattern)))


@pytest.mark.parametrize(("text", "shortest"), [("_ga_*", 4), ("<ANY>", 1), ("k_<KEY>", 42), ("<V>.<W>*", 5)])
def test_names_are_short_when_shrunk(text: str, shortest: int) -> None:
    assert len(find(pst.names(parse_template(text, PLACEHOLDERS)), lambda name: True, settings=UNHURRIED)) <= shortest


def test_everything_that_a_class_holds_is_drawn_sooner_or_later() -> None:
    pattern = parse_regex("[a-cé☃]")
    for wanted in "abcé☃":
        assert find(pst.names(pattern), wanted.__eq__, settings=UNHURRIED) == wanted


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(["*", "<ANY>", "x*", "*y"]))
def test_names_of_a_cookie_can_stand_in_a_header(data: st.DataObject, name: str) -> None:
    [item] = cookie_catalogue(name=name).items
    drawn = data.draw(pst.names(item))
    read = parse_set_cookie(f"{drawn}=1")
    assert (read.name, read.anomalies) == (drawn, ())


@pytest.mark.parametrize("regex", ["(?:[b-z]3)*", "q?"])
def test_a_cookie_has_a_name(regex: str) -> None:
    [item] = cookie_catalogue(regex=regex).items
    assert find(pst.names(item), lambda name: True, settings=UNHURRIED)


@pytest.mark.parametrize("given_name", [{"name": "a;b"}, {"name": "a\u00e9<ANY>"}, {"regex": "[\\x00-\\x1f]"}])
def test_a_cookie_whose_name_no_header_carries_is_an_error(given_name: dict[str, object]) -> None:
    [item] = cookie_catalogue(**given_name).items
    with pytest.raises(UsageError, match="matches no name that a Set-Cookie header can carry"):
        pst.names(item)


def test_a_pattern_without_any_name_is_an_error() -> None:
    with pytest.raises(UsageError, match=r"matches no name$"):
        pst.names(parse_regex("x[^\\x00-\\x{10FFFF}]"))


@pytest.mark.parametrize("pattern", [parse_template("*"), parse_regex("(?s).*"), parse_regex("(?s).?(?:.*.)?")])
def test_beside_everything_there_is_nothing(pattern: NamePattern) -> None:
    with pytest.raises(UsageError, match="matches every name"):
        pst.names_beside(pattern)


def test_beside_any_text_there_is_the_empty_one() -> None:
    assert find(pst.names_beside(parse_template("<ANY>", PLACEHOLDERS)), lambda name: True, settings=UNHURRIED) == ""


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_with_a_catalogue_the_entry_wins_and_nothing_matches_beside(data: st.DataObject) -> None:
    base: dict[str, object] = {"category": "necessary", "retention": "persistent"}
    wide = catalogue([
        {**base, "name": "a*", "kind": "web"},
        {**base, "name": "a<ANY>", "kind": "localStorage"},
        {**base, "name": "ab2", "kind": "cookie"},
        {**base, "name": "ab", "kind": "cookie"},
    ])  # fmt: skip
    loose, narrow, _, short = wide.items
    assert data.draw(pst.names(loose, catalogue=wide)) == "a"
    assert wide.index[narrow.kind].lookup(data.draw(pst.names(narrow, catalogue=wide))) is narrow
    beside = data.draw(pst.names_beside(short, catalogue=wide))
    assert all(index.lookup(beside) is None for index in wide.index.values())


def test_each_kind_of_pattern_comes() -> None:
    for wanted in (
        lambda pattern: pattern.is_exact,
        lambda pattern: pattern.is_regex,
        lambda pattern: bool(pattern.placeholders),
        lambda pattern: pattern.text.endswith("_*"),
    ):
        assert wanted(find(pst.name_patterns(), wanted, settings=UNHURRIED))
