"""Laying out catalogues: what stays, what becomes of each habit, and that doing it twice does nothing more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.catalogue import formatting
from policycheck.catalogue.formatting import format_catalogue
from policycheck.catalogue.formatting.order import CATALOGUE, Shape
from policycheck.catalogue.formatting.yaml_tree import comments_of
from policycheck.catalogue.packs import open_pack, pack_names
from policycheck.catalogue.problems import CatalogueInvalid
from policycheck.catalogue.reading.document import read_document
from policycheck.catalogue.schema import load_schema
from policycheck.testing import strategies as pst

EXAMPLES = sorted(Path("examples").glob("**/catalogue*.yaml"))


def laid_out(text: str, location: str = "catalogue.yaml") -> str:
    once = format_catalogue(text.encode(), location)
    assert format_catalogue(once, location) == once
    return once.decode()


def items(*lines: str) -> str:
    return "catalogue: 1\nitems:\n" + "".join(f"{line}\n" for line in lines)


UNTIDY = """\
# header

# yaml-language-server: $schema=x
version: "1"   # the version
catalogue: 1
items:    # all of them

  # the first
  -   kind: cookie
      # about the name
      name: "a"   # tail of name


      retention: session
      category: necessary
      # end of a
  # before b
  - {name: 'b', kind: cookie, category: analytics, retention: "1 day", purpose: {en: Keeps it, so that it is there., cs: "Ano"}}
  -
    # inner
    name: c
    kind: localStorage
    source: &s {kind: observed, date: "2026-01-01"}
    retention: 'persistent'
    category: marketing
    purpose:
      en: |
        Two lines
          indented

        end
      cs: >-
        folded text
        goes on
    value:
      json: {
        type: object, # an object
        # properties
        properties: {b: {type: string}, a: {type: string}}
      }
  - name: d   # d
    source: *s
    kind: cookie
    category: marketing
    retention: 6 months
    examples: [
      "one", 'two',
      three   # third
    ]
    x-note: "yes"
    # foot of d
  # foot of items
categories:
    own: {consent: required,
          title: "Own"}
    # foot of categories
id: shop
# the end
"""
TIDY = """\
# header

# yaml-language-server: $schema=x
catalogue: 1
id: shop
version: "1"   # the version
categories:
  own: {title: Own, consent: required}
  # foot of categories
items:    # all of them
  # the first
  # about the name
  - name: a   # tail of name
    kind: cookie
    category: necessary

    retention: session
    # end of a
  # before b
  - name: b
    kind: cookie
    category: analytics
    retention: 1 day
    purpose: {en: "Keeps it, so that it is there.", cs: Ano}
  # inner
  - name: c
    kind: localStorage
    category: marketing
    retention: persistent
    value:
      json:
        type: object  # an object
        # properties
        properties: {b: {type: string}, a: {type: string}}
    purpose:
      en: |
        Two lines
          indented

        end
      cs: >-
        folded text
        goes on
    source: &s {kind: observed, date: "2026-01-01"}
  - name: d   # d
    kind: cookie
    category: marketing
    retention: 6 months
    examples:
      - one
      - two
      - three   # third
    source: *s
    x-note: "yes"
    # foot of d
  # foot of items
