"""No text brings a decoder down, no error quotes what it read, and what a manager would write is read back."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policycheck.consent.signals import SignalError
from policycheck.consent.signals.registry import builtin_signals
from policycheck.consent.signals.wagtail_tag_manager import decode as decode_wtm

SIGNALS = {signal.key: signal for signal in builtin_signals()}
MARKER = "XqZv7Kw"
"""What is secret in a broken record: no error may have four characters of it in a row."""
PIECES = st.sampled_from(
    [*"{}[]()!|=,:;&%\"' ", "%22", "%7B", "true", "false", "wait", "C0001:1", "groups=", "c.", "i.t:", "-1"]
)
BROKEN = st.lists(
    st.one_of(PIECES, st.just(MARKER), st.sampled_from(["categories", "consents", "state", "stamp"])), max_size=12
)
DAMAGE: list[Callable[[str], str]] = [
    lambda text: text,
    quote,
    lambda text: f'"{text}"',
    lambda text: base64.b64encode(text.encode("utf-8", "replace")).decode(),
]
KEYS = st.text(st.characters(codec="utf-8", exclude_characters="!=|:,.&", exclude_categories=("Cc", "Zs")), min_size=1)
FLAGS = st.dictionaries(KEYS, st.booleans(), min_size=1)


def read(key: str, value: str) -> str | None:
    """The error's text, None where it was read."""
    try:
        SIGNALS[key].decode(value)
    except SignalError as error:
        chain: BaseException | None = error
        while chain is not None:  # what a traceback, a debugger or a service that collects errors would get to see
            kept = [getattr(chain, name) for name in dir(chain) if name in {"args", "doc", "object", "msg", "reason"}]
            assert MARKER[:4] not in repr((chain, kept))
            chain = chain.__cause__ or chain.__context__
        return str(error)
    return None


@pytest.mark.parametrize("key", SIGNALS)
@given(value=st.text())
def test_any_text_is_read_or_one_error(key: str, value: str) -> None:
    for damage in DAMAGE:
        read(key, damage(value.encode("utf-8", "replace").decode()))
    read(key, value)


@pytest.mark.parametrize("key", SIGNALS)
@given(pieces=BROKEN)
def test_no_error_quotes_the_value(key: str, pieces: list[str]) -> None:
    for damage in DAMAGE:
        message = read(key, damage("".join(pieces)))
        assert message is None or not any(MARKER[at : at + 4] in message for at in range(len(MARKER) - 3))


@pytest.mark.parametrize("key", SIGNALS)
@given(
    document=st.recursive(
        st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.just(MARKER)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(
                    [
                        "categories",
                        "revision",
                        "consentTimestamp",
                        "expirationTime",
                        "consents",
                        "consentInfo",
                        "time",
                        "state",
                        "meta",
                        "set_timestamp",
                        "purposes",
                        "vendors",
                        "enabled",
                        "disabled",
                        "updated",
                        MARKER,
                    ]
                ),
                inner,
                max_size=4,
            ),
        ),
        max_leaves=8,
    )
)
def test_no_json_brings_it_down_or_comes_back_in_an_error(key: str, document: object) -> None:
    text = json.dumps(document)
    for damage in DAMAGE:
        message = read(key, damage(text))
        assert message is None or MARKER[:4] not in message


@pytest.mark.parametrize("key", SIGNALS)
@pytest.mark.parametrize("value", ["[" * 100_000, '{"categories":' * 50_000, "1" * 5_000, '{"a":' + "9" * 5_000 + "}"])
def test_what_is_too_deep_or_too_long_is_one_error(key: str, value: str) -> None:
    assert read(key, value) is not None


@given(FLAGS)
def test_klaro_both_encodings(choices: dict[str, bool]) -> None:
    text = json.dumps(choices)

    assert SIGNALS["klaro"].decode(quote(text, safe="")).choices == choices
    if "%" not in text:
        assert SIGNALS["klaro"].decode(text).choices == choices


@given(st.dictionaries(KEYS, st.sampled_from([True, False, None]), min_size=1))
def test_tarteaucitron(choices: dict[str, bool | None]) -> None:
    words = {True: "true", False: "false", None: "wait"}
    value = "".join(f"!{quote(key, safe='')}={words[choice]}" for key, choice in choices.items())

    reading = SIGNALS["tarteaucitron"].decode(value)

    assert reading.choices == choices
    assert reading.chosen == any(choice is not None for choice in choices.values())


@given(st.lists(KEYS, unique=True), st.integers(1, 10**6))
def test_vanilla_cookieconsent(categories: list[str], revision: int) -> None:
    reading = SIGNALS["vanilla-cookieconsent"].decode(
        quote(json.dumps({"categories": categories, "revision": revision}), safe="")
    )

    assert (reading.choices, reading.version) == (dict.fromkeys(categories, True), str(revision))


@given(st.dictionaries(KEYS, st.sampled_from(["true", "false", "unset", "pending"]), min_size=1))
def test_wagtail_tag_manager(state: dict[str, str]) -> None:
    content = json.dumps({"meta": {"set_timestamp": 1769853600.5}, "state": state}, separators=(",", ":"))

    reading = decode_wtm(quote(base64.b64encode(content.encode()).decode()))

    assert reading.choices == {key: {"true": True, "false": False}.get(word) for key, word in state.items()}


@given(FLAGS)
def test_onetrust(groups: dict[str, bool]) -> None:
    value = "interactionCount=1&groups=" + quote(
        ",".join(f"{key}:{int(flag)}" for key, flag in groups.items()), safe=""
    )

    assert SIGNALS["onetrust"].decode(value).choices == groups
