"""Personal data in values: what is found, under which wrappings, and what only looks like it."""

from __future__ import annotations

import base64
import json
import time
import zlib
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.rules.value.detection import Detection, detect, detected_kinds
from policycheck.rules.value.kinds import DETECTORS, NOUNS
from policycheck.rules.value.layers import MAX_CHARACTERS, MAX_DEPTH, MAX_TEXTS, decode_base64, opaque, parse_json, peel
from policycheck.rules.value.readings import read_json
from policycheck.rules.value.schema import SchemaUnusableError, declared_paths, failed_keyword, present

EMAIL, IP, PHONE, NAME = "emailAddress", "ipAddress", "phoneNumber", "personName"


def kinds(value: str) -> list[str]:
    return sorted(found.kind for found in detect(value).detections)


def b64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def jwt(claims: dict[str, Any], header: dict[str, Any] | None = None) -> str:
    return f"{b64(json.dumps(header or {'alg': 'HS256'}))}.{b64(json.dumps(claims))}.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "value",
    [
        "alice@example.com",
        "Alice.B+tag@mail.example.co.uk",
        "alice@shop.test",
        "alice@localhost",
        "alice@example.invalid",
        "alice@xn--bcher-kva.example",
        "alice@shop.xn--p1ai",
        "alice@very.long.name.of.a.host.example",
        "alice@-x.example.com alice@x.example.com",
        "j\u00f6rg@b\u00fccher.example",
        "user=alice@example.com&x=1",
        "mailto:alice@example.com",
        "<alice@example.com>",
        "a|alice@example.com|b",
        "1|alice@example.com",
        '"alice@example.com"',
        "alice@example.com.",
        "x@alice@example.com",
        "o'brien@example.com",
        "https://user:alice@example.com",
        "u..v=alice@example.com",
        "x@-bad.example, alice@example.com",
    ],
)
def test_email_addresses(value: str) -> None:
    assert kinds(value) == [EMAIL]


@pytest.mark.parametrize(
    "value",
    [
        "alice",
        "@example.com",
        "alice@",
        "alice@x",
        "alice@example",
        "logo@2x.png",
        "icons@3x.SVG",
        "react@18.2.0",
        "alice@1.2.3",
        "https://key@o123.ingest.sentry.io/1",
        "postgres://app@db.internal/x",
        "..@example.com",
        "a@-.com",
        "alice@ok.-bad.example",
        "@@@@",
        "a @ b.com",
    ],
)
def test_what_is_no_email_address(value: str) -> None:
    assert EMAIL not in kinds(value)


@pytest.mark.parametrize(
    "value",
    [
        "203.0.113.7",
        "127.0.0.1",
        "10.0.0.1",
        "255.255.255.255",
        "1.1.1.10",
        "ip=192.168.1.20;",
        "192.168.1.20:8080",
        "[192.168.1.20]",
        "192.168.1.20.",
        "visited 192.168.1.20, twice",
        "2001:db8::1",
        "[2001:db8::1]:443",
        "2001:0db8:0000:0000:0000:ff00:0042:8329",
        "fe80::1ff:fe23:4567:890a",
        "::1",
        "::ffff:203.0.113.7",
        "fe80::1",
        "abc::1",
        "1:2:3:4:5:6:7:abc",
        "1.2.3.4 and 203.0.113.7",
        "build/203.0.113.7x 203.0.113.8",
    ],
)
def test_ip_addresses(value: str) -> None:
    assert kinds(value) == [IP]


