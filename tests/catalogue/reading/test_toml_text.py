from __future__ import annotations

import sys
from typing import Any

import pytest

from policycheck.catalogue.documents import SourceDocument
from policycheck.catalogue.problems import CatalogueInvalid
from policycheck.catalogue.reading.document import read_document

TEXT = '''catalogue = 1 # comment
title.en = "Shop \\" # no comment"
"quoted key" = 'lit # eral'
long = """
[[not.a.table]]
x = "1"
"""
literal = \'\'\'
[no]
\'\'\'
quotes = """a""\\"""""
day = 2026-03-01
moment = 2026-03-01T10:00:00Z
hour = 07:32:00
number = -1.5e3
dotted . key . deep = [ 1, # one
  2,
  { a = 1, b.c = "x", d = [ [3], ] },
]

[providers.p]
name = "P"
hosts = []

[providers]
q.name = "Q"

[[items]]
name = "a"
[items.value]
pattern = "x"
[items.value.json.x]
type = "y"

[[items]]
name = "b"
[[items.uses]]
category = "c"
[[items.uses]]
category = "d"
'''


def read(text: str) -> SourceDocument:
    return read_document(text.encode(), "c.toml")


def test_dates_and_times_become_texts() -> None:
    data = read(TEXT).data
    assert data["day"] == "2026-03-01"
    assert data["moment"] == "2026-03-01T10:00:00+00:00"
    assert data["hour"] == "07:32:00"
    assert read("a = [[2026-03-01], {b = 1979-05-27}]\n").data == {"a": [["2026-03-01"], {"b": "1979-05-27"}]}


def _line(needle: str, nth: int = 0) -> tuple[int, int]:
    found = [(number, line.index(needle) + 1) for number, line in enumerate(TEXT.split("\n"), 1) if needle in line]
    return found[nth]


@pytest.mark.parametrize(
    ("pointer", "key", "value"),
    [
        ("/catalogue", ("catalogue", 0), ("1 #", 0)),
        ("/title/en", ("en =", 0), ('"Shop', 0)),
        ("/quoted key", ('"quoted', 0), ("'lit", 0)),
        ("/long", ("long", 0), ('"""', 0)),
        ("/quotes", ("quotes", 0), ('"""a', 0)),
        ("/moment", ("moment", 0), ("2026-03-01T", 0)),
        ("/number", ("number", 0), ("-1.5", 0)),
        ("/dotted/key/deep/0", ("1, # one", 0), ("1, # one", 0)),
        ("/dotted/key/deep/2/b/c", ("c = ", 0), ('"x"', 0)),
        ("/dotted/key/deep/2/d/0/0", ("3]", 0), ("3]", 0)),
        ("/providers/p/name", ("name", 0), ('"P"', 0)),
        ("/providers/q/name", ("name =", 1), ('"Q"', 0)),
        ("/items/0/name", ("name =", 2), ('"a"', 1)),
        ("/items/0/value/pattern", ("pattern", 0), ('"x"', 1)),
        ("/items/0/value/json/x/type", ("type", 0), ('"y"', 0)),
        ("/items/1/name", ("name =", 3), ('"b"', 0)),
        ("/items/1/uses/1/category", ("category", 1), ('"d"', 0)),
    ],
)
def test_places_of_keys_and_values(pointer: str, key: tuple[str, int], value: tuple[str, int]) -> None:
    document = read(TEXT)
    found = document.locate(pointer)
    assert (found.line, found.column) == _line(*value)
    found = document.locate(pointer, key=True)
    assert (found.line, found.column) == _line(*key)


def test_every_value_has_a_place_of_its_own() -> None:
    document = read(TEXT)
    waiting: list[tuple[str, Any]] = [("", dict(document.data))]
    seen: set[tuple[int, int]] = set()
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, (dict, list)):
            pairs = value.items() if isinstance(value, dict) else enumerate(value)
            waiting.extend((f"{pointer}/{key}", child) for key, child in pairs)
        else:
            place = document.locate(pointer)
            assert (place.line, place.column) not in seen
            seen.add((place.line, place.column))


@pytest.mark.parametrize("text", ["a = " + "[" * 100, "a = " + "[" * 100_000, "a = " + "{a=" * 5_000])
def test_nesting_ends_in_one_error(text: str) -> None:
    with pytest.raises(CatalogueInvalid) as raised:
        read(text)
    assert len(raised.value.problems) == 1


def test_deep_nesting_that_is_in_order_is_refused() -> None:
    for count in (64, 200, 10 * sys.getrecursionlimit()):
        with pytest.raises(CatalogueInvalid, match="nests deeper than 64 levels"):
            read("a = " + "[" * count + "]" * count)
    assert read("a = " + "[" * 63 + "]" * 63).data


@pytest.mark.parametrize("part", ["a", '"a b"', "'c'", "a-b"])
def test_keys_of_many_parts_are_refused_at_once(part: str) -> None:
    with pytest.raises(CatalogueInvalid, match="more than 64 parts"):
        read(" . ".join([part] * 200_000) + " = 1\n")
    with pytest.raises(CatalogueInvalid, match="more than 64 parts"):
        read("x = 1\n[" + ".".join([part] * 100_000) + "]\n")


def test_many_dots_in_a_text_are_no_key() -> None:
    assert read(f'a = "{"." * 500}"\n').data
    assert read(f'a = "{"a" * 100_000} {"." * 100}"\n').data


@pytest.mark.parametrize("text", ["a = 9999-99-99\n", "a = " + "9" * 5_000 + "\n", "a = 2026-02-30\n"])
def test_what_python_cannot_hold_is_an_error_of_the_catalogue(text: str) -> None:
    with pytest.raises(CatalogueInvalid):
        read(text)
