"""Encodings, sizes, endings: what holds for every format."""

from __future__ import annotations

import codecs
import hashlib

import pytest

from policycheck.catalogue.documents import Mark, Parsed, TreeNode
from policycheck.catalogue.problems import CatalogueInvalid
from policycheck.catalogue.reading import MAX_BYTES, READERS
from policycheck.catalogue.reading.document import read_document
from policycheck.catalogue.reading.text import Lines, mark_at

TEXTS = {
    "c.yaml": "catalogue: 1\n",
    "c.yml": "catalogue: 1\n",
    "c.json": '{"catalogue": 1}',
    "c.toml": "catalogue = 1\n",
}


@pytest.mark.parametrize("location", TEXTS)
def test_a_byte_order_mark_is_no_part_of_the_text(location: str) -> None:
    data = codecs.BOM_UTF8 + TEXTS[location].encode()
    document = read_document(data, location)
    assert document.data == {"catalogue": 1}
    assert document.locate("/catalogue", key=True).column in {1, 2}
    assert document.digest == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("location", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"])
def test_other_encodings_are_named(location: str, encoding: str) -> None:
    data = (TEXTS[location] + "# é" * (location[2] in "yt")).encode(encoding)
    if encoding == "latin-1" and b"\xe9" not in data:
        data += b"\xe9"
    with pytest.raises(CatalogueInvalid) as raised:
        read_document(data, location)
    problem = raised.value.problems[0]
    assert problem.location.line >= 1
    assert "save" in problem.hint


def test_the_place_of_a_byte_that_is_not_utf_8() -> None:
    with pytest.raises(CatalogueInvalid, match=r"^c\.yaml:2:4: byte 0xff is not UTF-8"):
        read_document("é: 1\nb: \xff".encode("latin-1").replace(b"\xe9", "é".encode()), "c.yaml")


@pytest.mark.parametrize("letter", ["\x00", "\x07", "\x1b", "\x7f", "\x9f", "\uffff"])
def test_control_characters_are_named_with_their_place(letter: str) -> None:
    with pytest.raises(CatalogueInvalid, match=rf"^c\.yaml:2:4: the control character U\+{ord(letter):04X}"):
        read_document(f"a: 1\nb: {letter}\n".encode(), "c.yaml")


def test_a_file_may_not_be_too_large() -> None:
    with pytest.raises(CatalogueInvalid, match="8,388,608 are allowed"):
        read_document(b" " * (MAX_BYTES + 1), "c.yaml")


def test_windows_line_ends() -> None:
    document = read_document(b"catalogue: 1\r\nid: a\r\n", "c.yaml")
    assert (document.locate("/id").line, document.locate("/id").column) == (2, 5)
    document = read_document(b'{"catalogue": 1,\r\n "id": "a"}', "c.json")
    assert (document.locate("/id").line, document.locate("/id").column) == (2, 8)


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("c.ini", r"'\.ini' is not the ending of a format"),
        ("catalogue", "the format cannot be told without an ending"),
        ("c.jsn", r"did you mean '\.json'"),
        ("a.yaml/b", "without an ending"),
    ],
)
def test_endings_that_nobody_reads(location: str, message: str) -> None:
    with pytest.raises(CatalogueInvalid, match=message):
        read_document(b"", location)


def test_a_pack_is_yaml_and_letter_case_of_endings_does_not_count() -> None:
    assert read_document(b"catalogue: 1", "pack:shop").data == {"catalogue": 1}
    assert read_document(b'{"catalogue": 1}', "C.JSON").data == {"catalogue": 1}


def test_readers_of_plugins_with_places_and_without() -> None:
    def plain(text: str, location: str) -> dict[str, str]:
        return dict(line.split("=") for line in text.split())

    def placed(text: str, location: str) -> Parsed:
        return Parsed(plain(text, location), TreeNode(Mark(1, 1), {"id": TreeNode(Mark(2, 4))}))

    document = read_document(b"catalogue=1\nid=x", "c.ini", {**READERS, ".ini": plain})
    assert document.data == {"catalogue": "1", "id": "x"}
    assert document.locate("/id").line == 0
    document = read_document(b"catalogue=1\nid=x", "c.ini", {".ini": placed})
    assert document.locate("/id").line == 2


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": {1, 2}}, "/a: a set is a value that JSON does not know"),
        ({"a": [float("nan")]}, "/a/0: nan is a number that JSON does not know"),
        ({"a": {1: 2}}, "/a: the key 1 is not a text"),
        ({"a": "\ud800"}, "/a: a lone surrogate is no character"),
        ({"a": b"x"}, "/a: a bytes is a value that JSON does not know"),
        ([1], "the catalogue holds no fields"),
        (None, "the catalogue is empty"),
    ],
)
def test_what_a_plugin_reads_must_be_json(value: object, message: str) -> None:
    with pytest.raises(CatalogueInvalid, match=message):
        read_document(b"", "c.x", {".x": lambda _text, _location: value})


def test_lines_agree_with_counting() -> None:
    text = "a\n\nbc\r\nd"
    lines = Lines(text)
    assert [lines.mark(index) for index in range(len(text) + 1)] == [mark_at(text, i) for i in range(len(text) + 1)]
    assert lines.mark(3) == Mark(3, 1)
