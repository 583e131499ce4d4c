from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policycheck.consent.signals import gpp
from policycheck.consent.signals.bits import BitReader
from policycheck.consent.signals.gpp_sections import FIELDS, UsSection, decode_us_section
from policycheck.consent.signals.gpp_string import decode_gpp_string
from policycheck.consent.signals.mapping import reading_to_statuses
from policycheck.consent.signals.registry import builtin_signals
from policycheck.consent.signals.signal import SignalError
from policycheck.consent.signals.tcf_string import TcString
from policycheck.consent.signals.usprivacy import UsPrivacyString

VECTORS: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "gpp_vectors.yaml").read_text(encoding="utf-8")
)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
TC = "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA"


def text_of(bits: str) -> str:
    bits += "0" * (-len(bits) % 6)
    return "".join(ALPHABET[int(bits[at : at + 6], 2)] for at in range(0, len(bits), 6))


def section(name: str, version: int = 1, gpc: bool | None = None, **values: int) -> str:
    """A section in which each field is 0 that ``values`` does not set, for all its activities."""
    bits = format(version, "06b")
    for field, count in FIELDS[name].items():
        bits += format(values.pop(field, 0), "02b") * count
    assert not values
    return text_of(bits) + ("" if gpc is None else "." + text_of(f"01{int(gpc)}"))


def zeckendorf(number: int) -> str:
    """Fibonacci coding from the other end: the largest Fibonacci number first."""
    row = [1, 2]
    while row[-1] <= number:
        row.append(row[-1] + row[-2])
    digits = []
    for one in reversed(row[:-1]):
        digits.append("1" if one <= number else "0")
        number -= one if one <= number else 0
    return "".join(reversed(digits)).rstrip("0") + "1"


def header(*items: tuple[int, int | None]) -> str:
    """Items of a range: an offset, and the length of a group or None."""
    bits = "000011000001" + format(len(items), "012b")
    for offset, length in items:
        bits += ("0" if length is None else "1") + zeckendorf(offset) + ("" if length is None else zeckendorf(length))
    return text_of(bits)


@pytest.mark.parametrize("vector", VECTORS["strings"], ids=lambda vector: vector["source"])
def test_published_strings_hold_the_sections_that_they_list(vector: dict[str, Any]) -> None:
    found = decode_gpp_string(vector["text"])
    assert list(found.section_ids) == vector["section_ids"]
    assert list(found.sections) == vector["sections"]
    assert list(found.unread) == vector.get("unread", [])
    if "uspv1" in found.sections and "1---" not in vector["text"]:
        assert found.sections["uspv1"] == UsPrivacyString(True, False, False)
    if "tcfeuv2" in found.sections:
        assert isinstance(found.sections["tcfeuv2"], TcString)


@pytest.mark.parametrize("vector", VECTORS["sections"], ids=lambda vector: vector["source"])
def test_published_sections_hold_their_values(vector: dict[str, Any]) -> None:
    found = decode_us_section(vector["name"], vector["text"])
    assert found.gpc is vector.get("gpc")
    for field, values in vector["values"].items():
        assert list(found.values[field]) == values, field


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["source"])
def test_published_sections_that_are_malformed_are_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(SignalError) as raised:
        decode_us_section(vector["name"], vector["text"])
    assert str(raised.value) == vector["error"]


@pytest.mark.parametrize("name", FIELDS)
def test_a_section_is_read_in_the_order_of_its_fields(name: str) -> None:
    for field in FIELDS[name]:
        found = decode_us_section(name, section(name, 1, None, **{field: 2}))
        assert {other for other, values in found.values.items() if any(values)} == {field}
        assert set(found.values[field]) == {2}


@pytest.mark.parametrize(
    ("number", "code"),
    [(1, "11"), (2, "011"), (3, "0011"), (4, "1011"), (5, "00011"), (6, "10011"), (7, "01011")],
)
def test_fibonacci_coding_is_that_of_the_specification(number: int, code: str) -> None:
    assert zeckendorf(number) == code
    assert BitReader(code, "x").fibonacci("y") == number


@given(st.lists(st.integers(1, 40_000), max_size=5))
def test_fibonacci_numbers_follow_one_another(numbers: list[int]) -> None:
    reader = BitReader("".join(map(zeckendorf, numbers)), "x")
    assert [reader.fibonacci("y") for _ in numbers] == numbers
    reader.finish()


