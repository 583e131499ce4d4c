from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from policycheck.consent.signals import tcf
from policycheck.consent.signals.mapping import reading_to_statuses
from policycheck.consent.signals.registry import builtin_signals
from policycheck.consent.signals.signal import SignalError
from policycheck.consent.signals.tcf_string import TcString, Vendors, decode_tc_string

VECTORS: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "tcf_vectors.yaml").read_text(encoding="utf-8")
)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
SEGMENTS = ("disclosed_vendors", "allowed_vendors", "publisher_tc")
# Version 2, made on 2026-11-24, CMP 31, all else 0, language EN, vendor list 7, policy 5, service-specific.
HEAD = "".join(
    [
        format(2, "06b"),
        format(17_955_648_000, "036b") * 2,
        format(31, "012b"),
        "0" * 18,
        "000100001101",
        format(7, "012b"),
        format(5, "06b"),
        "10",
    ]
)


def text_of(bits: str) -> str:
    bits += "0" * (-len(bits) % 6)
    return "".join(ALPHABET[int(bits[at : at + 6], 2)] for at in range(0, len(bits), 6))


def bit_field(ids: set[int], width: int) -> str:
    return "".join("1" if at in ids else "0" for at in range(1, width + 1))


def core(purposes: set[int], features: set[int] | None = None, one: str = "0", rest: str = "0" * 46) -> str:
    fields = bit_field(features or set(), 12) + bit_field(purposes, 24) + "0" * 24 + one + "000011000100"
    return text_of(HEAD + fields + rest)


@pytest.mark.parametrize("vector", VECTORS["read"], ids=lambda vector: vector["source"])
def test_published_strings_say_what_their_publisher_says(vector: dict[str, Any]) -> None:
    text = text_of("".join(vector["bits"])) if "bits" in vector else vector["text"]
    found = decode_tc_string(text)
    for name, value in vector.get("expect", {}).items():
        assert getattr(found, name) == value, name
    for name, value in vector.get("seconds", {}).items():
        assert int(getattr(found, name)) == value, name
    for name in ("special_feature_opt_ins", "purposes_consent", "purposes_li_transparency"):
        if name in vector:
            assert getattr(found, name) == set(vector[name]), name
    for name in ("vendor_consents", "vendor_legitimate_interests", "disclosed_vendors", "allowed_vendors"):
        if name in vector:
            assert getattr(found, name).ids() == set(vector[name]), name
    for name, value in vector.get("publisher", {}).items():
        got = getattr(found.publisher_tc, name)
        assert got == (set(value) if isinstance(value, list) else value), name
    if "segments" in vector:
        assert [name for name in SEGMENTS if getattr(found, name) is not None] == vector["segments"]
    if "publisher_restrictions" in vector:
        got = [[entry.purpose, entry.kind] for entry in found.publisher_restrictions]
        assert got == vector["publisher_restrictions"]
    if "restricted" in vector:
        wanted = vector["restricted"]
        vendors = [
            vendor
            for entry in found.publisher_restrictions
            if (entry.purpose, entry.kind) == (wanted["purpose"], wanted["kind"])
            for first, last in entry.vendors
            for vendor in range(first, last + 1)
        ]
        assert sorted(set(vendors)) == wanted["vendors"]


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["source"])
def test_published_strings_that_are_malformed_are_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(SignalError) as raised:
        decode_tc_string(vector["text"])
    assert str(raised.value) == vector["error"]


def test_vectors_state_something() -> None:
    for vector in VECTORS["read"]:
        assert set(vector) - {"source", "text", "bits"}, vector["source"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "core segment: is empty"),
        ("=", "core segment: is empty"),
        ("CAAA.", "segment 2: is empty"),
        ("C", "core segment, Created at bit 6: needs 36 bits, and the text ends after 0; it was cut short"),
        ("C+", "core segment: character 2 is none of base64url, A-Z a-z 0-9 - _"),
        ("C A", "core segment: character 2 is none of base64url, A-Z a-z 0-9 - _"),
        (core(set()) + "A.A", "segment 2, SegmentType at bit 0: is that of a segment which the string has already"),
        (
            core(set()) + ".IAAA.IAAA",
            "segment 3, SegmentType at bit 0: is that of a segment which the string has already",
        ),
        (
            core(set()) + ".I",
            "disclosed vendors segment, MaxVendorId at bit 3: needs 16 bits, and the text ends after 3; it was cut short",
        ),
        (core(set()) + ".YAAAAAAAAAB", "publisher TC segment: bit 65 is set, and the last field ended at bit 57"),
        (core(set()) + "_", "core segment: bit 264 is set, and the last field ended at bit 259"),
    ],
)
def test_what_is_malformed_is_named_with_segment_field_and_bit(text: str, message: str) -> None:
    with pytest.raises(SignalError) as raised:
        decode_tc_string(text)
    assert str(raised.value) == message


def ranges(max_id: int, *entries: tuple[int, int | None]) -> str:
    packed = [
        "0" + format(first, "016b") if last is None else "1" + format(first, "016b") + format(last, "016b")
        for first, last in entries
    ]
    return format(max_id, "016b") + "1" + format(len(entries), "012b") + "".join(packed)


