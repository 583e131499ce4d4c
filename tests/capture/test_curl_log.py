from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.capture.curl_log import NO_REQUEST, read_curl_log
from policycheck.capture.evidence import Record
from policycheck.capture.evidencefile import EvidenceFile
from policycheck.capture.files import ReadOptions, read_evidence
from policycheck.errors import CaptureError, UsageError

CANARY = "c4n4ry"
DATE = "Fri, 01 May 2026 12:00:00 GMT"
HOPS = f"""\
*   Trying 127.0.0.1:8443...
* Connected to shop.example (127.0.0.1) port 8443 (#0)
* ALPN: offers h2,http/1.1
* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384
> GET /go?t={CANARY} HTTP/1.1
> Host: shop.example:8443
> Cookie: old={CANARY}
>
< HTTP/1.1 100 Continue
<
< HTTP/1.1 302 Found
< Date: {DATE}
< Set-Cookie: hop={CANARY}; Max-Age=60
< Location: /
< 
{{ [5 bytes data]
* Re-using existing connection! (#0) with host shop.example
> POST / HTTP/1.1
> Host: shop.example:8443
> 
< HTTP/1.1 200 OK
< set-cookie: a={CANARY};
<   Secure
< Set-Cookie: b={CANARY}
< Clear-Site-Data: "cookies"
< no header
< 
< Set-Cookie: body={CANARY}
HTTP/1.1 200 OK
* Connection #0 to host shop.example left intact
"""  # noqa: W291 - as curl writes it


def read(text: str | bytes) -> list[Record]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(read_evidence(EvidenceFile.of(data, "v.log")).records)


def addresses(text: str) -> list[tuple[str, str | None, int | None]]:
    return [(e.method, e.url, e.status) for record in read(text) if (e := record.exchange)]


def test_each_hop_is_a_response_with_its_address() -> None:
    first, second = read(HOPS)

    assert first.exchange is not None
    assert second.exchange is not None
    assert (first.exchange.method, first.exchange.url, first.exchange.status) == (
        "GET",
        f"https://shop.example:8443/go?t={CANARY}",
        302,
    )
    assert (first.exchange.set_cookie, first.exchange.date) == ((f"hop={CANARY}; Max-Age=60".encode(),), DATE)
    assert (first.place, first.time) == ("v.log:13", 1777636800.0)
    assert (second.exchange.method, second.exchange.url) == ("POST", "https://shop.example:8443/")
    assert second.exchange.set_cookie == (f"a={CANARY}; Secure".encode(), f"b={CANARY}".encode())
    assert second.exchange.clear_site_data == ('"cookies"',)
    assert (second.place, second.time) == ("v.log:21", None)
    assert CANARY not in repr((first, second))


def with_something_before(line: str, before: str) -> str:
    return before + line if line[:1] in {"*", "<", ">", "{"} else line


@pytest.mark.parametrize("before", ["12:00:00.123456 ", "12:00:00.123456 [0-0] ", "[0-x] "])
def test_the_time_and_the_numbers_of_transfers_may_stand_before(before: str) -> None:
    timed = "".join(with_something_before(line, before) for line in HOPS.splitlines(keepends=True))

    assert [record.exchange for record in read(timed)] == [record.exchange for record in read(HOPS)]


def test_the_progress_of_a_transfer_stands_between() -> None:
    progress = "  % Total    % Received % Xferd  Average Speed\n  0     0    0     0 --:--:--     0"

    assert addresses(progress + HOPS) == addresses(HOPS)


@pytest.mark.parametrize(
    ("told", "sent", "url"),
    [
        ("* Connected to a.example (1.2.3.4) port 80 (#0)", "> GET / HTTP/1.1\n> Host: a.example", "http://a.example/"),
        ("* Connected to a.example (1.2.3.4) port 443", "> GET / HTTP/2\n> Host: a.example", "https://a.example/"),
        (
            "* ALPN: server accepted h2\n* Established connection to a.example (1.2.3.4 port 8443) from 1.2.3.5 port 1",
            "> GET / HTTP/2",
            "https://a.example/",
        ),
        (
            "* Re-using existing https: connection with host a.example",
            "> GET /x HTTP/2\n> Host: a.example",
            "https://a.example/x",
        ),
        ("* Connected to p (1.2.3.4) port 3128", "> GET http://b.example/y HTTP/1.1\n> Host: b.example", "http://b.example/y"),
    ],
)  # fmt: skip
def test_the_address_of_a_request(told: str, sent: str, url: str) -> None:
    assert addresses(f"{told}\n{sent}\n> \n< HTTP/1.1 200 OK\n< \n") == [("GET", url, 200)]