@pytest.mark.parametrize(
    "value",
    [
        "1.2.3.4",
        "9.9.9.9",
        "0.0.0.0",
        "0.1.2.30",
        "120.0.0.0",
        "Chrome/120.1.2.3",
        "v10.20.30.40",
        "v 10.20.30.40",
        "version=10.20.30.40",
        "Version: 10.20.30.40",
        '"sdk":"10.20.30.40"'[1:],
        "10.20.30.400",
        "10.20.30",
        "10.20.30.40.50",
        "1.10.20.30.40",
        "10.20.30.40-beta",
        "x10.20.30.40",
        "GA1.2.123.456",
        "GA1.1.123.234",
        "GA1.1.1234567890.1700000000",
        "fb.1.1596403881668.1116446470",
        "12:34:56",
        "2024-01-01T10:20:30",
        "std::vector",
        "a::b",
        "ab::cd",
        "::",
        "1::",
        "00:1A:2B:3C:4D:5E",
        "00:11:22:33:44:55:66:77",
        "SHA1:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD",
        "ff02::1",
        "abc::",
        "2001::",
        "1:2:3:4:5:6:7:ab",
    ],
)
def test_what_is_no_ip_address(value: str) -> None:
    assert IP not in kinds(value)


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"version": "10.20.30.40"}, []),
        ({"appVersion": "10.20.30.40"}, []),
        ({"v": "10.20.30.40"}, []),
        ({"sdk_build": "10.20.30.40"}, []),
        ({"v": {"x": "10.20.30.40"}}, [IP]),
        ({"ip": "10.20.30.40"}, [IP]),
        ({"version": "10.20.30.40%20"}, []),
        ({"ip": "10.20.30.40%20"}, [IP]),
        ({"rev": "10.20.30.40"}, [IP]),
        ({"version": "10.20.30.40", "seen": "10.20.30.41"}, [IP]),
        ({"10.20.30.40": 1}, [IP]),
    ],
)
def test_the_key_tells_a_version(document: dict[str, object], found: list[str]) -> None:
    assert kinds(json.dumps(document)) == found


@pytest.mark.parametrize(
    "value",
    [
        "+420 224 816 821",
        "+420224816821",
        "tel:+44 20 7946 0958",
        "call +1 (212) 736-5000 now",
        "+49 30 901820",
        "+999 123 456 789, +442079460958",
        "p|+442079460958",
    ],
)
def test_phone_numbers(value: str) -> None:
    assert kinds(value) == [PHONE]


@pytest.mark.parametrize(
    "value",
    [
        "+123",
        "+1700000000123",
        "1700000000",
        "420224816821",
        "00420224816821",
        "2024-01-01T10:20:30+0200",
        "a+442079460958",
        "1+442079460958",
        "+999 123 456 789",
        "+0 123 456 789",
        "+44207946",
        "x++++",
    ],
)
def test_what_is_no_phone_number(value: str) -> None:
    assert kinds(value) == []


@pytest.mark.parametrize("claim", ["name", "given_name", "family_name", "nickname", "firstName", "full_name"])
def test_names_in_a_jwt(claim: str) -> None:
    assert detect(jwt({"sub": "1", claim: "Alice"})).detections == (Detection(NAME, ("JWT",)),)


@pytest.mark.parametrize(
    "value",
    [
        jwt({"sub": "1", "name": ""}),
        jwt({"sub": "1", "name": "  "}),
        jwt({"sub": "1", "name": 5}),
        jwt({"sub": "1"}),
        jwt({"name": "Alice"}, {"typ": "x"}),
        '{"name": "Alice"}',
        "x" + jwt({"name": "Alice"}),
        "eyJhbGciOiJIUzI1NiJ9.eyJuYW1l.x",
        f"{b64(json.dumps({'alg': 'x'}))}.{b64(json.dumps([1, 2]))}.x",
    ],
)
def test_no_name(value: str) -> None:
    assert kinds(value) == []


def test_claims_are_looked_into() -> None:
    assert detect(jwt({"sub": "1", "mail": "alice@example.com"})).detections == (Detection(EMAIL, ("JWT", "JSON")),)
    assert kinds("Bearer " + jwt({"name": "Alice", "ip": "203.0.113.7"})) == [IP, NAME]


WRAPPINGS: dict[str, Callable[[str], str]] = {
    "URL-encoded": lambda text: quote(text, safe=""),
    "base64": b64,
    "JSON": lambda text: json.dumps({"a": [1, {"b": text}]}),
}


