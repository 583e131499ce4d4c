from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck.consent.signals import google_consent_mode
from policycheck.consent.signals.google_consent_mode import decode_gcd, decode_gcs
from policycheck.consent.signals.mapping import reading_to_statuses
from policycheck.consent.signals.registry import builtin_signals
from policycheck.consent.signals.signal import SignalError


@pytest.mark.parametrize(
    ("text", "ads", "analytics"),
    [
        ("G100", False, False),
        ("G110", True, False),
        ("G101", False, True),
        ("G111", True, True),
        ("G1--", None, None),
        ("G1-1", None, True),
    ],
)
def test_gcs_has_two_characters_after_g1(text: str, ads: bool | None, analytics: bool | None) -> None:
    for decode in (decode_gcs, google_consent_mode.decode):
        reading = decode(text)
        assert reading.choices == {"ad_storage": ads, "analytics_storage": analytics}
        assert (reading.signal, reading.chosen) == ("google-consent-mode", True)


# The examples and their meanings: Commanders Act, "Consent mode" documentation, table of gcd.
@pytest.mark.parametrize(
    ("text", "choices", "chosen"),
    [
        ("11l1p1l1l5", (None, False, None, None), False),
        ("11p1p1p1p5", (False, False, False, False), False),
        ("11p1q1p1p5", (False, False, False, False), True),
        ("11t1t1t1t5", (True, True, True, True), True),
        ("11r1r1r1r5", (True, True, True, True), True),
        ("11p1m1p1p5", (False, False, False, False), True),
        ("11n1n1n1n5", (True, True, True, True), True),
        ("11u1u1u1u5", (False, False, False, False), True),
        ("11v1v1v1v5", (True, True, True, True), True),
        ("13l3l3l3l1l1", (None, None, None, None), False),  # as hits carry it since 2024
        ("13r3q3t3l5Z9", (True, False, True, None), True),  # what follows the fourth letter is not read
    ],
)
def test_gcd_has_a_letter_for_each_consent_type(text: str, choices: tuple[bool | None, ...], chosen: bool) -> None:
    for decode in (decode_gcd, google_consent_mode.decode):
        reading = decode(text)
        assert tuple(reading.choices.values()) == choices
        assert list(reading.choices) == ["ad_storage", "analytics_storage", "ad_user_data", "ad_personalization"]
        assert reading.chosen is chosen


SHAPE = "gcd: is not 1, a digit, then four times a letter and a digit"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("G", "gcs: is not G1 and two characters"),
        ("G11", "gcs: is not G1 and two characters"),
        ("G1111", "gcs: is not G1 and two characters"),
        ("G211", "gcs: is not G1 and two characters"),
        ("G121", "gcs, ad_storage, character 3: is none of 1, 0 and -"),
        ("G11x", "gcs, analytics_storage, character 4: is none of 1, 0 and -"),
        ("", SHAPE),
        ("11p1p1p1p", SHAPE),
        ("11p1p1p5", SHAPE),
        ("11p1p1p1p5x", SHAPE),
        ("11p1p1p1p5\n", SHAPE),
        ("21p1p1p1p5", SHAPE),
        ("1\u0661p1p1p1p5", SHAPE),
        ("11p1a1p1p5", "gcd, analytics_storage, character 5: is a letter of which no meaning is known"),
        ("11p1p1p1P5", "gcd, ad_personalization, character 9: is a letter of which no meaning is known"),
    ],
)
def test_what_is_malformed_is_named_with_its_position(text: str, message: str) -> None:
    with pytest.raises(SignalError) as raised:
        google_consent_mode.decode(text)
    assert str(raised.value) == message


@given(st.text(max_size=20) | st.from_regex(r"\A[G1][0-9a-zA-Z-]{3,12}\Z"))
def test_no_text_raises_anything_else(text: str) -> None:
    message = ""
    try:
        google_consent_mode.decode(text)
    except SignalError as error:
        message = str(error)
    assert len(text) < 5 or text not in message


def test_it_is_found_under_no_name_and_stands_for_two_categories() -> None:
    signal = next(signal for signal in builtin_signals() if signal.key == "google-consent-mode")
    assert signal.names == ()
    reading = signal.decode("13r3r3q3r5")
    assert reading_to_statuses(signal, reading, ["analytics", "marketing", "functional"]) == {
        "analytics": True,
        "marketing": False,
    }
