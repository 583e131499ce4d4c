"""The draft itself: every name once, nothing that is not known said as known, and nothing that passes for reviewed."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policycheck.api import load_catalogue
from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.reading.yaml_text import read_yaml
from policycheck.consent.signals.index import SignalIndex
from policycheck.consent.signals.registry import builtin_signals
from policycheck.drafting.inventory import Inventory
from policycheck.drafting.recorded import draft_text, merge_into
from policycheck.drafting.suggestions import Suggestions
from policycheck.engine.project import Project
from policycheck.engine.settings import Settings
from policycheck.model.lifetime import PERSISTENT, SESSION, Lifetime
from policycheck.model.observation import Observation
from policycheck.model.party import Party
from policycheck.model.storage import SetBy, StorageKind
from policycheck.rules.registry import builtin_rules
from policycheck.testing import strategies as pst

from .conftest import NOBODY, TODAY, seen

PIECES = ["_", "-", ".", "cart", "id", "EU", "1", "42", "1001", "1002", "a1b2c3d4", "00ff00ff", "ABC123", "<", "*", "#"]
NAMES = st.lists(st.sampled_from([*PIECES, "é", "jane@example.com"]), max_size=4).map("".join)
KINDS = st.sampled_from([StorageKind.COOKIE, StorageKind.LOCAL_STORAGE])
LIFETIMES = st.sampled_from([SESSION, PERSISTENT, Lifetime(60.0), Lifetime(86_400.0 * 400), None])
SEEN = st.builds(
    Observation,
    kind=KINDS,
    name=NAMES,
    lifetime=LIFETIMES,
    party=st.sampled_from([Party.FIRST, Party.THIRD]),
    set_by=st.sampled_from(SetBy),
    host=st.just("shop.example"),
)


def inventory_of(observations: list[Observation]) -> Inventory:
    inventory = Inventory()
    inventory.see(observations)
    return inventory


def reviewed(text: str, folder: Path) -> Catalogue:
    """The draft as somebody would leave it who decides nothing well."""
    text = re.sub(r"(?m)^    draft: recorded-.*\n", "", text).replace("category: TODO", "category: necessary")
    text = text.replace("retention: TODO", "retention: session").replace("    provider: TODO\n", "")
    path = folder / "reviewed.yaml"
    path.write_text(text.replace("{en: TODO}", "{en: Something.}"), "utf-8")
    return load_catalogue(path)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(observations=st.lists(SEEN, max_size=12))
def test_each_name_that_was_seen_is_declared_by_one_entry(observations: list[Observation], tmp_path: Path) -> None:
    text, entries = draft_text(inventory_of(observations), NOBODY, ".yaml", TODAY, "shop")
    (tmp_path / "draft.yaml").write_text(text, "utf-8")
    draft = load_catalogue(tmp_path / "draft.yaml")
    assert (draft.items, len(draft.drafts)) == ((), len(entries))
    catalogue = reviewed(text, tmp_path)
    for observation in observations:
        assert len(catalogue.index[observation.kind].lookup_all(observation.name)) == 1
        assert "jane" not in text
    broken = [
        (rule.code, subject)
        for rule in builtin_rules()
        if rule.code in {"CAT001", "CAT002", "CAT003", "CAT010"} and rule.catalogue is not None
        for subject, _ in rule.catalogue(catalogue)
    ]
    assert broken == []


@settings(max_examples=25, deadline=None)
@given(observations=st.lists(SEEN, max_size=10), randomness=st.randoms())
def test_the_order_in_which_it_was_seen_changes_nothing(
    observations: list[Observation], randomness: random.Random
) -> None:
    shuffled = list(observations)
    randomness.shuffle(shuffled)
    one = draft_text(inventory_of(observations), NOBODY, ".yaml", TODAY, "shop")
    assert draft_text(inventory_of(shuffled), NOBODY, ".yaml", TODAY, "shop") == one


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    document=pst.catalogue_documents(),
    observations=st.lists(SEEN, min_size=1, max_size=6),
    style=st.sampled_from(["block", "flow", "json", "indented"]),
    more=st.lists(SEEN, max_size=4),
)
def test_recording_keeps_whatever_stands_in_the_file(
    document: dict[str, Any], observations: list[Observation], style: str, more: list[Observation], tmp_path: Path
) -> None:
    path = tmp_path / ("c.json" if style in {"json", "indented"} else "c.yaml")
    text = _spelt(document, style)
    path.write_text(text, "utf-8")
    project = Project(Settings(root=tmp_path))
    before = load_catalogue(path)
    recorded = merge_into(inventory_of(observations), path, project, NOBODY, TODAY)
    after, written = load_catalogue(path), path.read_text("utf-8")
    assert [item.name for item in after.items] == [item.name for item in before.items]
    assert len(after.drafts) == len(recorded.added)
    if style == "block":
        left = iter(written.splitlines())
        assert all(any(line == other for other in left) for line in text.splitlines() if line.strip() != "items: []")
    again = merge_into(inventory_of(observations), path, project, NOBODY, TODAY)
    assert (again.changed, path.read_text("utf-8")) == (False, written)
    merge_into(inventory_of([*observations, *more]), path, project, NOBODY, TODAY)
    grown = load_catalogue(path)
    for observation in (*observations, *more):
        known = grown.index[observation.kind].lookup_all(observation.name)
        assert known or grown.draft_of(observation.kind, observation.name)
    settled = path.read_text("utf-8")
    assert not merge_into(inventory_of([*more, *observations]), path, project, NOBODY, TODAY).changed
    assert path.read_text("utf-8") == settled


def _spelt(document: dict[str, Any], style: str) -> str:
    if style in {"json", "indented"}:
        return json.dumps(document, ensure_ascii=False, indent=3 if style == "indented" else None)
    text = yaml.safe_dump(
        document, allow_unicode=True, sort_keys=False, default_flow_style=style == "flow", width=10_000
    )
    text = str(text)
    # PyYAML spells by YAML 1.1; what 1.2 reads otherwise is left to the other spellings.
    return text if read_yaml(text, "c").data == document else json.dumps(document, ensure_ascii=False)


def test_attributes_are_asked_for_where_all_that_was_seen_had_them(tmp_path: Path) -> None:
    inventory = seen("a=1; Secure; HttpOnly; SameSite=Strict; Path=/cart", "b=1; Domain=shop.example; Path=/")
    inventory.merge(seen("a=2; Secure; SameSite=Lax; Path=/cart"))
    a, b = reviewed(draft_text(inventory, NOBODY, ".yaml", TODAY, "shop")[0], tmp_path).items
    assert (a.attributes.secure, a.attributes.http_only, a.attributes.same_site) == (True, None, None)
    assert (a.attributes.host_only, a.attributes.path) == (True, "/cart")
    assert b.attributes.host_only is None


def test_what_differs_among_names_that_are_one_is_said() -> None:
    text = draft_text(seen("k_1001=1; Secure; Max-Age=60", "k_1002=1; Max-Age=86400"), NOBODY, ".yaml", TODAY, "shop")[
        0
    ]
    assert "name: k_<NUMBER>" in text
    assert "retention: 1 day" in text
    assert "# TODO: Secure differs from one to the other" in text
    assert "# TODO: some of these names last 1 minute only" in text
    apart = draft_text(seen("k_1001=1", "k_1002=1; Max-Age=86400"), NOBODY, ".yaml", TODAY, "shop")[0]
    assert "name: k_1001" in apart
    assert apart.count("other names are like it but for an identifier") == 2


def test_what_was_seen_is_said_beside_the_entry() -> None:
    from policycheck.model.consent import UNSET

    inventory = seen("a=1")
    inventory.merge(seen("a=1", test="t::other", consent=UNSET.grant("analytics")))
    text = draft_text(inventory, NOBODY, ".yaml", TODAY, "shop")[0]
    flat = " ".join(text.replace("#", "").split())
    assert (
        "stored before choice, after grant of analytics; set by a response of shop.example, on /cart; "
        "in t::other and 1 more place"
    ) in flat
    assert "secret" not in text


@pytest.fixture(scope="module")
def packs() -> Suggestions:
    names = ("google-analytics", "flask", "starlette", "django")
    return Suggestions([(name, load_catalogue(f"pack:{name}")) for name in names], SignalIndex(builtin_signals()))


def test_the_template_of_a_pack_wins_over_a_guess(packs: Suggestions, tmp_path: Path) -> None:
    text, _ = draft_text(seen("_ga_G4H7K2M9QX=1; Max-Age=60", "_ga_Z1X2C3V4B5=1"), packs, ".yaml", TODAY, "shop")
    (item,) = reviewed(text, tmp_path).items
    assert (item.name, item.retention.text, item.categories) == ("_ga_<GA_CONTAINER>", "1 minute", ("analytics",))
    assert "suggested, confidence high: pack:google-analytics declares it as _ga_<GA_CONTAINER>" in text
    assert "which analytics does not allow" in text


def test_a_name_that_anybody_might_choose_is_suggested_with_less_confidence(packs: Suggestions) -> None:
    text, _ = draft_text(seen("session=1", "csrftoken=1", "cc_cookie=1"), packs, ".yaml", TODAY, "shop")
    assert "suggested, confidence medium: pack:flask declares it, and so does pack:starlette" in text
    assert "suggested, confidence high: a record of the visitor's choice" in text
    assert "Suggestions: 1 with high confidence, 2 with medium confidence." in text
    assert "remembersChoice: true" in text


def test_even_where_everything_is_suggested_a_draft_is_not_reviewed(packs: Suggestions, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(draft_text(seen("csrftoken=1"), packs, ".yaml", TODAY, "shop")[0], "utf-8")
    catalogue = load_catalogue(tmp_path / "c.yaml")
    assert (catalogue.items, catalogue.drafts[0].missing) == ((), ())


def test_a_category_that_a_pack_means_otherwise_is_remarked() -> None:
    pack = Suggestions([("smartsupp", load_catalogue("pack:smartsupp"))], SignalIndex(()))
    text, _ = draft_text(seen("ssupp.vid=1"), pack, ".yaml", TODAY, "shop")
    assert (
        "# TODO: functional needs no consent as pack:smartsupp means it, and does by default: extends the pack?" in text
    )
