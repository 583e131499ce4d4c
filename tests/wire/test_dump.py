"""Header dumps of curl."""

from __future__ import annotations

import time

import pytest

from policycheck.errors import CaptureError
from policycheck.wire import DumpedResponse, read_dump

SAMPLE = b"""HTTP/1.1 302 Found\r
Date: Wed, 09 Jun 2027 10:18:14 GMT\r
Set-Cookie: a=1; Path=/\r
SET-COOKIE:b=2\r
Location: /next\r
\r
HTTP/2 200 \r
content-type: text/html\r
set-cookie: c=3\r
\r
<html>\r
set-cookie: not=this\r
"""


def cookies(response: DumpedResponse) -> list[tuple[bytes, int, int, int]]:
    return [(cookie.raw, cookie.index, cookie.count, cookie.line) for cookie in response.set_cookies]


def raws(data: bytes | str) -> list[list[bytes]]:
    return [[cookie.raw for cookie in response.set_cookies] for response in read_dump(data)]


def test_a_chain_of_redirects() -> None:
    first, second = read_dump(SAMPLE)
    assert (first.protocol, first.status, first.line, first.date) == ("HTTP/1.1", 302, 1, 1_812_536_294.0)
    assert cookies(first) == [(b"a=1; Path=/", 1, 2, 3), (b"b=2", 2, 2, 4)]
    assert first.headers == (
        ("date", b"Wed, 09 Jun 2027 10:18:14 GMT"),
        ("set-cookie", b"a=1; Path=/"),
        ("set-cookie", b"b=2"),
        ("location", b"/next"),
    )
    assert (second.protocol, second.status, second.line, second.date) == ("HTTP/2", 200, 7, None)
    assert cookies(second) == [(b"c=3", 1, 1, 9)]
    assert first.odd_lines == second.odd_lines == ()


def test_line_ends_do_not_matter() -> None:
    unix = SAMPLE.replace(b"\r\n", b"\n")
    assert read_dump(unix) == read_dump(SAMPLE) == read_dump(SAMPLE.decode())


def test_values_of_a_header_in_order_whatever_the_case() -> None:
    first, _ = read_dump(SAMPLE)
    assert first.values("Set-Cookie") == [b"a=1; Path=/", b"b=2"]
    assert first.values("set-cookie") == [b"a=1; Path=/", b"b=2"]
    assert first.values("x-none") == []


@pytest.mark.parametrize(
    ("status", "interim"), [(99, None), (100, True), (103, True), (199, True), (200, False), (404, False)]
)
def test_interim_responses(status: int, interim: bool | None) -> None:
    if interim is None:
        with pytest.raises(CaptureError):
            read_dump(f"HTTP/1.1 {status}\n\n")
        return
    (response,) = read_dump(f"HTTP/1.1 {status}\n\n")
    assert (response.status, response.interim) == (status, interim)


def test_interim_and_proxy_answers_come_before_the_response() -> None:
    dump = (
        "HTTP/1.1 200 Connection established\r\n\r\n"
        "HTTP/1.1 100 Continue\r\n\r\n"
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        "HTTP/3 200\r\nset-cookie: a=1\r\n\r\n"
    )
    assert [(one.protocol, one.status, one.line) for one in read_dump(dump)] == [
        ("HTTP/1.1", 200, 1),
        ("HTTP/1.1", 100, 3),
        ("HTTP/1.1", 103, 5),
        ("HTTP/3", 200, 8),
    ]
    assert raws(dump) == [[], [], [], [b"a=1"]]


def test_a_folded_line_belongs_to_the_one_before() -> None:
    dump = "HTTP/1.1 200 OK\nSet-Cookie: a=1;\n  Path=/;\n\tSecure\nSet-Cookie: b=2\n\n"
    (response,) = read_dump(dump)
    assert cookies(response) == [(b"a=1; Path=/; Secure", 1, 2, 2), (b"b=2", 2, 2, 5)]
    (response,) = read_dump("HTTP/1.1 200 OK\n folded: on nothing\nSet-Cookie: b=2\n\n")
    assert cookies(response) == [(b"b=2", 1, 1, 3)]


def test_only_blanks_are_trimmed() -> None:
    dump = b"HTTP/1.1 200 OK\nX\x0b: X\x0b\n \x0bX\n\x0b: a\nX: \x0b\nset-cookie:\t a=\xed\xa0\x80 \t\n"
    (response,) = read_dump(dump)
    assert response.headers == (
        ("x\x0b", b"X\x0b \x0bX"),
        ("\x0b", b"a"),
        ("x", b"\x0b"),
        ("set-cookie", b"a=\xed\xa0\x80"),
    )
    assert read_dump("HTTP/1.1 200 OK\nset-cookie: a=\ud800")[0].set_cookies[0].raw == b"a=\xed\xa0\x80"


def test_an_empty_line_may_hold_nothing() -> None:
    (response,) = read_dump("HTTP/1.1 200 OK\n\nset-cookie: not=this\n")
    assert response.headers == ()


def test_odd_lines_are_counted_not_read() -> None:
    (response,) = read_dump("HTTP/1.1 200 OK\nnonsense\n: empty\nSet-Cookie : a=1\n\n")
    assert response.odd_lines == (2, 3)
    assert cookies(response) == [(b"a=1", 1, 1, 4)]


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_a_dump_may_end_anywhere(end: str) -> None:
    assert raws("HTTP/1.1 200 OK\nSet-Cookie: a=1" + end) == [[b"a=1"]]


