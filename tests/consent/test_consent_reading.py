from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck.consent.reading import read_consent
from policycheck.errors import UsageError
from policycheck.model.consent import UNSET, ConsentState, ConsentStatus
from policycheck.model.spelling import did_you_mean

GRANTED, REFUSED = ConsentStatus.GRANTED, ConsentStatus.REFUSED


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (None, UNSET),
        (UNSET.refuse("ads"), UNSET.refuse("ads")),
        ("unset", UNSET),
        ("granted", UNSET.grant()),
        (" refused ", UNSET.refuse()),
        ("withdrawn", UNSET.with_status(ConsentStatus.WITHDRAWN)),
        ("ads", UNSET.grant("ads")),
        ("ads, analytics", UNSET.grant("ads", "analytics")),
        ("ads=refused", UNSET.refuse("ads")),
        ("ads = granted , analytics= refused", UNSET.grant("ads").refuse("analytics")),
        ("ads,analytics=refused", UNSET.grant("ads").refuse("analytics")),
        ("ads=granted,ads=granted", UNSET.grant("ads")),
        ("granted=refused", UNSET.refuse("granted")),
        (["ads"], UNSET.grant("ads")),
        (("ads", "analytics"), UNSET.grant("ads", "analytics")),
        ({"ads"}, UNSET.grant("ads")),
        ([], UNSET),
        ({}, UNSET),
        ({"ads": "refused", "analytics": GRANTED}, UNSET.refuse("ads").grant("analytics")),
        (GRANTED, UNSET.grant()),
    ],
)
def test_what_people_write(value: object, state: ConsentState) -> None:
    assert read_consent(value) == state
    assert read_consent(value, ["ads", "analytics", "granted"]) == state


def test_categories_may_come_one_by_one() -> None:
    assert read_consent(iter(["ads"])) == UNSET.grant("ads")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "a category has no name in ''"),
        ("ads,", "a category has no name in 'ads,'"),
        ("=granted", "a category has no name in '=granted'"),
        ("granted,refused", "'granted' stands among others in 'granted,refused'"),
        ("ads,refused", "'refused' stands among others"),
        ("ads=grant", "'grant' is not a consent status; did you mean 'granted'?; write unset, granted"),
        ("ads=", "'' is not a consent status; write unset"),
        ({"ads": True}, "'True' is not a consent status"),
        ({"ads": None}, "'None' is not a consent status"),
        ("ads=refused,ads=granted", "the category 'ads' stands twice, as refused and as granted"),
        ("ads,analytics,ads=refused", "the category 'ads' stands twice, as granted and as refused"),
        (True, "a bool says nothing about consent"),
        (3, "a int says nothing about consent"),
        (b"granted", "a bytes says nothing about consent"),
        ([1], "a list of categories holds texts alone"),
        ([["ads"]], "a list of categories holds texts alone"),
    ],
)
def test_what_makes_no_sense(value: object, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_consent(value)

    assert str(raised.value).startswith(message)


@pytest.mark.parametrize("value", ["adds", ["adds"], {"adds": "refused"}, "adds=refused", UNSET.grant("adds")])
def test_a_category_that_the_catalogue_does_not_have(value: object) -> None:
    with pytest.raises(UsageError) as raised:
        read_consent(value, iter(["ads", "analytics"]))

    assert str(raised.value) == (
        "the catalogue has no category 'adds'; did you mean 'ads'?; "
        "there are ads, analytics, functional, marketing, necessary"
    )


def test_the_built_in_categories_are_known_to_every_catalogue() -> None:
    assert read_consent("marketing=refused,ads", ["ads"]) == UNSET.grant("ads").refuse("marketing")


def test_a_status_in_capitals_is_told_from_a_category() -> None:
    with pytest.raises(UsageError, match="no category 'Granted'; did you mean 'granted'"):
        read_consent("Granted", ["ads"])


def test_a_misspelt_observed_is_told_from_a_category() -> None:
    with pytest.raises(UsageError, match="no category 'observd'; did you mean 'observed'"):
        read_consent("observd", ["ads"])


@pytest.mark.parametrize(
    ("word", "words", "question"),
    [
        ("adds", ["ads", "analytics"], "; did you mean 'ads'?"),
        ("zzz", ["ads"], ""),
        ("ads", [], ""),
        ("grant", list(ConsentStatus), "; did you mean 'granted'?"),
    ],
)
def test_did_you_mean(word: str, words: list[str], question: str) -> None:
    assert did_you_mean(word, words) == question


@given(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.binary()
    | st.lists(st.text() | st.integers())
    | st.dictionaries(st.text(), st.text())
)
def test_anything_else_is_a_usage_error(value: object) -> None:
    with contextlib.suppress(UsageError):
        assert isinstance(read_consent(value), ConsentState)