# the end
"""


def test_an_untidy_catalogue() -> None:
    assert laid_out(UNTIDY) == TIDY


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ('"plain enough"', "plain enough"),
        ("'1'", '"1"'),
        ('"no"', '"no"'),
        ("no", "no"),
        ('"2026-01-01"', '"2026-01-01"'),
        ('"12:30:00"', '"12:30:00"'),
        ('""', '""'),
        ('"a: b"', '"a: b"'),
        ('"a #b"', '"a #b"'),
        ('"a#b"', "a#b"),
        ('"- a"', '"- a"'),
        ('"[0-9]"', '"[0-9]"'),
        ('"a\\\\d"', "a\\d"),
        ('"\\\\*"', "\\*"),
        ('"*\\\\*"', "'*\\*'"),
        ("'it''s: so'", '"it\'s: so"'),
        ('"a\\nb\\u200b\\e"', '"a\\nb\\u200b\\x1b"'),
        ('"\\U0001F36A"', "🍪"),
        ("!!str 12", "!!str 12"),
        ("!!str '12'", '!!str "12"'),
        ("~", "~"),
        ("|+\n    a\n", '"a\\n\\n"'),
        ("|2-\n      a", '"  a"'),
        ("plain\n    over lines", "plain over lines"),
        (
            "[0x1F, 0o17, 1e3, .5, +1, -0, -1.5, 012, '-a', \"?a\"]",
            '[0x1F, 0o17, 1e3, .5, +1, -0, -1.5, 012, -a, "?a"]',
        ),
        ("{url: 'https://a.example/b?c=d#e', 'no': 1}", '{url: https://a.example/b?c=d#e, "no": 1}'),
        ("[ # why\n  ]", "[]  # why"),
        ("{b: 'x:?', c: '?'}", '{b: "x:?", c: "?"}'),
        ("'\"\n\n    '", '"\\"\\n"'),
        ('"\\N\\L b"', '"\\x85\\u2028 b"'),
        (
            "\n  - - 1\n    - 2\n  -\n  - &m\n    b: 1\n  - *m",
            "\n    - - 1\n      - 2\n    -\n    - &m\n      b: 1\n    - *m",
        ),
        ("| # why\n    # text\n    b", "| # why\n    # text\n    b"),
    ],
)
def test_quotes_stand_where_they_are_needed(written: str, becomes: str) -> None:
    wanted = f"catalogue: 1\nx-one:\n  a: {becomes}\n".replace(": \n", ":\n")
    assert laid_out(f"catalogue: 1\nx-one:\n  a: {written}\n") == wanted


def test_brackets_that_are_too_long_are_spread_and_texts_are_folded() -> None:
    long = (
        "Tells visitors apart, in order to count them, without knowing who they are, for as long as they agree to it."
    )
    found = laid_out(items(f'  - {{name: a, purpose: {{en: "{long}: {long}"}}}}'))
    assert found == items(
        "  - name: a",
        "    purpose:",
        "      en: >-",
        "        Tells visitors apart, in order to count them, without knowing who they are, for as long as they agree to it.:",
        "        Tells visitors apart, in order to count them, without knowing who they are, for as long as they agree to it.",
    )
    pattern = "[a-z] " * 30
    assert max(map(len, laid_out(f'catalogue: 1\nplaceholders: {{A: {{pattern: "{pattern}b"}}}}\n').split("\n"))) > 120


def test_an_anchor_stays_before_what_refers_to_it() -> None:
    text = items("  - source: &s {kind: observed}", "    name: a", "    x-other: *s", "    kind: cookie")
    assert "source: &s {kind: observed}\n    x-other: *s\n" in laid_out(text)
    refers_back = "items:\n  - {name: a, source: &s {kind: observed}}\ncatalogue: 1\nx-other: *s\nid: b\n"
    assert laid_out(refers_back).startswith("catalogue: 1\nid: b\n")
    first = "catalogue: 1\nx-first: &s {kind: observed}\nitems:\n  - {name: a, source: *s}\n"
    assert laid_out(first) == "catalogue: 1\nx-first: &s {kind: observed}\nitems:\n  - {name: a, source: *s}\n"


def test_lines_end_as_the_first_one_does_and_the_mark_of_a_byte_order_goes() -> None:
    assert format_catalogue(b"\xef\xbb\xbfcatalogue: 1\r\nid: a\n\n", "c.yaml") == b"catalogue: 1\r\nid: a\r\n"
    assert format_catalogue(b"catalogue: 1\nid: a\r\n", "c.yaml") == b"catalogue: 1\nid: a\n"
    text = b'catalogue = 1\r\nx-a = """\r\nb\r\n"""\r\n'
    assert format_catalogue(text, "c.toml") == text


def test_json() -> None:
    text = '{"version":"1","catalogue":1,"items":[{"kind":"cookie","name":"\\u00e9","x-n":[1.50,1e3],"uses":[{"category":"a"}]}],"x-e":{}}'
    assert laid_out(text, "c.json") == (
        '{\n  "catalogue": 1,\n  "version": "1",\n  "items": [\n    {\n      "name": "é",\n      "kind": "cookie",\n'
        '      "uses": [\n        {"category": "a"}\n      ],\n      "x-n": [1.50, 1e3]\n    }\n  ],\n  "x-e": {}\n}\n'
    )


UNTIDY_TOML = """\
# header

version = "1"
catalogue=1  # format
[[items]]
kind = "cookie"
# the name
name   =   "a" # tail
retention="session"
category = "necessary"
[items.source]
kind = "observed"
# second
[[items]]
name = "b"
kind="cookie"
examples = [
  "x", # one
]
[categories.own]   # own
title = "x"
consent = "required"
# foot
"""
TIDY_TOML = """\
# header

catalogue = 1  # format
version = "1"

[categories.own]  # own
title = "x"
consent = "required"

[[items]]
# the name
name = "a"  # tail
kind = "cookie"
category = "necessary"
retention = "session"

[items.source]
kind = "observed"

