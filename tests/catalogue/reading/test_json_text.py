from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.catalogue.documents import MAX_DEPTH, SourceDocument, join
from policycheck.catalogue.problems import CatalogueInvalid
from policycheck.catalogue.reading.document import read_document

KEYS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=4)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | KEYS,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(KEYS, children, max_size=4),
    max_leaves=12,
)


def read(text: str) -> SourceDocument:
    return read_document(text.encode(), "c.json")


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, PLAIN), st.sampled_from([None, 1, 3]), st.booleans())
def test_every_place_is_where_the_value_is_spelled(data: dict[str, Any], indent: int | None, escaped: bool) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=escaped)
    document = read(text)
    assert document.data == data
    lines = text.split("\n")
    waiting: list[tuple[str, Any]] = [("", data)]
    while waiting:
        pointer, value = waiting.pop()
        place = document.locate(pointer)
        rest = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
        assert json.JSONDecoder().raw_decode(rest)[0] == value
        if isinstance(value, dict):
            for key, child in value.items():
                waiting.append((join(pointer, key), child))
                spot = document.locate(join(pointer, key), key=True)
                assert json.JSONDecoder().raw_decode(lines[spot.line - 1], spot.column - 1)[0] == key
        elif isinstance(value, list):
            waiting.extend((join(pointer, index), child) for index, child in enumerate(value))


def test_nesting_up_to_the_limit_is_read_and_beyond_it_is_named() -> None:
    inside = MAX_DEPTH - 1
    assert read('{"a":' + "[" * inside + "]" * inside + "}").data
    for count in (inside + 1, MAX_DEPTH + 1, 2 * MAX_DEPTH, 10 * sys.getrecursionlimit()):
        with pytest.raises(CatalogueInvalid, match="nests deeper than 64 levels") as raised:
            read('{"a":' + "[" * count + "]" * count + "}")
        assert raised.value.problems[0].location.column > inside


@pytest.mark.parametrize("unit", ["[{]", '{"a":[', "[[]", '"[', "}{"])
def test_brackets_that_do_not_fit_are_an_error_of_syntax_or_depth(unit: str) -> None:
    with pytest.raises(CatalogueInvalid) as raised:
        read(unit * 10_000)
    assert len(raised.value.problems) == 1


def test_brackets_in_texts_do_not_count() -> None:
    text = json.dumps({"a": "[" * 500 + "\\" + '"' + "{" * 500, "b": ["]}"] * 3})
    assert read(text).data["b"] == ["]}"] * 3


@pytest.mark.parametrize("spelling", ["NaN", "Infinity", "-Infinity", "1e400", "-1E+400", "9" * 5_000])
def test_numbers_that_json_does_not_know_are_named_with_their_place(spelling: str) -> None:
    with pytest.raises(CatalogueInvalid, match="a number that JSON does not know") as raised:
        read('{"a": "NaN Infinity",\n "b": [' + spelling + "]}")
    place = raised.value.problems[0].location
    assert (place.line, place.column) == (2, 8)


def test_pairs_of_surrogates_are_characters_and_single_ones_are_not() -> None:
    assert read(r'{"a": "\ud83c\udf6a"}').data == {"a": "\U0001f36a"}
    with pytest.raises(CatalogueInvalid, match=r"c\.json:1:1: the key"):
        read(r'{"\ud83c": 1}'.replace(" ", ""))


@pytest.mark.parametrize(
    ("behind", "message"),
    [
        ("}", "this is not JSON"),
        ("", "this is not JSON"),
        (', "b": [1 2]}', "this is not JSON"),
        (', "b": NaN}', "a number that JSON"),
    ],
)
def test_what_is_no_json_behind_a_repeated_key_is_named_first(behind: str, message: str) -> None:
    text = '{"a": [{"k": 1, "k": 2' + behind
    with pytest.raises(CatalogueInvalid, match=message) as raised:
        read(text)
    assert len(raised.value.problems) == 1