NOTHING = "0" * 17


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        (
            ranges(9, (0, None)),
            "vendor consents, StartOrOnlyVendorId at bit 243: is 0, and vendors are numbered from 1",
        ),
        (ranges(9, (0, 3)), "vendor consents, StartOrOnlyVendorId at bit 243: is 0, and vendors are numbered from 1"),
        (ranges(9, (4, 3)), "vendor consents, EndVendorId at bit 259: lies before the start of its range"),
        (ranges(9, (4, 10)), "vendor consents, EndVendorId at bit 259: is above MaxVendorId"),
        (ranges(9, (10, None)), "vendor consents, StartOrOnlyVendorId at bit 243: is above MaxVendorId"),
        (
            NOTHING + ranges(9, (10, None)),
            "vendor legitimate interests, StartOrOnlyVendorId at bit 260: is above MaxVendorId",
        ),
        (
            NOTHING + NOTHING + format(1, "012b") + "0" * 20,
            "publisher restrictions, PurposeId at bit 259: is 0, and purposes are numbered from 1",
        ),
        (
            NOTHING + NOTHING + format(1, "012b") + "00000100" + format(1, "012b") + "0" * 17,
            "publisher restrictions, StartOrOnlyVendorId at bit 280: is 0, and vendors are numbered from 1",
        ),
    ],
)
def test_ranges_that_cannot_be_are_refused(rest: str, message: str) -> None:
    with pytest.raises(SignalError) as raised:
        decode_tc_string(core(set(), rest=rest + "0" * 46))
    assert str(raised.value) == f"core segment, {message}"


def test_letters_beyond_z_are_refused() -> None:
    language = len(format(2, "06b")) + 72 + 12 + 18
    bits = HEAD[:language] + "011010" + HEAD[language + 6 :] + "0" * 119
    with pytest.raises(SignalError) as raised:
        decode_tc_string(text_of(bits))
    assert str(raised.value) == f"core segment, ConsentLanguage at bit {language}: is not made of the letters A to Z"


def test_vendors_are_kept_as_ranges() -> None:
    found = decode_tc_string(
        core(set(), rest=ranges(9, (2, 4), (9, None)) + "0000000000000111" + "0" + "1101101" + "0" * 12)
    )
    assert found.vendor_consents == Vendors(9, ((2, 4), (9, 9)), as_ranges=True)
    assert 3 in found.vendor_consents
    assert 5 not in found.vendor_consents
    assert found.vendor_legitimate_interests == Vendors(7, ((1, 2), (4, 5), (7, 7)))


def test_segments_that_the_specification_does_not_define_are_counted() -> None:
    found = decode_tc_string(core(set()) + "." + text_of("111101010") + "." + text_of("100"))
    assert found.other_segments == (7, 4)


def test_since_march_2026_a_string_needs_its_disclosed_vendors() -> None:
    assert decode_tc_string(core(set())).lacks_disclosed_vendors
    assert not decode_tc_string(core(set()) + ".IAAA").lacks_disclosed_vendors
    assert not decode_tc_string(VECTORS["read"][4]["text"]).lacks_disclosed_vendors


def statuses(text: str, *categories: str) -> dict[str, bool | None]:
    signal = next(signal for signal in builtin_signals() if signal.key == "tcf")
    return dict(reading_to_statuses(signal, signal.decode(text), categories))


def test_choices_are_by_purpose_and_special_feature() -> None:
    reading = tcf.decode(core({1, 3, 11}, {2}))
    assert [key for key, choice in reading.choices.items() if choice] == [
        "purpose1",
        "purpose3",
        "purpose11",
        "specialFeature2",
    ]
    assert len(reading.choices) == 13
    assert None not in reading.choices.values()
    assert (reading.signal, reading.time, reading.version, reading.expires, reading.chosen) == (
        "tcf",
        1_795_564_800.0,
        "vendor list 7, policy 5",
        None,
        True,
    )


@pytest.mark.parametrize(
    ("purposes", "analytics", "marketing"),
    [
        (set(), False, False),
        ({1}, False, False),
        ({1, 7, 8, 9}, True, False),
        ({1, 2, 3, 4}, False, True),
        (set(range(1, 12)), True, True),
        (set(range(2, 12)), False, False),
        ({1, 7, 8}, False, False),
    ],
)
def test_a_category_is_granted_with_all_of_its_purposes(purposes: set[int], analytics: bool, marketing: bool) -> None:
    assert statuses(core(purposes), "analytics", "marketing", "necessary") == {
        "analytics": analytics,
        "marketing": marketing,
    }


def test_purpose_1_that_was_not_shown_is_open() -> None:
    assert tcf.decode(core(set(), one="1")).choices["purpose1"] is None
    assert tcf.decode(core({1}, one="1")).choices["purpose1"] is True
    assert statuses(core({7, 8, 9}, one="1"), "analytics", "marketing") == {"analytics": None, "marketing": False}


def test_legitimate_interest_is_no_consent() -> None:
    found = decode_tc_string(VECTORS["read"][4]["text"])
    assert isinstance(found, TcString)
    assert 9 in found.purposes_li_transparency
    assert tcf.choices_of(found)["purpose9"] is False