@pytest.mark.parametrize("outer", WRAPPINGS)
@pytest.mark.parametrize("inner", WRAPPINGS)
def test_one_wrapping_inside_the_other(outer: str, inner: str) -> None:
    value = WRAPPINGS[outer](WRAPPINGS[inner]("alice@example.com"))
    (found,) = detect(value).detections
    # base64 without padding needs no URL encoding, so there is nothing to take off.
    wanted = (inner,) if (outer, inner) == ("URL-encoded", "base64") else (outer, inner)
    assert found == Detection(EMAIL, wanted)


def test_a_plus_sign_is_read_both_ways() -> None:
    assert kinds("tel=%2B420+224+816+821") == [PHONE]
    assert kinds("m=alice+tag%40example.com") == [EMAIL]
    assert kinds("tel=%2B420%20224%20816%20821") == [PHONE]


def test_standard_base64_and_padding() -> None:
    text = "alice@example.com??>>~"
    assert "/" in base64.b64encode(text.encode()).decode()
    assert kinds(base64.b64encode(text.encode()).decode()) == [EMAIL]
    assert kinds("x=" + base64.b64encode(b"alice@example.com").decode() + "; y") == [EMAIL]


@pytest.mark.parametrize(
    ("segment", "text"),
    [
        ("YWI", "ab"),
        ("YWI=", "ab"),
        ("YQ==", "a"),
        ("Pz8_Pj4-fn4", "???>>>~~"),
        ("Pz8/Pj4+fn4=", "???>>>~~"),
        ("YQliDQo", "a\tb\r\n"),
        ("YQBi", None),
        ("_____w", None),
        ("Y", None),
        ("YWI YWI", None),
        ("YW.I", None),
        ("YWJj..", None),
        ("=YWI", None),
        ("eJw", None),
        ("eA", "x"),
    ],
)
def test_base64_segments(segment: str, text: str | None) -> None:
    assert decode_base64(segment) == text


def test_only_the_padding_of_a_segment_goes_and_too_much_of_it_does_no_harm() -> None:
    assert decode_base64("YWJX") == "abW"
    assert decode_base64("YWI==") == "ab"


def test_a_text_of_json_with_escapes() -> None:
    (found,) = detect(r'"alice\u0040example.com"').detections
    assert (found.kind, found.path) == ("emailAddress", ("JSON",))


def test_two_tokens_in_one_value() -> None:
    named, plain = jwt({"sub": "1", "name": "Alice"}), jwt({"sub": "2"})
    assert kinds(f"{named} {plain}") == kinds(f"{plain} {named}") == [NAME]


def test_all_texts_together_are_bounded() -> None:
    half = MAX_CHARACTERS // 2
    assert detect(json.dumps(["x" * (half - 4)])).complete is True
    assert detect(json.dumps(["x" * half])).complete is False


def test_compressed() -> None:
    packed = base64.urlsafe_b64encode(zlib.compress(b'{"m": "alice@example.com"}')).decode().rstrip("=")
    assert detect(f".{packed}.awT1fg.sig").detections == (Detection(EMAIL, ("base64", "JSON")),)


def test_a_bomb_is_not_blown_up() -> None:
    bomb = base64.b64encode(zlib.compress(b"a" * 20_000_000)).decode()
    started = time.thread_time()
    assert detect(bomb).detections == ()
    assert time.thread_time() - started < 5
    decoded = decode_base64(bomb)
    assert decoded is not None
    assert len(decoded) == MAX_CHARACTERS


def test_keys_count_as_text() -> None:
    assert detect('{"alice@example.com": 1}').detections == (Detection(EMAIL, ("JSON",)),)


def test_of_each_kind_the_outermost_place() -> None:
    value = f"{b64('bob@example.com')} alice@example.com"
    assert detect(value).detections == (Detection(EMAIL),)


def test_depth_is_bounded_and_said() -> None:
    value = "alice@example.com"
    for _ in range(MAX_DEPTH):
        value = json.dumps([value])
    assert detect(value).complete
    assert kinds(value) == [EMAIL]
    deeper = detect(json.dumps([value]))
    assert not deeper.complete
    assert detect(json.dumps([json.dumps(["x"])])).complete