def test_what_a_proxy_answers_to_connect_is_no_response() -> None:
    log = """\
* Trying 10.0.0.1:3128...
* Connected to proxy (10.0.0.1) port 3128 (#0)
> CONNECT shop.example:443 HTTP/1.1
> Host: shop.example:443
> 
< HTTP/1.1 200 Connection established
< 
* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384
> GET / HTTP/1.1
> Host: shop.example
> 
< HTTP/1.1 204 No Content
"""  # noqa: W291 - as curl writes it

    assert addresses(log) == [("GET", "https://shop.example/", 204)]


def test_a_log_without_requests_does_not_say_who_answered() -> None:
    evidence = read_curl_log(EvidenceFile.of(b"< HTTP/2 200\r\n< set-cookie: a=1\r\n< \r\n< HTTP/2 204\n", "v.log"))

    assert [record.exchange and record.exchange.url for record in evidence.records] == [None, None]
    assert evidence.notes == [NO_REQUEST]


ASCII = f"""\
== Info: Connected to localhost (127.0.0.1) port 8080 (#0)
=> Send header, 170 bytes (0xaa)
0000: GET /{"a" * 59}
0040: {"b" * 20} HTTP/1.1
005f: Host: localhost:8080
0075: 
<= Recv header, 17 bytes (0x11)
0000: HTTP/1.1 200 OK
<= Recv header, 97 bytes (0x61)
0000: Set-Cookie: a={CANARY}; Path=/; Max-Age=60; {"x" * 22}
0040: {"y" * 30}
<= Recv header, 2 bytes (0x2)
0000: 
<= Recv data, 30 bytes (0x1e)
0000: Set-Cookie: b={CANARY}
"""  # noqa: W291 - as curl writes it


def as_hex(text: str) -> str:
    """What ``--trace`` writes, of what ``--trace-ascii`` wrote."""
    lines: list[str] = []
    octets = b""
    for line in [*text.splitlines(), "== end"]:
        if line[:4].isalnum() and line[4:6] == ": ":
            full = len(line) == 6 + 64
            octets += line[6:].encode() + (b"" if full else b"\r\n")
            continue
        for at in range(0, len(octets), 16):
            row = octets[at : at + 16]
            shown = "".join(chr(octet) if 32 <= octet < 127 else "." for octet in row)
            lines.append(f"{at:04x}: {''.join(f'{octet:02x} ' for octet in row):48}{shown}")
        octets = b""
        lines.append(line)
    return "\n".join(lines)


@pytest.mark.parametrize("text", [ASCII, as_hex(ASCII)], ids=["ascii", "hex"])
def test_a_trace_is_read_from_its_octets(text: str) -> None:
    (record,) = read(text)

    assert record.exchange is not None
    assert record.exchange.url == f"http://localhost:8080/{'a' * 59}{'b' * 20}"
    assert record.exchange.set_cookie == (f"a={CANARY}; Path=/; Max-Age=60; {'x' * 22}{'y' * 30}".encode(),)
    assert read_curl_log(EvidenceFile.of(text.encode(), "t")).notes == []


def test_a_response_that_answers_a_request_without_a_host_is_an_error() -> None:
    with pytest.raises(CaptureError) as caught:
        read(f"> GET /{CANARY} HTTP/1.1\n> \n< HTTP/1.1 200 OK\n< \n")

    assert str(caught.value) == "v.log:3: the request before this response has no host"


def test_an_address_is_not_to_be_given() -> None:
    with pytest.raises(UsageError, match="the log of curl -v or --trace-ascii says the URL of each record itself"):
        read_evidence(EvidenceFile.of(HOPS.encode(), "v.log"), ReadOptions(url="https://a.example/"))


LINES = st.sampled_from([*HOPS.splitlines(), *ASCII.splitlines(), *as_hex(ASCII).splitlines(), "", "0000: zz", "\xff"])


@given(st.lists(LINES, max_size=12).map("\n".join).map(str.encode) | st.binary(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_lines_are_read_or_refused(data: bytes) -> None:
    with suppress(CaptureError):
        assert all(record.exchange for record in read_curl_log(EvidenceFile.of(data, "v.log")).records)
