from __future__ import annotations

import json
import sys
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.catalogue.documents import MAX_ALIASED_NODES, SourceDocument
from policycheck.catalogue.problems import CatalogueInvalid
from policycheck.catalogue.reading.document import read_document
from policycheck.catalogue.reading.yaml_scalars import resolve


def read(text: str) -> SourceDocument:
    return read_document(text.encode(), "c.yaml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("No", "No"),
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("y", "y"),
        ("12:30", "12:30"),
        ("2026-03-01", "2026-03-01"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("017", 17),
        ("0o17", 15),
        ("0x1F", 31),
        ("0xZ", "0xZ"),
        ("0o8", "0o8"),
        ("+12", 12),
        ("-12", -12),
        ("-x", "-x"),
        (".", "."),
        ("1.", 1.0),
        (".5", 0.5),
        ("-1.5e3", -1500.0),
        ("1e3", 1000.0),
        ("e3", "e3"),
        ("1.2.3", "1.2.3"),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("tRUE", "tRUE"),
        ("false", False),
        ("False", False),
        ("FALSE", False),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("~", None),
        ("", None),
        ("nULL", "nULL"),
        ("None", "None"),
    ],
)
def test_plain_scalars_follow_the_core_schema(text: str, value: object) -> None:
    found = read(f"a: {text}\n").data["a"]
    assert found == value
    assert type(found) is type(value)
    assert read(f"a: '{text}'\n").data["a"] == text


@pytest.mark.parametrize("text", [".nan", ".NaN", ".inf", "-.Inf", "+.INF", "1e999", "9" * 4_001])
def test_numbers_that_json_does_not_know_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        resolve(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!!str 5", "5"),
        ("!!str", ""),
        ("! 5", "5"),
        ("!!int 5", 5),
        ("!!float 5", 5.0),
        ("!!float 5.5", 5.5),
        ("!!bool true", True),
        ("!!null ~", None),
        ("!!map {b: 1}", {"b": 1}),
        ("!!seq [1]", [1]),
        ("!<tag:yaml.org,2002:str> no", "no"),
    ],
)
def test_tags_of_the_core_schema_are_read(text: str, value: object) -> None:
    assert read(f"a: {text}\n").data["a"] == value


@pytest.mark.parametrize("text", ["!!int x", "!!bool 1", "!mine x", "!!set {a}", "!!map [1]", "!!binary aGk="])
def test_other_tags_are_refused(text: str) -> None:
    with pytest.raises(CatalogueInvalid, match="the tag"):
        read(f"a: {text}\n")


def test_block_and_flow_texts_and_comments() -> None:
    text = "a: |\n  one\n  two\nb: >-\n  one\n  two\nc: 'it''s' # said\nd: \"t\\tab\"\n"
    assert read(text).data == {"a": "one\ntwo\n", "b": "one two", "c": "it's", "d": "t\tab"}


def test_positions_of_keys_and_values() -> None:
    document = read("a:\n  b:\n  - x\n  - {c: 1, 'd': \"é\"}\n'e/f~': 2\n")
    places = {
        "": (1, 1), "/a": (2, 3), "/a/b": (3, 3), "/a/b/0": (3, 5), "/a/b/1/c": (4, 9), "/a/b/1/d": (4, 17),
        "/e~1f~0": (5, 9), "/nothing": (1, 1), "/a/b/7": (3, 3), "/a/b/1/c/deeper": (4, 9),
    }  # fmt: skip
    for pointer, (line, column) in places.items():
        found = document.locate(pointer)
        assert (found.line, found.column, found.pointer, found.file) == (line, column, pointer, "c.yaml")
    keys = {"/a": (1, 1), "/a/b": (2, 3), "/a/b/0": (3, 5), "/a/b/1/d": (4, 12), "/e~1f~0": (5, 1)}
    for pointer, (line, column) in keys.items():
        found = document.locate(pointer, key=True)
        assert (found.line, found.column) == (line, column)