def test_size_is_bounded_and_said() -> None:
    assert detect("x" * MAX_CHARACTERS).complete
    assert not detect("x" * (MAX_CHARACTERS + 1)).complete
    assert not detect(json.dumps([f"x{number}" for number in range(MAX_TEXTS)])).complete
    assert detect(json.dumps([f"x{number}" for number in range(MAX_TEXTS - 1)])).complete
    assert not detect(json.dumps([0] * 6000)).complete


def test_the_longest_text_is_looked_at_whole() -> None:
    assert peel("@" * MAX_CHARACTERS).complete
    assert not peel("@" * (MAX_CHARACTERS + 1)).complete
    assert opaque("x" * MAX_CHARACTERS)
    assert not opaque("x" * (MAX_CHARACTERS + 1))


def test_a_document_too_large_to_walk_is_looked_at_as_text() -> None:
    value = json.dumps([0] * 6000 + ["alice@example.com"])
    assert kinds(value) == [EMAIL]


@pytest.mark.parametrize("value", ["[" * 100_000, '{"a":' * 100_000, "%25" * 50_000, "a@" * 50_000, "1." * 50_000,
                                   "+1" * 50_000, ":" * 50_000, "ey" * 50_000 + ".", "A" * 100_000, "v" * 50_000 + "1.2.3.40"])  # fmt: skip
def test_nothing_makes_it_slow(value: str) -> None:
    started = time.thread_time()
    detect(value)
    assert time.thread_time() - started < 5


@given(
    st.text(max_size=300)
    | st.lists(
        st.sampled_from(["ey", "J", "@", ".", "%41", "{", "}", '"', "[", "]", "+42", "1.2.3.44", ":", "=", "a"]),
        max_size=60,
    ).map("".join)
)
@settings(max_examples=200, deadline=None)
def test_any_value_can_be_looked_at(value: str) -> None:
    for found in detect(value).detections:
        assert found.kind in DETECTORS
        assert Detection.read(str(found)) == found


def test_a_detection_is_said_and_recorded() -> None:
    found = Detection(EMAIL, ("URL-encoded", "JSON"))
    assert found.describe() == "an e-mail address, JSON inside URL-encoded"
    assert str(found) == "emailAddress in URL-encoded > JSON"
    assert Detection.read(str(found)) == found
    assert Detection.read("ipAddress") == Detection(IP)
    assert str(Detection(IP)) == "ipAddress"
    assert Detection.read("ipAddress in JSON base64") == Detection(IP)
    assert Detection(IP).describe() == "an IP address"
    assert Detection.read("sh\x1boe in JSON > alice > base64") == Detection("personalData", ("JSON", "base64"))
    assert Detection.read("shoeSize in JSON").describe() == "personal data, JSON"
    assert detected_kinds("alice%40example.com") == ("emailAddress in URL-encoded",)
    assert set(NOUNS) == set(DETECTORS)


def test_layers_hide_their_text() -> None:
    peeled = peel("c4n4ry@example.com")
    assert "c4n4ry" not in repr(peeled)
    assert "c4n4ry" not in repr(peeled.layers[0])
    assert "c4n4ry" not in repr(read_json('"c4n4ry"'))


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "-Infinity", "[" * 100_000, "{", "", "1" * 5000])
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(text)


@pytest.mark.parametrize(
    ("value", "document"),
    [
        ('{"a": 1}', {"a": 1}),
        ("%7B%22a%22%3A1%7D", {"a": 1}),
        ('"%7B%22a%22%3A1%7D"', {"a": 1}),
        ("eyJhIjoxfQ", {"a": 1}),
        ("eyJhIjoxfQ==", {"a": 1}),
        ("eyJhIjoxfQ%3D%3D", {"a": 1}),
        ("[1]", [1]),
        ("[]", []),
        ("{}", {}),
        ("5", 5),
        ("true", True),
        ("null", None),
        ('"text"', "text"),
    ],
)
def test_readings(value: str, document: object) -> None:
    reading = read_json(value)
    assert reading is not None
    assert reading.document == document


@pytest.mark.parametrize("value", ["", "hello", "%41", '"', "abcd", "NTU", "[" + " " * 200_000 + "]"])
def test_no_reading(value: str) -> None:
    assert read_json(value) is None


def test_the_longest_value_that_is_read() -> None:
    assert read_json("[" + " " * 199_998 + "]") is not None


