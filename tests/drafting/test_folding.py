"""Which names are one, and which a person would keep apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.drafting.folding import Fold, fold, identifier_in

UUIDS = ["0b7d1f9e-3a52-4f0e-9c7a-2f1e5a6b7c8d", "1c8e2fa0-4b63-4a1f-8d8b-3a2f6b7c8d9e"]


def folds(names: Sequence[str]) -> tuple[Fold, ...]:
    return fold(dict.fromkeys(names)).folds


def written(names: Sequence[str]) -> list[str]:
    """The templates, with each pattern in place of its label."""
    return sorted(one.template({slot: slot.pattern for slot in one.slots}) for one in folds(names))


@pytest.mark.parametrize(
    ("names", "template"),
    [
        (["_ga_ABC123", "_ga_DEF456"], "_ga_<[0-9A-Z]{6}>"),
        (["_ga_G4H7K2M9QX", "_ga_Z1X2C3V4B5"], "_ga_<[0-9A-Z]{10}>"),
        (["x_a1b2c3d4", "x_00ff00ff"], "x_<[0-9a-f]{8}>"),
        (["x_deadbeef", "x_12345678"], "x_<[0-9a-f]{8}>"),
        (["x_DEADBEEF01", "x_1234567890"], "x_<[0-9A-F]{10}>"),
        (["_pk_id.1.1fff", "_pk_id.1.3c4d"], "_pk_id.1.<[0-9a-f]{4}>"),
        ([f"chat:{one}:draft" for one in UUIDS],
         "chat:<[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}>:draft"),
        (["order_1001", "order_1002"], "order_<[0-9]{4}>"),
        (["order_1001", "order_20002"], "order_<[0-9]+>"),
        (["step_1", "step_2", "step_3"], "step_<[0-9]+>"),
        (["step1", "step2", "step10"], "step<[0-9]+>"),
        (["visits[0]", "visits[1]", "visits[2]"], "visits[<[0-9]+>]"),
        (["session1700000000123", "session1700000000124"], "session<[0-9]{13}>"),
        (["SSESS49960de5880e8c687434170f6476605b", "SSESS59960de5880e8c687434170f6476605c"], "SSESS<[0-9a-f]{32}>"),
        (["mp_k3j9x2", "mp_9fz0a1"], "mp_<[0-9a-z]{6}>"),
        (["2024-01-05", "2024-02-06"], "<[0-9]{4}-[0-9]{2}-[0-9]{2}>"),
        (["token_aB-3_x9Kq2Lm-Zt7", "token_bC_4-y8Lp3Nm_Zu8"], "token_<[0-9A-Za-z_-]{16}>"),
        (["sb-abxcdfghjklmnopqrst-auth", "sb-zbxcdfghjklmnopqrsw-auth"], "sb-<[a-z]{19}>-auth"),
        (["a*b_1001", "a*b_1002"], r"a\*b_<[0-9]{4}>"),
    ],
)  # fmt: skip
def test_what_no_person_would_choose_becomes_a_placeholder(names: list[str], template: str) -> None:
    assert written(names) == [template]
    assert written([*names[::-1], names[0]]) == [template]


@pytest.mark.parametrize(
    "names",
    [
        ["cart_eu", "cart_us"], ["theme", "them2"], ["theme1", "theme2"], ["utm_source", "utm_medium", "utm_campaign"],
        ["lang_en", "lang_de", "lang_fr"], ["settings_v1", "settings_v2", "settings_v3"], ["h1", "h2", "h3"],
        ["step_1", "step_2"], ["b2b", "b2c"], ["x_b2bshop", "x_web3js"], ["cart2024", "shop2024"], ["EU2023", "US2024"],
        ["TEST001", "DATA002"], ["TEST01", "TEST02"], ["mp3player", "mp4player"], ["_pk_id.1.1fff", "_pk_ses.1.1fff"],
        ["intercom-id-abc123de", "intercom-session-abc123de"], ["x_a1b2c3d4", "y_00ff00ff"], ["x_a1b2c3d4"],
        ["redux-CartItems2Checkout", "redux-UserItems3Checkout"], ["wp-settings-1", "wp-settings-time-1"],
        ["cookieconsent_status", "cookieconsent_dismissed"], ["__Host-a", "__Secure-a"], ["ab_test_a", "ab_test_b"],
        ["_hjSession_123456", "_hjSessionUser_123456"], ["PHPSESSID", "JSESSIONID"], ["", "a"],
        ["feature_decade", "feature_facade"], ["thirdpartystorage", "strengthsandlengths"],
    ],
)  # fmt: skip
def test_what_a_person_named_stays_apart(names: list[str]) -> None:
    assert written(names) == []


def test_names_of_one_kind_among_others() -> None:
    names = ["_ga", "_ga_ABC123", "_ga_DEF456", "_gid", "cart_eu", "cart_us", "k_1001", "k_1002", "k_eu"]
    assert {one.names for one in folds(names)} == {("_ga_ABC123", "_ga_DEF456"), ("k_1001", "k_1002")}


def test_what_was_seen_otherwise_is_not_folded() -> None:
    folding = fold({"x_a1b2c3d4": "session", "x_00ff00ff": "session", "x_11ff00ff": "two years", "other": ""})
    assert folding.folds == ()
    assert folding.apart == {"x_a1b2c3d4", "x_00ff00ff", "x_11ff00ff"}


def test_a_template_that_would_take_other_names_is_none() -> None:
    assert written(["k_a1b2c3d4", "k_b1b2c3d5", "k_deadbeef"]) == ["k_<[0-9a-f]{8}>"]
    assert written(["step_1", "step_2", "step_3", "step_4567"]) == ["step_<[0-9]+>"]
    assert written(["q_eu1001", "q_eu1002", "q_eu_1003"]) == ["q_eu<[0-9]{4}>"]
    assert written(["no_step1", "no_step2", "no_step30", "no_step<1>"]) == ["no_step<[0-9]+>"]


def test_a_name_that_only_its_like_tell_for_an_identifier_is_taken_in() -> None:
    (one,) = folds(["k_a1b2c3d4", "k_b1b2c3d5", "k_abcdefa1", "k_abcdefab"])
    assert len(one.names) == 4
    many = [f"k_{number * 2654435761 % 16**8:08x}" for number in range(500)]
    assert [len(found.names) for found in folds(many)] == [500]


def test_what_tells_who_somebody_is_never_stands_in_a_name() -> None:
    (alone,) = folds(["profile:jane.doe+x@example.com"])
    assert alone.personal
    assert "jane" not in str(alone.parts)
    (address,) = folds(["seen-192.0.2.17"])
    assert "192" not in str(address.parts)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("_ga_G4H7K2M9QX", True), ("lead-123456", True), ("s_00ff00ff00", True), (UUIDS[0], True), ("2024-01-05", True),
        ("_ga", False), ("session-2", False), ("v2_settings", False), ("ajs_anonymous_id", False), ("step_12", False),
    ],
)  # fmt: skip
def test_a_name_alone_may_hold_an_identifier(name: str, told: bool) -> None:
    assert identifier_in(name) is told


PIECES = st.sampled_from(
    ["_", "-", ".", "cart", "id", "a", "EU", "1", "42", "1001", "a1b2c3d4", "ABC123", "<", "*", "é"]
)
NAMES = st.lists(PIECES, min_size=1, max_size=4).map("".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMES, max_size=12, unique=True), st.randoms())
def test_folding_takes_each_name_once_and_its_own_alone(names: list[str], random: object) -> None:
    found = folds(names)
    taken = [name for one in found for name in one.names]
    assert len(taken) == len(set(taken))
    for one in found:
        assert [name for name in sorted(names) if one.pattern.matches(name)] == list(one.names)
        assert re.fullmatch("[A-Z_]+", one.slots[0].label)
    shuffled = list(names)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert set(folds(shuffled)) == set(found)
