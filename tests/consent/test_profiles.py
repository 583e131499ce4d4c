"""The profiles in the box: every file follows the schema, loads, and says where its figures come from."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from policycheck.catalogue.reading.toml_text import read_toml
from policycheck.catalogue.schema import PROFILE, errors, load_schema, validator
from policycheck.consent.profiles.building import build_profile
from policycheck.consent.profiles.loading import load_profile, packaged_documents, profile_keys
from policycheck.errors import UsageError
from policycheck.model.legal import Exemption
from policycheck.model.lifetime import RetentionKind
from policycheck.model.profile import Confidence, ConsentModel, Figure, GpcTerms, Profile, RetentionLimit

KEYS = ("ES", "EU", "EU-OMNIBUS", "EU-TCF", "FR", "IE", "IT", "UK", "US", "US-CA")
BASE = {"profile": 1, "key": "BASE", "title": "Base", "version": "1", "date": "2026-01-01"}
SOURCE = {"citation": "law", "url": "https://law.example", "confidence": "C"}


def figures(profile: Profile) -> list[RetentionLimit | Figure | GpcTerms]:
    single = (profile.choice_kept_at_least, profile.choice_kept_at_most, profile.gpc)
    return [*profile.limits, *(figure for figure in single if figure is not None)]


def test_these_are_in_the_box() -> None:
    assert profile_keys() == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_each_file_follows_the_schema(key: str) -> None:
    text = files("policycheck.consent.profiles").joinpath(f"{key}.toml").read_text("utf-8")
    document: Any = read_toml(text, f"{key}.toml").data

    assert list(errors(validator(PROFILE), document)) == []
    assert document["key"] == key


@pytest.mark.parametrize("key", KEYS)
def test_each_profile_says_when_and_whence(key: str) -> None:
    profile = load_profile(key)

    assert (profile.key, profile.date[:4]) == (key, "2026")
    assert all((profile.title, profile.version))
    assert figures(profile) or profile.notes
    for figure in figures(profile):
        assert figure.url.startswith(("https://", "http://"))
        assert figure.citation
        assert isinstance(figure.confidence, Confidence)


@pytest.mark.parametrize("key", KEYS)
def test_lengths_are_lengths(key: str) -> None:
    profile = load_profile(key)
    lengths = [limit.longest for limit in profile.limits]
    lengths += [figure.length for figure in (profile.choice_kept_at_least, profile.choice_kept_at_most) if figure]

    assert {length.kind for length in lengths} <= {RetentionKind.DURATION}


def test_the_union_opts_in_and_heeds_no_signal_and_the_states_do_the_opposite() -> None:
    for key in KEYS:
        profile = load_profile(key)
        american = key.startswith("US")
        assert profile.model is (ConsentModel.OPT_OUT if american else ConsentModel.OPT_IN)
        assert (profile.gpc is not None) is american
        assert american or any("Sec-GPC" in note for note in profile.notes)


@pytest.mark.parametrize(
    ("key", "least", "most"),
    [
        ("ES", None, 24),
        ("EU", None, None),
        ("EU-OMNIBUS", 6, None),
        ("EU-TCF", None, 13),
        ("FR", 6, None),
        ("IE", None, 6),
        ("IT", 6, None),
        ("UK", None, None),
        ("US", None, None),
        ("US-CA", 12, None),
    ],
)
def test_how_long_a_choice_is_kept(key: str, least: int | None, most: int | None) -> None:
    profile = load_profile(key)
    kept = (profile.choice_kept_at_least, profile.choice_kept_at_most)

    assert tuple(figure and figure.length.months for figure in kept) == (least, most)
    assert {figure.confidence for figure in kept if figure} <= {Confidence.B}


def test_which_choices_are_kept_so_long() -> None:
    """Italy, the proposal and California speak of refusals, Spain and Ireland of consents."""
    kept = {
        key: figure.choice.value
        for key in KEYS
        for figure in (load_profile(key).choice_kept_at_least, load_profile(key).choice_kept_at_most)
        if figure is not None
    }
    assert kept == {
        "ES": "consent",
        "EU-OMNIBUS": "refusal",
        "EU-TCF": "any",
        "FR": "any",
        "IE": "consent",
        "IT": "refusal",
        "US-CA": "refusal",
    }


def test_only_what_is_exempt_is_limited_to_13_months_in_france() -> None:
    france = load_profile("FR")

    assert [(limit.exemption, limit.longest.text) for limit in france.limits] == [
        (Exemption.AUDIENCE_MEASUREMENT, "13 months")
    ]
    assert [key for key in KEYS if load_profile(key).limits] == ["FR"]


def test_only_the_proposal_is_a_preview() -> None:
    assert [key for key in KEYS if load_profile(key).preview] == ["EU-OMNIBUS"]


def test_what_is_extended_holds_too() -> None:
    union, france, california = load_profile("EU"), load_profile("FR"), load_profile("US-CA")

    assert france.extends == "EU"
    assert france.notes[: len(union.notes)] == union.notes
    assert len(france.notes) > len(union.notes)
    assert california.gpc != load_profile("US").gpc


def test_what_is_said_anew_replaces_and_the_rest_stays() -> None:
    def limit(exemption: str, longest: str) -> dict[str, str]:
        return {"exemption": exemption, "longest": longest, **SOURCE}

    base = {
        **BASE,
        "model": "optOut",
        "preview": True,
        "notes": ["one"],
        "limits": [limit("security", "1 day"), limit("appearance", "1 day")],
        "choiceKeptAtLeast": {"length": "1 day", **SOURCE},
        "choiceKeptAtMost": {"length": "2 days", **SOURCE, "note": "two"},
        "gpc": {"categories": ["ads"], **SOURCE},
    }
    own = {
        **BASE,
        "key": "OWN",
        "extends": "BASE",
        "notes": ["two"],
        "limits": [limit("security", "1 hour")],
        "choiceKeptAtLeast": {"length": "3 days", **SOURCE},
    }
    profile = build_profile([base, own])

    assert [(entry.exemption.value, entry.longest.text) for entry in profile.limits] == [
        ("appearance", "1 day"),
        ("security", "1 hour"),
    ]
    assert profile.choice_kept_at_least is not None
    assert profile.choice_kept_at_most is not None
    assert profile.gpc is not None
    assert (profile.choice_kept_at_least.length.text, profile.choice_kept_at_most.length.text) == ("3 days", "2 days")
    assert (profile.choice_kept_at_least.note, profile.choice_kept_at_most.note) == ("", "two")
    assert profile.gpc.categories == ("ads",)
    assert (profile.key, profile.model, profile.preview) == ("OWN", ConsentModel.OPT_OUT, True)
    assert (profile.extends, profile.notes) == ("BASE", ("one", "two"))
    assert build_profile([base, {**own, "model": "optIn", "preview": False}]).model is ConsentModel.OPT_IN


@pytest.mark.parametrize("key", ["FRX", "fr"])
def test_an_unknown_key(key: str) -> None:
    with pytest.raises(UsageError) as raised:
        load_profile(key)

    assert str(raised.value) == f"{key!r} is not a profile; did you mean 'FR'?; there are {', '.join(KEYS)}"


def test_every_packaged_chain_starts_at_what_extends_nothing() -> None:
    for key in KEYS:
        assert "extends" not in packaged_documents(key)[0]


def test_loading_one_of_the_box_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from policycheck.consent.profiles.loading import load_profile\n"
        "load_profile('FR')\n"
        "assert not {'jsonschema', 'pydantic', 'yaml', 'policycheck.catalogue.schema'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_every_part_of_the_schema_is_explained_and_no_object_is_open() -> None:
    waiting: list[Any] = [load_schema(PROFILE)]
    closed = 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("properties"), dict):
                assert value["additionalProperties"] is False
                assert list(value["patternProperties"]) == ["^x-"]
                closed += 1
                for part in value["properties"].values():
                    assert all((part["title"], part["description"], part["examples"]))
            waiting.extend(child for name, child in value.items() if name != "examples")
        elif isinstance(value, list):
            waiting.extend(value)
    assert closed == 4


def test_the_examples_of_the_schema_are_right() -> None:
    schema = load_schema(PROFILE)
    for example in schema["examples"]:
        assert list(errors(validator(PROFILE), example)) == []
    for name, part in schema["properties"].items():
        for value in part["examples"]:
            document = {**BASE, name: value}
            assert list(errors(validator(PROFILE), document)) == []
