"""``policycheck profiles``: the list, one with its sources, one of a project's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policycheck.consent.profiles.loading import load_profile, profile_keys

Cli = Callable[..., Any]
HEAD = 'profile = 1\nkey = "OURS"\ntitle = "Ours"\nversion = "1"\ndate = 2026-11-24\n'
FIELDS = ["key", "title", "version", "date", "extends", "model", "preview", "limits", "choiceKeptAtLeast", "choiceKeptAtMost", "gpc", "notes"]  # fmt: skip


def test_all_are_listed_with_their_figures(cli: Cli) -> None:
    lines = [line.split("  ") for line in cli("profiles").out.splitlines()]

    assert [line[0] for line in lines] == list(profile_keys())
    assert [[cell.strip() for cell in line if cell.strip()] for line in lines if line[0] in {"EU", "FR"}] == [
        ["EU", "European Union", "optIn", "2026.1", "-"],
        [
            "FR",
            "France (CNIL)",
            "optIn",
            "2026.2",
            "exempt as audienceMeasurement: at most 13 months (A); a choice is kept: at least 6 months (B)",
        ],
    ]
    assert "Digital Omnibus proposal (preview, not law)" in cli("profiles").out


def test_all_as_json(cli: Cli) -> None:
    profiles = cli("profiles", "-f", "json").json

    assert [profile["key"] for profile in profiles] == list(profile_keys())
    assert all(list(profile) == FIELDS for profile in profiles)
    assert [profile for profile in profiles if profile["key"] == "US-CA"] == [
        cli("profiles", "US-CA", "-f", "json").json
    ]


def test_one_as_json(cli: Cli) -> None:
    document = cli("profiles", "FR", "--format", "json").json
    france = load_profile("FR")

    assert (document["model"], document["extends"], document["preview"]) == ("optIn", "EU", False)
    assert document["limits"] == [
        {
            "exemption": "audienceMeasurement",
            "longest": "13 months",
            "citation": france.limits[0].citation,
            "url": france.limits[0].url,
            "confidence": "A",
            "note": france.limits[0].note,
        }
    ]
    assert (document["choiceKeptAtLeast"]["length"], document["choiceKeptAtLeast"]["choice"]) == ("6 months", "any")
    assert (document["choiceKeptAtMost"], document["gpc"]) == (None, None)
    assert document["notes"] == list(france.notes)
    assert cli("profiles", "US", "-f", "json").json["gpc"]["categories"] == ["marketing"]


@pytest.mark.parametrize("key", profile_keys())
def test_one_with_every_figure_and_its_source(cli: Cli, key: str) -> None:
    result = cli("profiles", key)
    profile = load_profile(key)

    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"{key}  {profile.title}")
    single = (profile.choice_kept_at_least, profile.choice_kept_at_most, profile.gpc)
    for source in (*profile.limits, *(source for source in single if source is not None)):
        for text in (source.citation, source.url, f"confidence: {source.confidence.value}", source.note):
            assert text in result.out
    for note in profile.notes:
        assert f"  - {note}\n" in result.out


def test_one_in_plain_text(cli: Cli) -> None:
    assert cli("profiles", "ie").out.splitlines()[:10] == [
        "IE  Ireland (DPC)",
        "  version: 2026.1, sources looked at on 2026-11-24",
        "  model:   optIn",
        "  extends: EU",
        "",
        "a consent is kept: at most 6 months",
        "  citation:   DPC, guidance note on cookies and other tracking technologies, April 2020",
        "  url:        https://iabireland.ie/further-notes-on-dpc-guidance-and-report-on-cookies/",
        "  confidence: B",
        "  note:       A consent is reaffirmed every 6 months.",
    ]


@pytest.mark.parametrize(
    ("word", "near"), [("FRA", "; did you mean 'FR'?"), ("us-ka", "; did you mean 'US-CA'?"), ("X", "")]
)
def test_an_unknown_key(cli: Cli, word: str, near: str) -> None:
    result = cli("profiles", word)

    assert (result.code, result.out) == (2, "")
    assert result.err == (
        f"policycheck: error: no profile is called {word!r}{near}\n  all profiles: policycheck profiles\n"
    )


def test_a_file_of_ones_own(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(f'{HEAD}extends = "EU-OMNIBUS"\n', "utf-8")

    assert cli("profiles", "./ours.toml").out.startswith("OURS  Ours (preview, not law)\n")
    assert cli("profiles", "ours.toml", "-f", "json").json["extends"] == "EU-OMNIBUS"


def test_a_file_that_is_broken_or_not_there(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(f"{HEAD}modell = 1\n", "utf-8")
    broken, missing = cli("profiles", "ours.toml"), cli("profiles", "our.toml")

    assert (broken.code, missing.code) == (2, 2)
    assert broken.err == (
        "policycheck: error: ours.toml:6:1: /modell: 'modell' is not a field of the profile; did you mean 'model'?\n"
    )
    assert missing.err == "policycheck: error: there is no file our.toml; did you mean 'ours.toml'?\n"


def test_a_project_uses_a_file_of_its_own(shop: Cli, tmp_path: Path) -> None:
    """Its limit is looked at, and a broken one stops the check with its place."""
    settings = tmp_path / "policycheck.toml"
    settings.write_text(settings.read_text("utf-8") + 'profile = "./ours.toml"\n', "utf-8")
    limit = 'exemption = "strictlyNecessary"\nlongest = "1 day"\ncitation = "Handbook"\nurl = "http://a"\n'
    (tmp_path / "ours.toml").write_text(f'{HEAD}[[limits]]\n{limit}confidence = "A"\n', "utf-8")
    (tmp_path / "catalogue.yaml").write_text(
        (tmp_path / "catalogue.yaml").read_text("utf-8").replace("retention: session", "retention: 1 month"), "utf-8"
    )
    dump = b"HTTP/2 200\r\nset-cookie: session=x; Max-Age=90000; Path=/; Secure; HttpOnly; SameSite=Lax\r\n\r\n"
    found = shop("check", "-", "--url", "https://shop.example/", "--format", "json", stdin=dump)
    (tmp_path / "ours.toml").write_text(f"{HEAD}[[limits]]\n{limit}", "utf-8")
    broken = shop("check", "-", "--url", "https://shop.example/", stdin=dump)

    assert "RET007" in found.codes, found.out + found.err
    assert broken.code == 2
    assert broken.err == (
        'policycheck: error: ours.toml:6:1: /limits/0: the limit has no confidence\n  fix: add `confidence = "A"`\n'
    )


@pytest.mark.parametrize(("key", "said"), [("EU-OMNIBUS", True), ("EU", False)])
def test_a_run_under_a_preview_says_so(shop: Cli, tmp_path: Path, key: str, said: bool) -> None:
    settings = tmp_path / "policycheck.toml"
    settings.write_text(settings.read_text("utf-8") + f'profile = "{key}"\n', "utf-8")
    dump = b"HTTP/2 200\r\nset-cookie: session=x; Path=/; Secure; HttpOnly; SameSite=Lax\r\n\r\n"
    result = shop("check", "-", "--url", "https://shop.example/", stdin=dump)

    note = "the profile EU-OMNIBUS is a preview of what is not law: European Union, Digital Omnibus proposal\n"
    assert result.code == 0
    assert (note in result.out) is said