# second
[[items]]
name = "b"
kind = "cookie"
examples = [
  "x", # one
]
# foot
"""


def test_toml() -> None:
    pytest.importorskip("tomlkit")
    assert laid_out(UNTIDY_TOML, "c.toml") == TIDY_TOML
    scattered = 'catalogue = 1\ntitle.en = "a"   \n'
    assert laid_out(scattered, "c.toml") == 'catalogue = 1\ntitle.en = "a"\n'


@pytest.mark.parametrize("name", pack_names())
def test_packs_are_laid_out_and_keep_their_meaning_and_comments(name: str) -> None:
    content = open_pack(name) or b""
    location = f"{name}.yaml"
    result = format_catalogue(content, location)
    assert result == content, f"run policycheck format policycheck/catalogue/packs/{name}.yaml"
    untidy = content.replace(b"\n    kind:", b"\n    x-first: [ 1 ] # x\n    kind:")
    result = format_catalogue(untidy, location)
    assert format_catalogue(result, location) == result
    content = untidy
    assert read_document(result, location).data == read_document(content, location).data
    before, after = (sorted(comments_of(text.decode(), location)) for text in (content, result))
    assert before == after


@pytest.mark.parametrize("path", EXAMPLES, ids=str)
def test_examples_keep_their_meaning(path: Path) -> None:
    result = laid_out(path.read_text("utf-8"), str(path))
    assert read_document(result.encode(), "c.yaml").data == read_document(path.read_bytes(), "c.yaml").data


@settings(max_examples=40, deadline=None)
@given(
    pst.catalogue_documents(),
    st.sampled_from([None, True, False]),
    st.sampled_from(["", '"', "'", "|", ">"]),
    st.integers(1, 6),
    st.sampled_from([20, 80, 1000]),
)
def test_whatever_is_written_keeps_its_meaning(
    document: dict[str, Any], flow: bool | None, style: str, indent: int, width: int
) -> None:
    text = (
        yaml.safe_dump(
            document,
            default_flow_style=flow,
            default_style=style or None,
            indent=indent,
            width=width,
            allow_unicode=True,
        )
        .replace("!!int ", "")
        .replace("!!bool ", "")
        .replace("!!null ", "")
    )
    location = "c.yaml"
    try:
        before = read_document(text.encode(), location).data
    except CatalogueInvalid:
        return  # a tag on a quoted number, which no catalogue has
    assert read_document(laid_out(text).encode(), location).data == before
    as_json = json.dumps(document, indent=indent)
    assert json.loads(laid_out(as_json, "c.json")) == document


NASTY = st.lists(
    st.sampled_from([*"ab1 :-#,[]{}&*!|>'\"%@`?~=.\\\n\t\x85\u200b\u2028🍪_/", "no", "null", "1e3"]), max_size=8
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(NASTY.map("".join), min_size=4, max_size=4), st.sampled_from([None, True, False]), st.sampled_from("\"'|>")
)
def test_any_text_can_be_laid_out(texts: list[str], flow: bool | None, style: str) -> None:
    key, *values = texts
    document = {"x-a": {key or "k": values[0], "en": values[1] * 12, "l": [values[2], {"a": values[1]}]}}
    text = yaml.safe_dump(document, default_flow_style=flow, default_style=style, allow_unicode=True, width=60)
    before = read_document(text.encode(), "c.yaml").data
    assert read_document(laid_out(text).encode(), "c.yaml").data == before


def test_every_field_of_the_schema_has_its_place() -> None:
    schema = load_schema()

    def fields(definition: str | None) -> set[str]:
        return set((schema if definition is None else schema["$defs"][definition])["properties"])

    def keys(*path: str | None) -> set[str]:
        shape: Shape = CATALOGUE
        for key in path:
            shape = shape.of(key)
        return set(shape.keys)

    assert fields(None) == keys()
    assert fields("item") == keys("items", None)
    assert fields("use") == keys("items", None, "uses", None)
    assert fields("attributes") == keys("items", None, "attributes")
    assert fields("value") == keys("items", None, "value") == keys("items", None, "uses", None, "value")
    assert fields("source") == keys("items", None, "source")
    assert fields("category") == keys("categories", "own")
    assert fields("feature") == keys("features", "smart")
    assert fields("provider") == keys("providers", "acme")
    assert fields("placeholder") == keys("placeholders", "KEY")
    assert fields("consentTerms") == keys("consent")


def test_what_would_change_the_meaning_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatting, "_yaml", lambda text, location: [text.replace("1", "2"), "no: yaml: at all"])
    with pytest.raises(CatalogueInvalid, match=r"c\.yaml: the file cannot be laid out without changing what it says"):
        format_catalogue(b"catalogue: 1\n", "c.yaml")


@pytest.mark.parametrize(
    ("content", "location", "message"),
    [
        (b"a: [", "c.yaml", "this is not YAML"),
        (b"", "c.yaml", "the catalogue is empty"),
        (b"- 1\n", "c.yaml", "holds no fields"),
        (b"catalogue: 1\ncatalogue: 1\n", "c.yaml", "catalogue"),
        (b"a: 1", "c.txt", "'.txt' is not the ending of a format"),
    ],
)
def test_what_is_no_catalogue_is_refused(content: bytes, location: str, message: str) -> None:
    with pytest.raises(CatalogueInvalid, match=message):
        format_catalogue(content, location)
