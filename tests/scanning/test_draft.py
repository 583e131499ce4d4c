"""The start of a catalogue: what it says, and that it does not pass for one."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from policycheck.api import load_catalogue
from policycheck.catalogue.entries import Catalogue, Item
from policycheck.consent.signals.index import SignalIndex
from policycheck.consent.signals.registry import builtin_signals
from policycheck.drafting.sighting import Sighting
from policycheck.drafting.suggestions import Suggestions
from policycheck.model.lifetime import DAY, PERSISTENT, SESSION, Lifetime
from policycheck.model.observation import Initiator, Observation, Source
from policycheck.model.party import Party
from policycheck.model.request import SentRequest
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.scanning.draft import inventory_of, write_draft
from policycheck.scanning.plan import Phase
from policycheck.scanning.results import PhaseResult, Scan

START = "http://shop.localhost:8000/?token=secret"
TODAY = date(2026, 11, 24)
NOBODY = Suggestions((), SignalIndex(()))


def stored(name: str, kind: str = "cookie", lifetime: Lifetime | None = SESSION, **more: Any) -> Observation:
    told = {
        "source": Source("test", page="http://shop.localhost:8000/?q=1"),
        "host": "shop.localhost",
        "party": Party.FIRST,
    }
    return Observation(StorageKind(kind), name, value="a-secret-value", lifetime=lifetime, **{**told, **more})


def scan(*seen: Observation, phase: Phase = Phase.BEFORE, **more: Any) -> Scan:
    result = PhaseResult(phase, pages=[START], device=list(seen), whole=True)
    return Scan(START, [result], **more)


def draft(*seen: Observation, suggestions: Suggestions = NOBODY, **more: Any) -> str:
    return write_draft(scan(*seen, **more), suggestions, TODAY)


def entries(scan: Scan) -> list[Sighting]:
    return list(inventory_of(scan))


def loaded(text: str, folder: Path) -> Catalogue:
    """The draft as a person would leave it who knows one category only."""
    path = folder / "catalogue.yaml"
    text = re.sub(r"(?m)^    draft: recorded-.*\n", "", text)
    path.write_text(text.replace("category: TODO", "category: necessary").replace("provider: TODO\n", "provider: other\n")
                    .replace("\nitems:", "\nproviders: {other: {name: Other}}\nitems:", "provider: TODO" in text), "utf-8")  # fmt: skip
    return load_catalogue(path)


def only(text: str, folder: Path) -> Item:
    (item,) = loaded(text, folder).items
    return item


def test_a_draft_declares_nothing_before_a_person_has_gone_through_it(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.yaml"
    path.write_text(draft(stored("basket")), "utf-8")
    catalogue = load_catalogue(path)
    assert catalogue.items == ()
    (unread,) = catalogue.drafts
    assert (unread.key, unread.missing) == ("cookie:basket", ("category", "purpose"))


def test_once_it_was_gone_through_it_declares_what_was_seen(tmp_path: Path) -> None:
    text = draft(stored("basket"), stored("seen", "localStorage", PERSISTENT), stored("basket"))
    assert [(item.key, item.retention.text) for item in loaded(text, tmp_path).items] == [
        ("cookie:basket", "session"),
        ("localStorage:seen", "persistent"),
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (365 * DAY, "365 days"),
        (365 * DAY - 0.4, "365 days"),
        (365 * DAY + 0.4, "366 days"),
        (DAY, "1 day"),
        (DAY - 1.5, "1 day"),
        (DAY - 60, "1439 minutes"),
        (3_600, "1 hour"),
        (5_400, "90 minutes"),
        (61, "61 seconds"),
        (59.2, "1 minute"),
        (0.2, "1 second"),
    ],
)
def test_the_retention_is_never_shorter_than_what_was_seen(seconds: float, text: str, tmp_path: Path) -> None:
    item = only(draft(stored("a", lifetime=Lifetime(seconds))), tmp_path)
    assert item.retention.text == text
    assert (item.retention.max_seconds or 0) >= seconds


def test_of_several_lifetimes_the_longest_counts(tmp_path: Path) -> None:
    text = draft(*(stored("a", lifetime=lifetime) for lifetime in (Lifetime(60.0), Lifetime(2.0 * DAY), SESSION)))
    assert only(text, tmp_path).retention.text == "2 days"


@pytest.mark.parametrize(
    "name",
    ["_ga", "a b", "a: b", "#a", "a<b>", "a*", "a\\b", 'a"b', "null", "yes", "1", "-a", "ä", "😀", "a\x1b[2Jb", "a\nb: c",
     "a\u2028b", "a\x85b", "'", "{a}", "@a", "=", "a\tb", " a ", ""],
)  # fmt: skip
def test_the_item_stands_for_this_very_name_and_no_other(name: str, tmp_path: Path) -> None:
    item = only(draft(stored(name)), tmp_path)
    assert item.pattern.matches(name)
    assert not item.pattern.matches(f"{name}x")
    assert not item.pattern.matches("x")


def test_no_value_and_no_query_stands_in_a_draft() -> None:
    text = draft(stored("basket"))
    assert "secret" not in text
    assert "?q=1" not in text


def test_who_wrote_an_entry_and_on_which_pages() -> None:
    tag = Initiator("http://stats.localhost/tag.js?key=k", 3, Party.THIRD)
    pages = [
        stored("t", set_by=SetBy.SCRIPT, source=Source("test", page=f"http://shop.localhost/{number}", initiator=tag))
        for number in range(5)
    ]
    assert "written by stats.localhost/tag.js, line 3 (third party), on /0, /1, /2 and 2 more pages" in draft(*pages)
    own = Initiator("http://shop.localhost/?a=1", 9, Party.FIRST)
    source = Source("test", page="http://shop.localhost/?b=2", initiator=own)
    assert "written by a script in the page itself, on /" in draft(stored("t", set_by=SetBy.SCRIPT, source=source))
    assert "set by a response of shop.localhost, on /" in draft(stored("t"))


def test_storage_of_another_site_asks_for_its_provider(tmp_path: Path) -> None:
    text = draft(stored("uid", party=Party.THIRD, host="stats.localhost"))
    assert "storage of stats.localhost: another site" in text
    assert "provider: TODO" in text
    assert only(text, tmp_path).party is Party.THIRD


@pytest.mark.parametrize(
    "name",
    [
        "ph_phc_1a2b3c4d5e6f_posthog",
        "_ga_G4H7K2M9QX",
        "lead-123456",
        "0b7d1f9e-3a52-4f0e-9c7a-2f1e5a6b7c8d",
        "s_00ff00ff00",
    ],
)
def test_a_name_with_an_identifier_is_left_exact_and_remarked(name: str, tmp_path: Path) -> None:
    text = draft(stored(name))
    assert "TODO: the name seems to hold an identifier" in text
    assert only(text, tmp_path).name == name


@pytest.mark.parametrize(
    "name", ["_ga", "ajs_anonymous_id", "session-2", "cookieconsent_status", "csrftoken", "v2_settings"]
)
def test_other_names_are_not(name: str) -> None:
    assert "identifier" not in draft(stored(name))


def probe(*times: tuple[Operation, float, str]) -> bool:
    seen = [
        stored("p", operation=operation, time=time, source=Source("t", page=page)) for operation, time, page in times
    ]
    (entry,) = entries(scan(*seen))
    return entry.probe


def test_what_is_removed_at_once_is_transient() -> None:
    store, delete = Operation.STORE, Operation.DELETE
    assert probe((store, 0, "/"), (delete, 0.1, "/"), (store, 9, "/b"), (delete, 9.1, "/b"))
    assert not probe((store, 0, "/"))
    assert not probe((store, 0, "/"), (delete, 5, "/"))
    assert not probe((store, 0, "/"), (delete, 0.5, "/b"))
    assert not probe((store, 0, "/"), (store, 0.5, "/b"), (delete, 0.6, "/b"))
    assert "transient: true" in draft(stored("p"), stored("p", operation=delete))


def test_deletions_and_refused_cookies_are_no_entries() -> None:
    assert entries(scan(stored("gone", operation=Operation.DELETE))) == []
    assert "items: []" in draft()


def test_the_phases_in_which_it_was_stored() -> None:
    device = [stored("early"), stored("late"), stored("after")]
    result = PhaseResult(Phase.WITHDRAWN, device=device, opened=0, begin=2, end=3, whole=True)
    text = write_draft(Scan(START, [result]), NOBODY, TODAY)
    names = [line.split()[-1] for line in text.splitlines() if "- name: " in line]
    told = [line.strip().partition(";")[0] for line in text.splitlines() if "# stored" in line]
    assert dict(zip(names, told, strict=True)) == {
        "early": "# stored after grant", "late": "# stored after grant", "after": "# stored after withdrawal",
    }  # fmt: skip


def test_what_was_not_observed_stands_at_the_top() -> None:
    seen = scan(stored("a"))
    seen.phases.append(PhaseResult(Phase.REFUSED, not_observed="no button that refuses was found\n  fix: name it"))
    text = write_draft(seen, NOBODY, TODAY)
    assert "# not observed: after refusal: no button that refuses was found\n" in text
    assert "ended early" not in text
    assert "# the scan ended early: this is not all there is" in draft(stored("a"), interrupted=True)


def test_hosts_of_others_are_named_for_the_providers() -> None:
    seen = scan(stored("a"))
    seen.phases[0].requests = [
        SentRequest("http://x/?secret", host, party=party)
        for host, party in (
            ("stats.localhost", Party.THIRD), ("shop.localhost", Party.FIRST), ("cdn.localhost", Party.THIRD),
            ("stats.localhost", Party.THIRD), (None, None),
        )
    ]  # fmt: skip
    assert "asked, each for the hosts of a provider: stats.localhost, cdn.localhost" in write_draft(seen, NOBODY, TODAY)


@pytest.fixture(scope="module")
def packs() -> Suggestions:
    names = ("google-analytics", "flask", "starlette", "segment")
    return Suggestions([(name, load_catalogue(f"pack:{name}")) for name in names], SignalIndex(builtin_signals()))


def test_a_pack_suggests_category_provider_and_purpose(packs: Suggestions, tmp_path: Path) -> None:
    text = draft(stored("_ga", lifetime=Lifetime(30.0 * DAY)), suggestions=packs)
    item = only(text, tmp_path)
    assert item.categories == ("analytics",)
    assert item.provider is not None
    assert item.provider.name == "Google"
    assert item.retention.text == "30 days"
    assert "pack:google-analytics declares it: see whether it is that" in text
    assert 'extends: ["pack:google-analytics"]' in text


def test_several_packs_may_know_a_name(packs: Suggestions) -> None:
    text = draft(stored("session"), suggestions=packs)
    assert "pack:flask declares it, and so does pack:starlette" in text


def test_a_template_of_a_pack_is_named(packs: Suggestions, tmp_path: Path) -> None:
    text = draft(stored("_ga_G4H7K2M9QX"), suggestions=packs)
    assert "declares it as _ga_<" in text
    item = only(text, tmp_path)
    assert (item.name, item.examples) == ("_ga_<GA_CONTAINER>", ("_ga_G4H7K2M9QX",))


def test_the_record_of_a_choice_is_known(packs: Suggestions, tmp_path: Path) -> None:
    item = only(draft(stored("cc_cookie"), suggestions=packs), tmp_path)
    assert item.remembers_choice
    assert item.categories == ("necessary",)


def test_every_draft_of_a_pack_loads(packs: Suggestions, tmp_path: Path) -> None:
    names = ("_ga", "session", "ajs_anonymous_id", "cc_cookie", "mine")
    catalogue = loaded(draft(*map(stored, names), suggestions=packs), tmp_path)
    assert {item.name for item in catalogue.items} == set(names)
