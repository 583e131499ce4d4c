"""A project's own profile: found, checked, told what is wrong with it, and used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.catalogue.schema import PROFILE, errors, validator
from policycheck.consent.profiles.building import build_profile
from policycheck.consent.profiles.loading import ProfileInvalid, load_profile, packaged_documents, profile_keys
from policycheck.engine.settings import read_settings
from policycheck.errors import ConfigurationError, UsageError
from policycheck.model.legal import Exemption
from policycheck.model.profile import Confidence, ConsentModel

BROKEN = Path(__file__).parent / "broken_profiles.yaml"
HEAD = 'profile = 1\nkey = "OURS"\ntitle = "Ours"\nversion = "1"\ndate = 2026-11-24\n'
FIGURE = 'citation = "Handbook"\nurl = "https://example.org/"\nconfidence = "A"\n'
Write = Callable[[Mapping[str, str]], None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.chdir(tmp_path)

    def write(written: Mapping[str, str]) -> None:
        for name, text in written.items():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(text, encoding="utf-8")

    return write


def _cases() -> list[Any]:
    cases: list[dict[str, Any]] = yaml.safe_load(BROKEN.read_text("utf-8"))
    return [pytest.param(case, id=case["name"]) for case in cases]


@pytest.mark.parametrize("case", _cases())
def test_every_problem_is_named_with_its_place(write: Write, case: dict[str, Any]) -> None:
    write(case["files"])

    with pytest.raises(ProfileInvalid) as raised:
        load_profile(next(iter(case["files"])))

    found = [
        {"says": str(problem).split("\n  fix: ")[0], **({"fix": problem.hint} if problem.hint else {})}
        for problem in raised.value.problems
    ]
    assert found == case["problems"]
    assert str(raised.value).startswith(case["problems"][0]["says"])


def test_there_are_many_broken_ones() -> None:
    assert len(_cases()) >= 25


def test_a_file_of_ones_own_extends_one_of_the_box(write: Write) -> None:
    write({"ours.toml": f'{HEAD}extends = "FR"\n[choiceKeptAtMost]\nlength = "1 year"\n{FIGURE}'})
    profile = load_profile("ours.toml")

    assert profile.choice_kept_at_most is not None
    assert (profile.choice_kept_at_most.length.text, profile.choice_kept_at_most.confidence) == ("1 year", Confidence.A)
    assert profile.choice_kept_at_least == load_profile("FR").choice_kept_at_least
    assert [limit.exemption for limit in profile.limits] == [Exemption.AUDIENCE_MEASUREMENT]
    assert (profile.key, profile.date, profile.extends) == ("OURS", "2026-11-24", "FR")


def test_a_file_extends_a_file_beside_it(write: Write) -> None:
    write(
        {
            "sites/shop/ours.toml": f'{HEAD}extends = "../company.toml"\n',
            "sites/company.toml": f'{HEAD}extends = "US"\nmodel = "optIn"\nx-ticket = "12"\n',
        }
    )
    profile = load_profile("./ours.toml", Path("sites/shop").absolute())

    assert profile.model is ConsentModel.OPT_IN
    assert profile.gpc == load_profile("US").gpc


def test_a_file_is_read_anew_each_time(write: Write) -> None:
    write({"ours.toml": HEAD})
    first = load_profile("ours.toml")
    write({"ours.toml": HEAD.replace('"Ours"', '"New"')})

    assert (first.title, load_profile("ours.toml").title) == ("Ours", "New")


def test_a_file_that_is_not_there(write: Write) -> None:
    write({"profiles/ours.toml": HEAD})

    with pytest.raises(UsageError, match=r"^there is no file profiles/our.toml; did you mean 'profiles/ours.toml'\?$"):
        load_profile("profiles/our.toml")
    with pytest.raises(UsageError, match=r"^there is no file ./nowhere/our.toml$"):
        load_profile("./nowhere/our.toml")
    with pytest.raises(UsageError, match="cannot be read"):
        load_profile("./profiles")
    with pytest.raises(UsageError, match="cannot be read"):
        load_profile("a\0.toml")


def test_the_settings_name_it_from_their_folder(write: Write, tmp_path: Path) -> None:
    write(
        {
            "site/policycheck.toml": '\nprofile = "./profiles/ours.toml"\n',
            "site/profiles/ours.toml": HEAD,
        }
    )
    found = read_settings(tmp_path / "site/policycheck.toml")

    assert found is not None
    assert found.profile is not None
    assert found.profile.key == "OURS"


def test_the_settings_say_what_is_wrong_with_it_once(write: Write, tmp_path: Path) -> None:
    write({"policycheck.toml": '\nprofile = "ours.toml"\n', "ours.toml": HEAD.replace("title", "titel")})
    with pytest.raises(ConfigurationError) as broken:
        read_settings(tmp_path / "policycheck.toml")
    write({"policycheck.toml": '\nprofile = "our.toml"\n'})
    with pytest.raises(ConfigurationError) as missing:
        read_settings(tmp_path / "policycheck.toml")

    assert str(broken.value) == ("ours.toml:3:1: /titel: 'titel' is not a field of the profile; did you mean 'title'?")
    assert str(missing.value) == (
        "policycheck.toml:2:11: profile: there is no file our.toml; did you mean 'ours.toml'?"
    )


TEXT = st.sampled_from(["x", "", "https://a.example", "optIn", "A", "2026-02-31", "6 months", "0 days", "1 day", "é"])
EXACT: dict[str, Any] = {
    "profile": 1,
    "key": "OURS",
    "title": "t",
    "version": "1",
    "date": "2026-11-24",
    "extends": "FR",
    "model": "optOut",
    "preview": True,
    "notes": ["n"],
    "limits": [{"exemption": "security", "longest": "1 day", "citation": "c", "url": "http://a", "confidence": "C"}],
    "choiceKeptAtLeast": {
        "length": "6 months",
        "citation": "c",
        "url": "http://a",
        "confidence": "B",
        "note": "n",
        "choice": "refusal",
    },
    "choiceKeptAtMost": {"length": "90 weeks", "citation": "c", "url": "http://a", "confidence": "A", "x-a": 1},
    "gpc": {"categories": ["ads", "b"], "citation": "c", "url": "http://a", "confidence": "A"},
    "x-own": {"anything": [1]},
}
ANYTHING = st.one_of(
    TEXT, st.integers(-1, 2), st.booleans(), st.none(), st.just({}), st.just([]), st.text(max_size=12),
    st.from_regex(r"[0-9]{1,10} (second|minute|hour|day|week|month|year|fortnight)s?", fullmatch=True),
)  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """The full document with fields left out, and now and then one changed, at either depth."""
    required = {"profile", "key", "title", "version", "date"}
    kept = {name: value for name, value in EXACT.items() if name in required or draw(st.booleans())}
    for _ in range(draw(st.integers(0, 2))):
        name = draw(st.sampled_from(sorted(kept)))
        value = kept[name]
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict) and inner and draw(st.booleans()):
            changed = {**inner, draw(st.sampled_from(sorted(inner))): draw(ANYTHING)}
            kept[name] = [changed] if isinstance(value, list) else changed
        else:
            kept[name] = draw(ANYTHING)
    return kept


@settings(max_examples=300, deadline=None)
@given(documents())
def test_what_the_schema_accepts_loads(document: dict[str, Any]) -> None:
    if next(errors(validator(PROFILE), document), None) is not None:
        return
    base = document.get("extends")
    known = base in profile_keys()
    profile = build_profile([*(packaged_documents(base) if base and known else ()), document])

    assert profile.key == document["key"]
    assert profile.preview is document.get("preview", False)
    assert profile.notes[len(profile.notes) - len(document.get("notes", ())) :] == tuple(document.get("notes", ()))


def test_the_full_document_is_accepted_and_uses_every_field() -> None:
    from policycheck.catalogue.schema import load_schema

    assert list(errors(validator(PROFILE), EXACT)) == []
    assert set(load_schema(PROFILE)["properties"]) <= set(EXACT)
