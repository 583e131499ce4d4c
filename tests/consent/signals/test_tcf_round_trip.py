"""An encoder of TC strings, written apart from the decoder, and whatever text: no string reads as what it is not."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.consent.signals import gpp, tcf
from policycheck.consent.signals.signal import SignalError
from policycheck.consent.signals.tcf_string import (
    PublisherRestriction,
    PublisherTC,
    RestrictionType,
    TcString,
    Vendors,
    decode_tc_string,
)

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Bits:
    """Bits from the right end of a growing number: shifted, where the decoder slices text."""

    def __init__(self) -> None:
        self.value, self.length = 0, 0

    def put(self, value: int, width: int) -> None:
        assert 0 <= value < 1 << width
        self.value, self.length = self.value << width | value, self.length + width

    def put_ids(self, ids: frozenset[int], width: int) -> None:
        self.put(sum(1 << width - at for at in ids), width)

    def put_ranges(self, ranges: tuple[tuple[int, int], ...]) -> None:
        self.put(len(ranges), 12)
        for first, last in ranges:
            self.put(first != last, 1)
            self.put(first, 16)
            if first != last:
                self.put(last, 16)

    def put_vendors(self, vendors: Vendors) -> None:
        self.put(vendors.max_id, 16)
        self.put(vendors.as_ranges, 1)
        if vendors.as_ranges:
            self.put_ranges(vendors.ranges)
        else:
            self.put_ids(vendors.ids(), vendors.max_id)

    def text(self) -> str:
        fill = -self.length % 6
        value, length = self.value << fill, self.length + fill
        return "".join(ALPHABET[value >> at & 63] for at in range(length - 6, -6, -6))


def encode(tc: TcString) -> str:
    bits = Bits()
    bits.put(tc.version, 6)
    for seconds in (tc.created, tc.last_updated):
        bits.put(round(seconds * 10), 36)
    for value, width in ((tc.cmp_id, 12), (tc.cmp_version, 12), (tc.consent_screen, 6)):
        bits.put(value, width)
    for letter in tc.consent_language:
        bits.put(ord(letter) - ord("A"), 6)
    bits.put(tc.vendor_list_version, 12)
    bits.put(tc.tcf_policy_version, 6)
    bits.put(tc.is_service_specific, 1)
    bits.put(tc.use_non_standard_texts, 1)
    bits.put_ids(tc.special_feature_opt_ins, 12)
    bits.put_ids(tc.purposes_consent, 24)
    bits.put_ids(tc.purposes_li_transparency, 24)
    bits.put(tc.purpose_one_treatment, 1)
    for letter in tc.publisher_cc:
        bits.put(ord(letter) - ord("A"), 6)
    bits.put_vendors(tc.vendor_consents)
    bits.put_vendors(tc.vendor_legitimate_interests)
    bits.put(len(tc.publisher_restrictions), 12)
    for entry in tc.publisher_restrictions:
        bits.put(entry.purpose, 6)
        bits.put(entry.kind, 2)
        bits.put_ranges(entry.vendors)
    return ".".join([bits.text(), *others(tc)])


def others(tc: TcString) -> list[str]:
    texts = []
    for kind, vendors in ((1, tc.disclosed_vendors), (2, tc.allowed_vendors)):
        if vendors is not None:
            bits = Bits()
            bits.put(kind, 3)
            bits.put_vendors(vendors)
            texts.append(bits.text())
    if tc.publisher_tc is not None:
        bits = Bits()
        bits.put(3, 3)
        bits.put_ids(tc.publisher_tc.purposes_consent, 24)
        bits.put_ids(tc.publisher_tc.purposes_li_transparency, 24)
        bits.put(tc.publisher_tc.custom_purposes, 6)
        bits.put_ids(tc.publisher_tc.custom_purposes_consent, tc.publisher_tc.custom_purposes)
        bits.put_ids(tc.publisher_tc.custom_purposes_li_transparency, tc.publisher_tc.custom_purposes)
        texts.append(bits.text())
    return texts


def numbers(width: int) -> st.SearchStrategy[int]:
    return st.integers(0, (1 << width) - 1)


def ids(width: int) -> st.SearchStrategy[frozenset[int]]:
    return st.frozensets(st.integers(1, width)) if width else st.just(frozenset[int]())


def some_ranges(highest: int) -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    one = st.tuples(st.integers(1, highest), st.integers(1, highest)).map(lambda pair: (min(pair), max(pair)))
    return st.lists(one, max_size=4).map(tuple)


@st.composite
def vendors(draw: st.DrawFn) -> Vendors:
    max_id = draw(st.integers(1, 65_535) | st.integers(0, 40))
    if max_id and draw(st.booleans()):
        return Vendors(max_id, draw(some_ranges(max_id)), as_ranges=True)
    # As a decoder gives them: in order, each run of set bits as one range.
    runs: list[tuple[int, int]] = []
    for vendor in sorted(draw(st.frozensets(st.integers(1, max_id), max_size=20)) if max_id else []):
        if runs and runs[-1][1] == vendor - 1:
            runs[-1] = (runs[-1][0], vendor)
        else:
            runs.append((vendor, vendor))
    return Vendors(max_id, tuple(runs))


@st.composite
def publisher_tcs(draw: st.DrawFn) -> PublisherTC:
    count = draw(numbers(6))
    return PublisherTC(draw(ids(24)), draw(ids(24)), count, draw(ids(count)), draw(ids(count)))


letters = st.text(st.sampled_from(ALPHABET[:26]), min_size=2, max_size=2)
times = numbers(36).map(lambda tenths: tenths / 10)
tc_strings = st.builds(
    TcString,
    created=times,
    last_updated=times,
    cmp_id=numbers(12),
    cmp_version=numbers(12),
    consent_screen=numbers(6),
    consent_language=letters,
    vendor_list_version=numbers(12),
    tcf_policy_version=numbers(6),
    is_service_specific=st.booleans(),
    use_non_standard_texts=st.booleans(),
    special_feature_opt_ins=ids(12),
    purposes_consent=ids(24),
    purposes_li_transparency=ids(24),
    purpose_one_treatment=st.booleans(),
    publisher_cc=letters,
    vendor_consents=vendors(),
    vendor_legitimate_interests=vendors(),
    publisher_restrictions=st.lists(
        st.builds(PublisherRestriction, st.integers(1, 63), st.sampled_from(RestrictionType), some_ranges(65_535)),
        max_size=3,
    ).map(tuple),
    disclosed_vendors=st.none() | vendors(),
    allowed_vendors=st.none() | vendors(),
    publisher_tc=st.none() | publisher_tcs(),
    other_segments=st.just(()),
    version=st.just(2),
)


def refusal(decode: Callable[[str], object], text: str) -> str:
    """The message with which ``text`` is refused; empty when it is read. Anything but SignalError goes up."""
    try:
        decode(text)
    except SignalError as error:
        return str(error)
    return ""


@settings(max_examples=60, deadline=None)
@given(tc_strings)
def test_what_was_encoded_is_decoded(tc: TcString) -> None:
    assert decode_tc_string(encode(tc)) == tc


@settings(max_examples=60, deadline=None)
@given(tc_strings, st.randoms(use_true_random=False))
def test_segments_may_come_in_any_order(tc: TcString, shuffler: random.Random) -> None:
    core, *rest = encode(tc).split(".")
    shuffler.shuffle(rest)
    assert decode_tc_string(".".join([core, *rest])) == tc


@settings(max_examples=40, deadline=None)
@given(tc_strings, st.data())
def test_a_string_that_was_cut_short_is_refused_or_lacks_filling(tc: TcString, data: st.DataObject) -> None:
    core = encode(tc).split(".", maxsplit=1)[0]
    cut = core[: data.draw(st.integers(0, len(core) - 1))]
    try:
        found = decode_tc_string(cut)
    except SignalError:
        return
    assert found == decode_tc_string(core)  # what was cut off were zero bits beyond the last field


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40) | st.text(st.sampled_from(ALPHABET + ".~="), max_size=120), st.sampled_from("CDB1G"))
def test_no_text_raises_anything_else(text: str, first: str) -> None:
    for value in (text, first + text, "DBABMA~" + text):
        for decode in (tcf.decode, gpp.decode):
            assert len(text) < 6 or text not in refusal(decode, value)


@settings(max_examples=100, deadline=None)
@given(tc_strings, st.data())
def test_a_damaged_string_raises_nothing_else_and_its_text_is_in_no_message(tc: TcString, data: st.DataObject) -> None:
    text = encode(tc)
    at = data.draw(st.integers(0, len(text) - 1))
    damaged = text[:at] + data.draw(st.sampled_from(ALPHABET + ".+/ é")) + text[at + 1 :]
    message = refusal(tcf.decode, damaged)
    assert not any(part in message for part in damaged.split(".") if len(part) > 8)


@pytest.mark.parametrize("kind", ["letters", "zeros", "ones"])
def test_a_long_text_takes_no_long_time(kind: str) -> None:
    text = {"letters": ALPHABET * 8_000, "zeros": "A" * 500_000, "ones": "_" * 500_000}[kind]
    for value in ("C" + text, "D" + text, "DB" + text, "DBABMA~C" + text):
        refusal(gpp.decode, value)
        refusal(tcf.decode, value)
