"""Whatever a network sends: nothing raises, what is read holds together, and no value is shown."""

from __future__ import annotations

import math
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.errors import CaptureError
from policycheck.model.cookie import AnomalyKind, SetCookie
from policycheck.wire import (
    canonical_host,
    default_path,
    gpc_asserted,
    gpc_support,
    is_ip_address,
    parse_cookie_date,
    parse_set_cookie,
    path_match,
    read_dump,
    registrable_domain,
    split_folded,
)

EXAMPLES = int(os.environ.get("POLICYCHECK_FUZZ_EXAMPLES", "200"))
"""For each property; raise it for a longer look."""
CANARY = "c4n4ry7"

fuzz = settings(max_examples=EXAMPLES, deadline=None)
any_text = st.text(st.characters(exclude_categories=()))
"""Lone surrogates and control characters included."""
pieces = st.sampled_from(
    [
        ";",
        "=",
        ",",
        " ",
        "\t",
        '"',
        "\r\n",
        "\n",
        "\x00",
        "é",
        "\ud800",
        "a",
        "Path=/",
        "Domain=.a.example",
        "Max-Age=",
        "9" * 1030,
        "Expires=Wed, 09 Jun 2027 10:18:14 GMT",
        "Secure",
        "SameSite=None",
        "__Host-",
        "HTTP/1.1 200 OK",
        "Set-Cookie: ",
        ":",
        "-1",
    ]
)
built_text = st.lists(pieces | any_text, max_size=12).map("".join)
headers = st.binary() | any_text | built_text | built_text.map(lambda text: text.encode("utf-8", "surrogatepass"))
date_text = any_text | st.lists(
    st.sampled_from(["Wed", ",", " ", "09", "Jun", "-", "2027", ":", "10:18:14", "GMT", "9", "00", "\xff", "٣"]),
    max_size=12,
).map("".join)


@fuzz
@given(headers)
def test_every_header_is_read(raw: bytes | str) -> None:
    cookie = parse_set_cookie(raw)
    kinds = {anomaly.kind for anomaly in cookie.anomalies}
    assert cookie.raw == raw or isinstance(raw, bytes)
    assert cookie.name == cookie.name.strip(" \t")
    assert cookie.value == cookie.value.strip(" \t")
    assert "=" not in cookie.name
    assert ";" not in cookie.name + cookie.value
    assert cookie.path is None or cookie.path.startswith("/")
    assert cookie.domain != ""
    assert cookie.same_site in (None, "Lax", "Strict", "None")
    assert (cookie.name + cookie.value == "") == (AnomalyKind.EMPTY in kinds)
    assert cookie.expires is None or math.isfinite(cookie.expires)
    cookie.expiry_time(1e9)
    cookie.deletes(1e9)
    assert parse_set_cookie(cookie.raw) == cookie or AnomalyKind.UNDECODABLE in kinds


@fuzz
@given(built_text)
def test_what_was_read_reads_the_same_when_written_again(text: str) -> None:
    cookie = parse_set_cookie(text)
    pair = f"{cookie.name}={cookie.value}"
    again = parse_set_cookie(";".join([pair, *(f"{name}={value}" for name, value in cookie.attributes)]))
    fields = (
        "name",
        "value",
        "expires",
        "max_age",
        "domain",
        "path",
        "secure",
        "http_only",
        "same_site",
        "partitioned",
    )
    assert [getattr(again, name) for name in fields] == [getattr(cookie, name) for name in fields]
    assert again.attributes == cookie.attributes


@fuzz
@given(date_text)
def test_every_date_is_read(text: str) -> None:
    moment = parse_cookie_date(text)
    assert moment is None or -11_644_473_600 <= moment < 253_402_300_800


@fuzz
@given(built_text)
def test_taking_apart_loses_only_separators(text: str) -> None:
    parts = split_folded(text)
    separators = str.maketrans("", "", ", \t\r\n")
    assert "".join(parts).translate(separators) == text.translate(separators)
    assert all(part and part == part.strip(" \t\r\n") for part in parts)


@fuzz
@given(st.lists(pieces | any_text, max_size=20).map("".join), st.booleans())
def test_every_dump_is_read_or_refused_by_one_error(text: str, begins_well: bool) -> None:
    data = ("HTTP/1.1 200 OK\r\n" if begins_well else "") + text
    responses, said = [], ""
    try:
        responses = read_dump(data)
    except CaptureError as error:
        said = str(error)
    assert bool(responses) != said.startswith("line ")
    assert responses or not begins_well
    for response in responses:
        assert [cookie.index for cookie in response.set_cookies] == list(range(1, len(response.set_cookies) + 1))
        assert all(cookie.raw == cookie.raw.strip(b" \t") for cookie in response.set_cookies)


@fuzz
@given(any_text, any_text)
def test_hosts_and_paths_never_raise(one: str, other: str) -> None:
    host = canonical_host(one)
    assert canonical_host(host) == host or not host.isascii()
    assert host.endswith(registrable_domain(host, lambda domain: domain == other)) or is_ip_address(host)
    assert default_path(one).startswith("/")
    assert path_match(default_path(one), "/")
    path_match(one, other)


@fuzz
@given(st.lists(st.binary() | any_text), st.binary() | any_text)
def test_privacy_signals_never_raise(values: list[bytes | str], document: bytes | str) -> None:
    gpc_asserted(values)
    gpc_support(document)


shells = st.text(';,= "a\n\t', max_size=8)


def around(cookie: SetCookie) -> str:
    return repr(cookie) + str(cookie) + repr(cookie.anomalies) + f"{cookie}"


@fuzz
@given(
    st.sampled_from(["sid", "__Host-sid", "é", ""]),
    shells,
    shells,
    st.sampled_from(["", "; Path=/; Secure", "; Max-Age=x", ", b=1"]),
)
def test_no_value_is_ever_shown(name: str, before: str, after: str, attributes: str) -> None:
    header = f"{name}={before}{CANARY}{after}{attributes}"
    assert CANARY not in around(parse_set_cookie(header))
    (response,) = read_dump("HTTP/1.1 200 OK\nSet-Cookie: " + header.replace("\n", " "))
    assert CANARY not in repr(response)


@fuzz
@given(shells, shells)
def test_no_error_shows_what_it_was_given(before: str, after: str) -> None:
    with pytest.raises(CaptureError) as caught:
        read_dump(f"{before}{CANARY}{after}")
    assert CANARY not in str(caught.value) + repr(caught.value)