def test_groups_of_sections_are_unfolded() -> None:
    # 2, then 8 to 10 as a group: 6 beyond the last, and 2 more.
    text = "~".join([header((2, None), (6, 2)), TC, section("usca"), section("usva"), section("usco")])
    assert decode_gpp_string(text).section_ids == (2, 8, 9, 10)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "GPP header: is empty"),
        ("~", "GPP header: is empty"),
        ("C", "GPP header, Type at bit 0: is not 3, the type of a GPP header"),
        (TC, "GPP header, Type at bit 0: is not 3, the type of a GPP header"),
        ("DA", "GPP header, Version at bit 6: is not 1, the one version that there is"),
        ("DB", "GPP header, Sections at bit 12: needs 12 bits, and the text ends after 0; it was cut short"),
        ("DBABMA", "GPP header, Sections at bit 28: lists more sections than the 0 that follow the header"),
        ("DBAA~1YNN", "GPP header: lists 0 sections, and 1 follow"),
        ("DBABA~x", "GPP header, Sections at bit 25: is no Fibonacci code word: no two set bits within 24"),
        ("DBAAB", "GPP header: bit 29 is set, and the last field ended at bit 24"),
        ("DBABMA~", "section tcfeuv2: core segment: is empty"),
        ("DBABMA~C", "section tcfeuv2: core segment, Created at bit 6: needs 36 bits, and the text ends after 0; it was cut short"),
        ("DBABTA~1Y-N", "section uspv1: US Privacy string, OptOutSale, character 3: is -, which it may be in 1--- alone"),
        ("DBABTA~", "section uspv1: US Privacy string: has 0 characters, and needs 4: a version, then Y, N or - thrice"),
        (f"{header((7, None))}~", "section usnat: is empty"),
        (f"{header((7, None))}~{section('usnat')}.gA", "section usnat, GPC sub-section, SubsectionType at bit 0: is not 1, the type of the GPC sub-section"),
        (f"{header((7, None))}~{section('usnat')}.YB", "section usnat, GPC sub-section: bit 11 is set, and the last field ended at bit 3"),
        (f"{header((7, None))}~{section('usnat')}.YA.YA", "section usnat: has more sub-sections than its specification defines: 2"),
        (f"{header((9, None))}~{section('usva')}.YA", "section usva: has more sub-sections than its specification defines: 1"),
        (f"{header((8, None))}~{section('usca', version=2)}", "section usca, Version at bit 0: is not 1, the one version whose fields are known"),
        (f"{header((8, None))}~{section('usca', SensitiveDataProcessing=3)}", "section usca, SensitiveDataProcessing at bit 16: is 3, which means nothing"),
        (f"{header((8, None))}~{section('usca')[:-1]}", "section usca, MspaOptOutOptionMode at bit 42: needs 2 bits, and the text ends after 0; it was cut short"),
    ],
)  # fmt: skip
def test_what_is_malformed_is_named_with_section_field_and_bit(text: str, message: str) -> None:
    with pytest.raises(SignalError) as raised:
        gpp.decode(text)
    assert str(raised.value) == message


def test_a_group_without_end_takes_no_memory() -> None:
    with pytest.raises(SignalError, match="lists more sections than the 1"):
        gpp.decode(f"{header((2, 40_000))}~x")


def test_sections_that_are_not_decoded_are_named() -> None:
    found = decode_gpp_string(f"{header((13, None), (86, None))}~whatever~more")
    assert (found.sections, found.unread) == ({}, ("usfl", "section 99"))
    reading = gpp.decode(f"{header((13, None))}~whatever")
    assert (reading.choices, reading.chosen) == ({}, False)


def test_an_opt_out_is_a_choice_and_its_absence_is_none() -> None:
    text = f"{header((8, None))}~" + section("usca", SaleOptOut=1, SharingOptOut=2)
    reading = gpp.decode(text)
    assert (reading.choices, reading.chosen) == ({"sale": False, "sharing": True}, True)
    reading = gpp.decode(f"{header((8, None))}~" + section("usca", SaleOptOut=2))
    assert (reading.choices, reading.chosen) == ({"sale": True, "sharing": None}, False)
    reading = gpp.decode(f"{header((9, None))}~" + section("usva", TargetedAdvertisingOptOut=1))
    assert (reading.choices, reading.chosen) == ({"sale": None, "targetedAdvertising": False}, True)


def test_the_stricter_section_counts() -> None:
    for first, second, sale in [(1, 2, False), (2, 1, False), (2, 2, True), (0, 2, True), (2, 0, True), (0, 0, None)]:
        text = "~".join(
            [header((7, None), (1, None)), section("usnat", SaleOptOut=first), section("usca", SaleOptOut=second)]
        )
        assert gpp.decode(text).choices["sale"] is sale


def test_a_tc_string_inside_is_read_as_one() -> None:
    reading = gpp.decode(f"DBACNYA~{TC}~1YYN")
    assert reading.choices["purpose1"] is False
    assert reading.choices["sale"] is False
    assert (reading.time, reading.version, reading.chosen) == (1_650_492_000.0, "vendor list 126, policy 2", True)


def test_global_privacy_control_is_told_and_is_no_choice() -> None:
    text = f"{header((7, None))}~" + section("usnat", gpc=True)
    found = decode_gpp_string(text).sections["usnat"]
    assert isinstance(found, UsSection)
    assert found.gpc is True
    assert found.allows("SaleOptOut") is None
    assert found.allows("NoSuchField") is None
    assert gpp.decode(text).chosen is False


def test_opt_outs_stand_for_marketing() -> None:
    signal = next(signal for signal in builtin_signals() if signal.key == "gpp")
    text = f"{header((7, None))}~" + section("usnat", SaleOptOut=2, SharingOptOut=2, TargetedAdvertisingOptOut=1)
    assert reading_to_statuses(signal, signal.decode(text), ["marketing", "analytics"]) == {"marketing": False}
