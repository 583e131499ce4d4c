"""From keys to categories: several keys for one, lists of what was granted, one answer for all, and the settings."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from policycheck.consent.signals import EVERY_CATEGORY, ConsentSignal, SignalReading
from policycheck.consent.signals.mapping import categories_of, reading_to_statuses, unmapped_keys
from policycheck.consent.signals.overrides import check_categories, with_overrides
from policycheck.consent.signals.registry import builtin_signals
from policycheck.errors import UsageError

CATEGORIES = ("necessary", "analytics", "ads")
BUILT_IN = {signal.key: signal for signal in builtin_signals()}


def signal(categories: Mapping[str, tuple[str, ...]] | None = None, others: bool | None = None) -> ConsentSignal:
    choices = {"ga": True, "matomo": False}
    return ConsentSignal("own", "Own", (), lambda value: SignalReading("own", choices, others=others), categories or {})


def statuses(
    choices: Mapping[str, bool | None], categories: Mapping[str, tuple[str, ...]], others: bool | None = None
) -> Mapping[str, bool | None]:
    return reading_to_statuses(signal(categories), SignalReading("own", choices, others=others), CATEGORIES)


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (True, True, True),
        (True, None, None),
        (True, False, False),
        (None, None, None),
        (None, False, False),
        (False, False, False),
    ],
)
def test_a_category_of_two_keys_is_granted_when_both_are(
    one: bool | None, other: bool | None, together: bool | None
) -> None:
    both = {"a": ("ads",), "b": ("ads",)}

    assert statuses({"a": one, "b": other}, both) == {"ads": together}
    assert statuses({"a": other, "b": one}, both) == {"ads": together}


def test_a_key_without_a_mapping_stands_for_the_category_of_its_name() -> None:
    assert statuses({"ads": True, "unheard-of": False}, {}) == {"ads": True}
    assert statuses({"ads": True}, {"ads": ("analytics",)}) == {"analytics": True}


def test_one_key_may_stand_for_several_categories_and_for_all() -> None:
    assert statuses({"x": False}, {"x": ("ads", "analytics")}) == {"ads": False, "analytics": False}
    assert statuses({"x": True}, {"x": (EVERY_CATEGORY,)}) == dict.fromkeys(CATEGORIES, True)
    assert categories_of(signal({"x": (EVERY_CATEGORY,)}), "x", CATEGORIES) == CATEGORIES


def test_what_a_list_of_granted_keys_does_not_name_is_denied() -> None:
    assert statuses({"ads": True}, {}, others=False) == {"necessary": False, "analytics": False, "ads": True}
    assert statuses({}, {}, others=None) == {}


def test_keys_from_which_nothing_follows() -> None:
    reading = SignalReading("own", {"ads": True, "ga": True, "x": None})

    assert unmapped_keys(signal({"x": ("none",)}), reading, CATEGORIES) == ("ga", "x")


def test_a_key_of_the_box_stands_for_the_category_of_its_own_name_too() -> None:
    cookiebot = BUILT_IN["cookiebot"]
    reading = cookiebot.decode("{statistics:true,method:'explicit'}")

    assert reading_to_statuses(cookiebot, reading, ["analytics"]) == {"analytics": True}
    assert reading_to_statuses(cookiebot, reading, ["statistics"]) == {"statistics": True}


def test_settings_map_keys_and_leave_signals_out() -> None:
    changed = with_overrides(BUILT_IN.values(), {"klaro": {"ga": ("analytics",)}, "didomi": None})

    keys = [found.key for found in changed]
    klaro = changed[keys.index("klaro")]
    assert keys == [key for key in BUILT_IN if key != "didomi"]
    assert reading_to_statuses(klaro, klaro.decode('{"ga":true}'), CATEGORIES) == {"analytics": True}
    assert [found for found in changed if found.key != "klaro"] == [
        found for found in BUILT_IN.values() if found.key not in {"klaro", "didomi"}
    ]


def test_settings_keep_what_the_signal_says_about_other_keys() -> None:
    (changed,) = with_overrides([signal({"ga": ("ads",)})], {"own": {"matomo": ("analytics",)}})

    assert reading_to_statuses(changed, changed.decode(""), CATEGORIES) == {"ads": True, "analytics": False}


def test_of_two_keys_in_the_settings_one_that_a_list_does_not_name_denies() -> None:
    (vanilla,) = with_overrides(
        [BUILT_IN["vanilla-cookieconsent"]], {"vanilla-cookieconsent": {"ga": ("analytics",), "heat": ("analytics",)}}
    )

    one, both = vanilla.decode('{"categories":["ga"]}'), vanilla.decode('{"categories":["ga","heat"]}')

    assert reading_to_statuses(vanilla, one, ["analytics"]) == {"analytics": False}
    assert reading_to_statuses(vanilla, both, ["analytics"]) == {"analytics": True}


def test_an_unknown_signal_is_said_with_a_guess() -> None:
    with pytest.raises(UsageError) as caught:
        with_overrides(BUILT_IN.values(), {"klar": {}})

    assert str(caught.value) == "no signal is called 'klar'; did you mean 'klaro'?; all: policycheck signals"


def test_an_unknown_category_is_said_with_a_guess() -> None:
    check_categories({"klaro": {"ga": ("ads", "functional", EVERY_CATEGORY)}, "didomi": None}, CATEGORIES)

    with pytest.raises(UsageError) as caught:
        check_categories({"klaro": {"ga": ("analytic",)}}, CATEGORIES)

    assert str(caught.value) == (
        "klaro: ga: the catalogue has no category 'analytic'; did you mean 'analytics'?; "
        "there are necessary, analytics, ads, functional, marketing, and '*' for all"
    )