@pytest.mark.parametrize(
    "status_line", ["HTTP/1.1 200 OK", "HTTP/1.0 200 OK", "HTTP/2 200", "HTTP/2 200 ", "HTTP/1.1 200 Né"]
)
def test_status_lines(status_line: str) -> None:
    assert [one.status for one in read_dump(status_line)] == [200]
    assert raws(f"{status_line}\nSet-Cookie: a=1\n") == [[b"a=1"]]


@pytest.mark.parametrize(
    ("length", "body", "expected"),
    [
        ("Content-Length: 5\n", "hello", [[b"a=1"], [b"b=2"]]),
        ("content-length: 5\n", "hell\n", [[b"a=1"], [b"b=2"]]),
        ("Content-Length: 1\nContent-Length: 5\n", "hello", [[b"a=1"], [b"b=2"]]),
        ("Content-Length: 4\n", "hello", [[b"a=1"]]),
        ("Content-Length: 99999\n", "hello", [[b"a=1"]]),
        ("Content-Length: x\n", "hello", [[b"a=1"]]),
        ("Content-Length: " + "9" * 13 + "\n", "hello", [[b"a=1"]]),
        ("", "hello\n", [[b"a=1"]]),
        ("Content-Length: 5\n", "", [[b"a=1"], [b"b=2"]]),
    ],
)
def test_a_body_is_left_out(length: str, body: str, expected: list[list[bytes]]) -> None:
    assert raws(f"HTTP/1.1 200 OK\n{length}Set-Cookie: a=1\n\n{body}HTTP/1.1 200 OK\nSet-Cookie: b=2\n\n") == expected


def test_lines_are_counted_across_a_body() -> None:
    dump = "\nHTTP/1.1 200 OK\nContent-Length: 4\n\na\nb\nHTTP/1.1 200 OK\nSet-Cookie: b=2\n"
    assert [one.line for one in read_dump(dump)] == [2, 7]
    assert cookies(read_dump(dump)[1]) == [(b"b=2", 1, 1, 8)]


def test_a_byte_order_mark_and_empty_lines_come_first() -> None:
    assert raws(b"\xef\xbb\xbf\r\n \t\n\nHTTP/1.1 200 OK\nSet-Cookie: a=\xff\n") == [[b"a=\xff"]]
    assert read_dump("\n\nHTTP/1.1 200 OK\n")[0].line == 3


def test_an_unreadable_date_is_none_and_the_first_counts() -> None:
    assert read_dump("HTTP/1.1 200 OK\nDate: soon\n")[0].date is None
    two = "HTTP/1.1 200 OK\nDate: Thu, 01 Jan 1970 00:00:01 GMT\nDate: Thu, 01 Jan 1970 00:00:02 GMT\n"
    assert read_dump(two)[0].date == 1.0


WRITE = "write the dump with `curl -sS -D headers.txt -o /dev/null URL`, or pipe `curl -sSi URL`"
EXPECTED = "expected a status line such as 'HTTP/1.1 200 OK' or 'HTTP/2 200', found"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            "",
            (
                "line 1: the header dump is empty\n"
                "  fix: write one with `curl -sS -D headers.txt -o /dev/null URL`, or pipe `curl -sSi URL`"
            ),
        ),
        (
            "\n\n \n",
            (
                "line 1: the header dump is empty\n"
                "  fix: write one with `curl -sS -D headers.txt -o /dev/null URL`, or pipe `curl -sSi URL`"
            ),
        ),
        ("Set-Cookie: a=1\n", f"line 1: {EXPECTED} 15 other bytes\n  fix: {WRITE}"),
        ("\n\nhello", f"line 3: {EXPECTED} 5 other bytes\n  fix: {WRITE}"),
        ("HTTP/1.1 20\n", f"line 1: {EXPECTED} 11 other bytes\n  fix: {WRITE}"),
        ("HTTP/1.1 2000\n", f"line 1: {EXPECTED} 13 other bytes\n  fix: {WRITE}"),
        ("HTTP/11 200\n", f"line 1: {EXPECTED} 11 other bytes\n  fix: {WRITE}"),
        ("< HTTP/1.1 200 OK\n", f"line 1: {EXPECTED} 17 other bytes\n  fix: this is the log of `curl -v`; {WRITE}"),
        ("* Trying\n", f"line 1: {EXPECTED} 8 other bytes\n  fix: this is the log of `curl -v`; {WRITE}"),
        ("> GET /\n", f"line 1: {EXPECTED} 7 other bytes\n  fix: this is the log of `curl -v`; {WRITE}"),
        (b"\xff\xfe", f"line 1: {EXPECTED} 2 other bytes\n  fix: {WRITE}"),
    ],
)
def test_one_clear_error(data: bytes | str, message: str) -> None:
    with pytest.raises(CaptureError) as caught:
        read_dump(data)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "block", ["HTTP/1.1 200 OK\n\n", "HTTP/1.1 200 OK\nContent-Length: 1\n\nx", "HTTP/1.1 200 OK\n" + " folded\n" * 20]
)
def test_megabytes_take_linear_time(block: str) -> None:
    start = time.process_time()
    read_dump(block * 4_000)
    read_dump("\n" * 100_000 + "HTTP/1.1 200 OK\n" + "a: b\n" * 50_000)
    assert time.process_time() - start < 10