@pytest.mark.parametrize(
    ("schema", "document", "place"),
    [
        ({"type": "object"}, {}, None),
        ({"type": "object"}, 5, "/type"),
        ({"properties": {"a": {"type": "string"}}}, {"a": 5}, "/properties/a/type"),
        ({"items": {"maximum": 3}}, [1, 4], "/items/maximum"),
        ({"required": ["b"], "properties": {"a": {"type": "string"}}}, {"a": 5}, "/required"),
        ({"minProperties": 2, "maxProperties": 0}, {"a": 1}, "/maxProperties"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}, 5, "/type"),
    ],
)
def test_the_place_in_the_schema(schema: dict[str, object], document: object, place: str | None) -> None:
    assert failed_keyword(schema, document) == place


@pytest.mark.parametrize(
    ("schema", "document"),
    [
        ({"$ref": "#/x-a", "x-a": {"pattern": "("}}, "text"),
        ({"multipleOf": 0.5}, 10**400),
    ],
)
def test_keywords_that_cannot_be_applied(schema: dict[str, object], document: object) -> None:
    with pytest.raises(SchemaUnusableError, match=r"^value.json has a keyword that cannot be applied to this value$"):
        failed_keyword(schema, document)


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"type": "nonsense"}, "value.json is no JSON Schema: $.type"),
        ({"$ref": "https://example.com/schema"}, "value.json refers to something that is not in it"),
        ({"$ref": "#/$defs/none"}, "value.json refers to something that is not in it"),
        ({"$ref": "#"}, "value.json refers to itself without end"),
        ({"pattern": "("}, "value.json is no JSON Schema: $.pattern"),
        ({"patternProperties": {"(": {}}}, "value.json is no JSON Schema: $.patternProperties"),
    ],
)
def test_schemas_that_cannot_be_applied(schema: dict[str, object], message: str) -> None:
    with pytest.raises(SchemaUnusableError) as caught:
        failed_keyword(schema, "text")
    assert str(caught.value) == message


def test_declared_paths() -> None:
    schema = {
        "properties": {"a": {"properties": {"b": True}}, "c": {"items": {"properties": {"d": {}}}}},
        "allOf": [{"properties": {"e": {}}}],
        "anyOf": [{"oneOf": [{"properties": {"f": {}}}]}],
        "not": {"properties": {"g": {}}},
    }
    assert list(declared_paths(schema)) == [("a",), ("c",), ("a", "b"), ("e",), ("c", "[]", "d"), ("f",)]
    assert list(declared_paths(None)) == []
    assert list(declared_paths({"properties": 5, "allOf": {}})) == []


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ((), True),
        (("a",), True),
        (("a", "b"), True),
        (("a", "x"), False),
        (("x",), False),
        (("c", "[]", "d"), True),
        (("c", "[]", "x"), False),
        (("c", "d"), False),
        (("a", "[]"), False),
        (("n",), True),
        (("n", "x"), False),
    ],
)
def test_present(path: tuple[str, ...], there: bool) -> None:
    document = {"a": {"b": 0}, "c": [5, {"d": None}], "n": None}
    assert present(document, path) is there


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", True),
        ("4e9do59tow427d1qvgt74e38p7t9ih5a", True),
        ("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", True),
        (base64.b64encode(b"ada@shop.test").decode(), False),
        ("ada%40shop.test", False),
        ("192.168.7.31", False),
        ("fe80:0:0:0:1:2:3:4", False),
        ("+420601123456", False),
        ('["ada"]', False),
        ('{"a": 1}', False),
        ("a" * (MAX_CHARACTERS + 1), False),
    ],
)
def test_a_random_token_is_told_cheaply(value: str, expected: bool) -> None:
    assert opaque(value) is expected


@given(st.text(alphabet='abcXYZ012-_/=.@+%:{[" ', max_size=40))
def test_what_is_opaque_holds_nothing(value: str) -> None:
    if opaque(value):
        layers = peel(value).layers
        assert [layer.text for layer in layers] == [value]
        assert not any(detector(layer) for layer in layers for detector in DETECTORS.values())
