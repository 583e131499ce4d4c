"""Which signal reads what is stored under a name, also where two consent managers have chosen the same one."""

from __future__ import annotations

import pytest

from policycheck.consent.signals import ConsentSignal, SignalError, SignalReading
from policycheck.consent.signals.index import SignalIndex
from policycheck.consent.signals.registry import builtin_signals
from policycheck.model.storage import StorageKind

INDEX = SignalIndex(builtin_signals())
COOKIE, LOCAL, SESSION = StorageKind.COOKIE, StorageKind.LOCAL_STORAGE, StorageKind.SESSION_STORAGE


def own(kind: StorageKind, name: str) -> ConsentSignal:
    return ConsentSignal("own", "Own", ((kind, name),), lambda value: SignalReading("own", {}))


@pytest.mark.parametrize(
    ("kind", "name", "key"),
    [
        (COOKIE, "klaro", "klaro"),
        (SESSION, "klaro", "klaro"),
        (LOCAL, "cc_cookie", "vanilla-cookieconsent"),
        (SESSION, "cc_cookie", None),
        (COOKIE, "Klaro", None),
        (COOKIE, "session", None),
        (StorageKind.INDEXED_DB, "klaro", None),
    ],
)
def test_a_signal_is_found_by_kind_and_name(kind: StorageKind, name: str, key: str | None) -> None:
    found = INDEX.find(kind, name)

    assert (found and found.key) == key


def test_names_are_templates_and_web_is_every_web_storage() -> None:
    index = SignalIndex([own(StorageKind.WEB, "consent_*")])

    assert index.find(LOCAL, "consent_shop") is not None
    assert index.find(SESSION, "consent_shop") is not None
    assert index.find(COOKIE, "consent_shop") is None


def test_the_first_signal_given_goes_first() -> None:
    index = SignalIndex([own(COOKIE, "klaro"), *builtin_signals()])

    found = index.find(COOKIE, "klaro")
    assert found is not None
    assert found.key == "own"
    assert [signal.key for signal in index.find_all(COOKIE, "klaro")] == ["own", "klaro"]


@pytest.mark.parametrize(
    ("value", "key"),
    [("true", "react-cookie-consent"), ("0", "cookiebot"), ("{necessary:true}", "cookiebot")],
)
def test_of_two_signals_under_one_name_the_one_that_can_read_it_is_meant(value: str, key: str) -> None:
    found = INDEX.read(COOKIE, "CookieConsent", value)

    assert found is not None
    assert (found[0].key, found[1].signal) == (key, key)


def test_what_no_signal_can_read_is_one_error() -> None:
    with pytest.raises(SignalError) as caught:
        INDEX.read(COOKIE, "CookieConsent", "perhaps")

    assert str(caught.value) == (
        "a record of cookiebot cannot be read: it is no object in braces, and neither 0 nor -1; "
        "a record of react-cookie-consent cannot be read: it is neither true nor false"
    )
    with pytest.raises(SignalError, match=r"^a record of klaro cannot be read: it is empty$"):
        INDEX.read(COOKIE, "klaro", "")


def test_what_is_no_record_is_none() -> None:
    assert INDEX.read(COOKIE, "session", "x") is None
    assert INDEX.read(StorageKind.CACHES, "klaro", "x") is None
    assert INDEX.find_all(StorageKind.CACHES, "klaro") == []