def test_aliases_share_their_value_and_stand_at_their_own_place() -> None:
    document = read("a: &x {b: [1]}\nc: *x\nd: &y text\ne: *y\nf: &k key\n")
    assert document.data == {"a": {"b": [1]}, "c": {"b": [1]}, "d": "text", "e": "text", "f": "key"}
    assert document.locate("/c").line == 2
    assert document.locate("/c/b/0").line == 1


def test_an_anchor_on_a_key_can_be_referred_to() -> None:
    assert read("&k key: *k\n").data == {"key": "key"}


def test_an_anchor_may_be_defined_anew() -> None:
    assert read("a: &x 1\nb: *x\nc: &x 2\nd: *x\n").data == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_a_billion_laughs_end_in_one_error() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(CatalogueInvalid, match=f"more than {MAX_ALIASED_NODES:,} values") as raised:
        read("\n".join(lines))
    assert len(raised.value.problems) == 1


@pytest.mark.parametrize("unit", ["[", "{a: ", "- ", "? ", "&a [", "- - ? "])
def test_nesting_ends_in_one_error(unit: str) -> None:
    limit = sys.getrecursionlimit()
    for count in (100, 10 * limit):
        with pytest.raises(CatalogueInvalid) as raised:
            read(f"a: {unit * count}" if unit[0] in "[{&" else unit * count)
        assert len(raised.value.problems) == 1


def test_the_pure_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: &x {b: [1, no]}\nd: *x\ne: |\n  text\nf: 12:30\n"
    fast = read(text)
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    slow = read(text)
    assert slow.data == fast.data
    for pointer in ("/a/b/1", "/d", "/e", "/f"):
        assert slow.locate(pointer) == fast.locate(pointer)
    with pytest.raises(CatalogueInvalid, match=r"c\.yaml:2:5: this is not YAML"):
        read("a: 1\nb: c: d\n")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{en: Keeps it, so that it stays.}", {"en": "Keeps it, so that it stays."}),
        ("{en: One, two, three., cs: Jedna, druhá}", {"en": "One, two, three.", "cs": "Jedna, druhá"}),
        ("{en: One,two}", {"en": "One, two"}),
        ("{pt-BR: One,\n  two\n  and three }", {"pt-BR": "One, two and three"}),
        ("{en: 5, two}", {"en": 5, "two": None}),
        ("{en: 'One', two}", {"en": "One", "two": None}),
        ("{en: One, two: }", {"en": "One", "two": None}),
        ("{en: One, two : }", {"en": "One", "two": None}),
        ("{en: One, two: three}", {"en": "One", "two": "three"}),
        ("{en: One, no}", {"en": "One, no"}),
        ("{en: One, &a two words}", {"en": "One, two words"}),
        ("{en: [One], two words}", {"en": ["One"], "two words": None}),
        ("{en: {cs: x}, two words}", {"en": {"cs": "x"}, "two words": None}),
        ("{name: One, two words}", {"name": "One", "two words": None}),
        ("{ONE, TWO}", {"ONE": None, "TWO": None}),
        ("{ONE: , TWO}", {"ONE": None, "TWO": None}),
        ("[en: One, two]", [{"en": "One"}, "two"]),
    ],
)
def test_a_comma_in_a_text_of_a_language_belongs_to_it(written: str, meant: object) -> None:
    assert read(f"a: {written}\n").data == {"a": meant}


def test_lines_of_a_block_are_never_joined_that_way() -> None:
    assert read("a:\n  en: One\n  ? two words\n").data == {"a": {"en": "One", "two words": None}}


def test_a_document_start_and_end_and_a_directive_for_1_2() -> None:
    assert read("%YAML 1.2\n---\na: 1\n...\n").data == {"a": 1}


TEXT = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFF, exclude_characters="\x7f"), max_size=20)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(TEXT, children, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(TEXT, PLAIN, max_size=4))
def test_json_is_yaml(data: dict[str, Any]) -> None:
    text = json.dumps(data)
    assert read(text).data == data
