from __future__ import annotations

import itertools

import pytest

from policycheck.consent.signals import usprivacy
from policycheck.consent.signals.signal import SignalError
from policycheck.consent.signals.usprivacy import UsPrivacyString, decode_us_privacy


# IAB Tech Lab, U.S. Privacy String, version 1, "Examples".
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1YNN", UsPrivacyString(True, False, False)),
        ("1NYY", UsPrivacyString(False, True, True)),
        ("1---", UsPrivacyString(None, None, None)),
        ("1-Y-", UsPrivacyString(None, True, None)),
    ],
)
def test_the_examples_of_the_specification(text: str, found: UsPrivacyString) -> None:
    assert decode_us_privacy(text) == found


@pytest.mark.parametrize(
    ("text", "sale", "chosen"), [("1YNN", True, False), ("1YYN", False, True), ("1---", None, False)]
)
def test_only_an_opt_out_is_a_choice(text: str, sale: bool | None, chosen: bool) -> None:
    reading = usprivacy.decode(text)
    assert (reading.signal, reading.choices, reading.chosen) == ("usprivacy", {"sale": sale}, chosen)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "US Privacy string: has 0 characters, and needs 4: a version, then Y, N or - thrice"),
        ("1YNNN", "US Privacy string: has 5 characters, and needs 4: a version, then Y, N or - thrice"),
        ("2YNN", "US Privacy string, Version, character 1: is not 1, the one version that there is"),
        ("1?NN", "US Privacy string, Notice, character 2: is none of Y, N and -"),
        ("1YyN", "US Privacy string, OptOutSale, character 3: is none of Y, N and -"),
        ("1YN1", "US Privacy string, LspaCovered, character 4: is none of Y, N and -"),
        ("1Y-N", "US Privacy string, OptOutSale, character 3: is -, which it may be in 1--- alone"),
    ],
)
def test_what_is_malformed_is_named_with_its_position(text: str, message: str) -> None:
    with pytest.raises(SignalError) as raised:
        usprivacy.decode(text)
    assert str(raised.value) == message


def test_of_all_strings_of_y_n_and_dash_19_are_read() -> None:
    read = 0
    for characters in itertools.product("YN-", repeat=3):
        try:
            usprivacy.decode("1" + "".join(characters))
        except SignalError:
            continue
        read += 1
    assert read == 19  # 18 that say whether sale was opted out of, and 1---
