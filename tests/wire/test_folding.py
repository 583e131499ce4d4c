"""Headers that something joined."""

from __future__ import annotations

import time

import pytest

from policycheck.wire import split_folded
from policycheck.wire.folding import looks_folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \t\r\n", []),
        ("a=1", ["a=1"]),
        (" a=1 ", ["a=1"]),
        ("a=1, b=2", ["a=1", "b=2"]),
        ("a=1,b=2", ["a=1", "b=2"]),
        ("a=1 ,\t b = 2", ["a=1", "b = 2"]),
        ("a=1,, b=2", ["a=1,", "b=2"]),
        ("a=1, b", ["a=1, b"]),
        ("a=1, b; Path=/", ["a=1, b; Path=/"]),
        ("a=1, b c=2", ["a=1, b c=2"]),
        ('a=1, "b"=2', ['a=1, "b"=2']),
        ("a=1, =2", ["a=1, =2"]),
        ("a=1, b[c]=2", ["a=1", "b[c]=2"]),
        ("a=1, é=2", ["a=1", "é=2"]),
        ("a=1, b;c=2", ["a=1, b;c=2"]),
        ("a=1, b,c=2", ["a=1, b", "c=2"]),
        ("a=1; Path=/, b=2; Secure, c=3", ["a=1; Path=/", "b=2; Secure", "c=3"]),
        ("a=1; expires=Wed, 09 Jun 2027 10:18:14 GMT, b=2", ["a=1; expires=Wed, 09 Jun 2027 10:18:14 GMT", "b=2"]),
        ('a={"x":1,"y":"z=1"}', ['a={"x":1,"y":"z=1"}']),
        ("a=1\nb=2", ["a=1", "b=2"]),
        ("a=1\r\nb=2\r\n", ["a=1", "b=2"]),
        ("a=1\rb=2", ["a=1", "b=2"]),
        ("a=1\n\n b=2", ["a=1", "b=2"]),
        ("a=1, b=2\nc=3, d=4", ["a=1, b=2", "c=3, d=4"]),
        ("a=1, b=2\n", ["a=1", "b=2"]),
        ("\xa0a=1\xa0", ["\xa0a=1\xa0"]),
        ("a=\ud800, b=\x00", ["a=\ud800", "b=\x00"]),
    ],
)
def test_taken_apart(text: str, expected: list[str]) -> None:
    assert split_folded(text) == expected


@pytest.mark.parametrize("text", ["a=1, b=2", "Wed, 09=x"])
def test_looks_folded(text: str) -> None:
    assert looks_folded(text) is True


@pytest.mark.parametrize("text", ["a=1, b", "a,b", "a=1; b=2", ""])
def test_does_not_look_folded(text: str) -> None:
    assert looks_folded(text) is False


@pytest.mark.parametrize(
    "text", [", a" * 300_000, "," * 900_000, ", " * 450_000, "a " * 450_000, "," + "\t" * 900_000, "\n" * 900_000]
)
def test_megabytes_take_linear_time(text: str) -> None:
    start = time.process_time()
    split_folded(text)
    assert time.process_time() - start < 5
