"""Comparing two catalogues: what is told of each kind of change, and what holds of every pair of catalogues."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import policycheck
from policycheck.catalogue.diffing import CatalogueDiff, ChangeKind, Difference, diff_catalogues
from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.loading import load_catalogue
from policycheck.engine.settings import Settings
from policycheck.model.consent import UNSET
from policycheck.model.finding import Severity
from policycheck.testing import strategies as pst
from policycheck.testing.strategies.loaded import load_document

BASE: dict[str, Any] = {
    "catalogue": 1,
    "id": "shop",
    "version": "1",
    "features": {"chat": {"title": "Chat", "default": "off"}},
    "categories": {"ads": {"title": {"en": "Ads"}, "consent": "required"}},
    "providers": {
        "acme": {"name": "Acme", "hosts": ["*.acme.example"], "mustNotContain": ["ipAddress", "emailAddress"]}
    },
    "placeholders": {"KEY": {"pattern": "[0-9a-f]{4}"}},
    "items": [
        {"name": "sid", "kind": "cookie", "category": "necessary", "retention": "session",
         "attributes": {"secure": True, "httpOnly": True, "sameSite": "Lax"}},
        {"name": "_ga", "kind": "cookie", "category": "analytics", "retention": "6 months", "provider": "acme"},
        {"name": "_ad_<KEY>", "kind": "localStorage", "category": "ads", "retention": "persistent"},
        {"name": "talk", "kind": "localStorage", "retention": "persistent",
         "uses": [{"category": "marketing", "feature": "chat"}]},
    ],
}  # fmt: skip


def load(document: dict[str, Any]) -> Catalogue:
    return load_document(document)


def changed(*path: str | int, to: Any = None) -> CatalogueDiff:
    """The diff after one place of BASE was given another value, or was left out."""
    document = copy.deepcopy(BASE)
    holder: Any = document
    for key in path[:-1]:
        holder = holder[key]
    if to is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = to
    return diff_catalogues(load(BASE), load(document))


def told(found: CatalogueDiff) -> list[tuple[str, str, list[str]]]:
    return [(entry.kind.value, entry.subject, [change.field for change in entry.fields]) for entry in found.differences]


@pytest.mark.parametrize(
    ("path", "to", "kind", "subject", "field"),
    [
        (("items", 1, "retention"), "7 months", "weakened", "cookie:_ga", "retention"),
        (("items", 1, "retention"), "P5M", "strengthened", "cookie:_ga", "retention"),
        (("items", 1, "category"), "necessary", "weakened", "cookie:_ga", "category"),
        (("items", 1, "category"), "marketing", "weakened", "cookie:_ga", "category"),
        (("items", 1, "exemption"), "security", "weakened", "cookie:_ga", "exemption"),
        (("items", 1, "purpose"), {"en": "Counts."}, "changed", "cookie:_ga", "purpose"),
        (("items", 1, "provider"), None, "weakened", "cookie:_ga", "provider"),
        (("items", 1, "refresh"), False, "strengthened", "cookie:_ga", "refresh"),
        (("items", 1, "party"), "first", "strengthened", "cookie:_ga", "party"),
        (("items", 1, "hosts"), ["shop.example"], "strengthened", "cookie:_ga", "hosts"),
        (("items", 1, "value"), {"pattern": "[0-9]+"}, "strengthened", "cookie:_ga", "value.pattern"),
        (("items", 1, "value"), {"mayContain": ["phoneNumber"]}, "weakened", "cookie:_ga", "value.mayContain"),
        (("items", 0, "attributes", "secure"), None, "weakened", "cookie:sid", "attributes.secure"),
        (("items", 0, "attributes", "httpOnly"), False, "weakened", "cookie:sid", "attributes.httpOnly"),
        (("items", 0, "attributes", "sameSite"), "Strict", "strengthened", "cookie:sid", "attributes.sameSite"),
        (("items", 0, "attributes", "sameSite"), "None", "weakened", "cookie:sid", "attributes.sameSite"),
        (("items", 0, "attributes", "prefix"), "__Host-", "strengthened", "cookie:sid", "attributes.prefix"),
        (("items", 0, "path"), "/account", "strengthened", "cookie:sid", "attributes.path"),
        (("items", 3, "uses", 0, "feature"), None, "weakened", "localStorage:talk", "feature"),
        (("items", 2, "kind"), "web", "weakened", "web:_ad_<KEY>", "kind"),
        (("categories", "ads", "consent"), "notRequired", "weakened", "category:ads", "consent"),
        (("categories", "ads", "title"), {"en": "Adverts"}, "changed", "category:ads", "title"),
        (("features", "chat", "default"), "on", "weakened", "feature:chat", "default"),
        (("providers", "acme", "mustNotContain"), ["ipAddress"], "weakened", "provider:acme", "mustNotContain"),
        (("providers", "acme", "hosts"), ["a.acme.example"], "strengthened", "provider:acme", "hosts"),
        (("providers", "acme", "hosts"), ["*.acme.example", "b.example"], "weakened", "provider:acme", "hosts"),
        (("providers", "acme", "categories"), ["necessary"], "weakened", "provider:acme", "categories"),
        (("providers", "acme", "country"), "CZ", "changed", "provider:acme", "country"),
        (("placeholders", "KEY", "pattern"), "[0-9a-f]{4,8}", "weakened", "placeholder:KEY", "pattern"),
        (("placeholders", "KEY", "pattern"), "[0-9]{4}", "strengthened", "placeholder:KEY", "pattern"),
        (("bindings",), {"KEY": "00ff"}, "strengthened", "placeholder:KEY", "binding"),
        (("consent",), {"validity": "1 year"}, "strengthened", "consent", "validity"),
        (("consent",), {"grace": "1 day"}, "weakened", "consent", "grace"),
        (("statements",), {"chat": "We listen."}, "added", "statement:chat", "text"),
        (("title",), "Shop", "changed", "catalogue", "title"),
    ],
)  # fmt: skip
def test_one_change_is_one_difference(
    path: tuple[str | int, ...], to: Any, kind: str, subject: str, field: str
) -> None:
    assert told(changed(*path, to=to)) == [(kind, subject, [field])]


def test_a_category_is_told_once_with_its_entries() -> None:
    (found,) = changed("categories", "ads", "consent", to="notRequired").differences
    assert found.items == ("localStorage:_ad_<KEY>",)
    assert found.fields[0].reason == "its entries need no consent any more"


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("items", 1, "retention"), "P6M"),
        (("items", 2, "name"), "_ad_<OTHER>"),
        (("version",), "2"),
        (("items", 1, "examples"), ["_ga"]),
        (("items", 1, "x-ticket"), "12"),
        (("placeholders", "KEY"), {"pattern": "[a-f0-9]{4}", "title": "Key"}),
        (("categories", "marketing"), {"consent": "required", "legalBasis": "consent"}),
    ],
)
def test_what_means_the_same_weakens_nothing(path: tuple[str | int, ...], to: Any) -> None:
    document = copy.deepcopy(BASE)
    document["placeholders"]["OTHER"] = {"pattern": "([0-9]|[a-f]){4}"}
    old = load(document)
    document = copy.deepcopy(document)
    holder: Any = document
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = to
    found = diff_catalogues(old, load(document))
    assert {entry.kind for entry in found.differences} <= {ChangeKind.CHANGED}
    assert [change.field for entry in found.differences for change in entry.fields] in ([], ["name"])


def test_order_makes_no_difference() -> None:
    document = {key: BASE[key] for key in reversed(BASE)}
    document["items"] = [{key: item[key] for key in reversed(item)} for item in reversed(BASE["items"])]
    assert diff_catalogues(load(BASE), load(document)).differences == ()


def with_items(*items: dict[str, Any]) -> Catalogue:
    return load({"catalogue": 1, "items": [{"kind": "cookie", "category": "analytics", **item} for item in items]})


WIDE = {"name": "_ga*", "retention": "2 years"}
CLOSE = {"name": "_ga_x", "retention": "1 day"}


def test_a_removed_entry_whose_names_fall_to_a_looser_one_weakens() -> None:
    found = diff_catalogues(with_items(WIDE, CLOSE), with_items(WIDE))
    assert told(found) == [("weakened", "cookie:_ga_x", ["retention"]), ("removed", "cookie:_ga_x", ["category", "retention"])]  # fmt: skip
    assert found.differences[0].taken_by == "cookie:_ga*"


def test_that_weakening_is_real() -> None:
    header = "_ga_x=1; Max-Age=31536000; Path=/; Secure"
    exchange = policycheck.HttpExchange("GET", "https://shop.example/", 200, (header,), pst.SENT_DATE, "test")
    granted = Settings(cache=False, consent=UNSET.grant())
    assert _rejected(exchange, with_items(WIDE, CLOSE), granted)
    assert _rejected(exchange, with_items(WIDE), granted) == []


def test_an_added_entry_that_is_stricter_than_what_stood_for_its_names_strengthens() -> None:
    found = diff_catalogues(with_items(WIDE), with_items(WIDE, CLOSE))
    assert [(entry.kind, entry.subject, entry.taken_by) for entry in found.differences] == [
        (ChangeKind.ADDED, "cookie:_ga_x", None),
        (ChangeKind.STRENGTHENED, "cookie:_ga*", "cookie:_ga_x"),
    ]


def test_an_entry_behind_a_closer_one_takes_nothing_over() -> None:
    anything = {"name": "*", "retention": "persistent"}
    middle = {"name": "_ga*", "retention": "1 day"}
    found = diff_catalogues(with_items(anything, middle, CLOSE), with_items(anything, middle))
    assert [entry.kind for entry in found.differences] == [ChangeKind.REMOVED]


def test_an_entry_that_became_a_family_is_the_same_entry() -> None:
    found = diff_catalogues(with_items(CLOSE), with_items({**CLOSE, "name": "_ga_*"}))
    assert told(found) == [("weakened", "cookie:_ga_*", ["name"])]


def test_weakenings_come_first_and_places_are_told(tmp_path: Any) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    item = "  - {name: %s, kind: cookie, category: analytics, retention: %s}\n"
    old.write_text("catalogue: 1\nitems:\n" + item % ("a", "2 days") + item % ("b", "1 day"))
    new.write_text("catalogue: 1\nitems:\n\n" + item % ("a", "1 day") + item % ("b", "2 days"))
    first, second = diff_catalogues(load_catalogue(old), load_catalogue(new)).differences
    assert (first.subject, first.kind, second.kind) == ("cookie:b", ChangeKind.WEAKENED, ChangeKind.STRENGTHENED)
    assert first.old is not None
    assert first.new is not None
    assert (first.old.file, first.old.line, first.new.line) == (str(old), 4, 5)


@st.composite
def edits(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A catalogue, and what a few edits make of it."""
    old = draw(pst.catalogue_documents(min_items=1, max_items=3, kinds=["cookie", "localStorage"]))
    new = copy.deepcopy(old)
    for _ in range(draw(st.integers(1, 2))):
        edit = draw(st.sampled_from([edit_item, edit_item, edit_list, edit_part]))
        edit(draw, new)
    return old, new


def edit_item(draw: st.DrawFn, document: dict[str, Any]) -> None:
    if not document["items"]:
        return
    item = draw(st.sampled_from(document["items"]))
    other = draw(pst.catalogue_documents(min_items=1, max_items=1, kinds=["cookie", "localStorage"]))["items"][0]
    what = draw(st.sampled_from(["retention", "use", "attributes", "rest"]))
    if what == "retention":
        item["retention"] = draw(st.sampled_from(["1 day", "6 months", "2 years"]))
    elif what == "use":
        for field in ("category", "uses", "purpose", "feature", "exemption", "legalBasis"):
            item.pop(field, None)
        item["category"] = draw(st.sampled_from(["necessary", "analytics", "marketing"]))
    elif what == "attributes" and item["kind"] == "cookie" and "prefix" not in item.get("attributes", {}):
        item["attributes"] = {"secure": draw(st.booleans()), "httpOnly": draw(st.booleans())}
    elif what == "rest":
        for field in draw(st.sets(st.sampled_from(["sensitive", "refresh", "transient", "party", "value", "hosts"]))):
            item.pop(field, None)
            item.update({field: other[field]} if field in other else {})


def edit_list(draw: st.DrawFn, document: dict[str, Any]) -> None:
    items = document["items"]
    item = draw(st.sampled_from(items)) if items else {"kind": "cookie", "name": "new"}
    if items and draw(st.booleans()):
        items.remove(item)
        return
    head = str(item.get("name") or item["regex"]).partition("_")[0]
    rest = {"category": "analytics", "retention": draw(st.sampled_from(["1 day", "persistent"]))}
    items.append({"name": f"{head}_*", "kind": item["kind"], **rest})


def edit_part(draw: st.DrawFn, document: dict[str, Any]) -> None:
    if "features" in document and draw(st.booleans()):
        document["features"]["smart"]["default"] = draw(st.sampled_from(["on", "off"]))
    elif "KEY" in document.get("placeholders", {}):
        document.pop("bindings", None)
        document["placeholders"]["KEY"]["pattern"] = draw(st.sampled_from(["[0-9a-f]+", "[0-9a-z]{2,8}"]))
    else:
        document["categories"] = {**document.get("categories", {}), "analytics": {"consent": "notRequired"}}


def mirror(entry: Difference) -> tuple[Any, ...]:
    """What the same difference must read like from the other side: compared without the order of keys."""
    places = (entry.subject, entry.taken_by) if entry.taken_by else (entry.subject.partition(":")[0],)
    fields = frozenset(
        (change.field, change.new, change.old, change.strengthens, change.weakens) for change in entry.fields
    )
    return (frozenset(places), entry.new, entry.old, fields)  # fmt: skip


def plain(entry: Difference) -> tuple[Any, ...]:
    places = (entry.subject, entry.taken_by) if entry.taken_by else (entry.subject.partition(":")[0],)
    fields = frozenset(
        (change.field, change.old, change.new, change.weakens, change.strengthens) for change in entry.fields
    )
    return (frozenset(places), entry.old, entry.new, fields)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(edits())
def test_every_diff_read_backwards_is_the_diff_of_the_reverse(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    old, new = map(load, pair)
    assert diff_catalogues(old, old).differences == ()
    there, back = diff_catalogues(old, new), diff_catalogues(new, old)
    assert {mirror(entry) for entry in there.differences} == {plain(entry) for entry in back.differences}
    assert there.counts[ChangeKind.ADDED] == back.counts[ChangeKind.REMOVED]
    assert there.counts[ChangeKind.CHANGED] == back.counts[ChangeKind.CHANGED]


@settings(max_examples=60, deadline=None)
@given(st.data(), edits())
def test_what_is_not_weakened_accepts_nothing_that_was_rejected(
    data: st.DataObject, pair: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    old, new = map(load, pair)
    if not _only_stricter(old, new):
        old, new = new, old
    assume(_only_stricter(old, new))
    exchange = data.draw(pst.http_exchanges(new))
    chosen = Settings(cache=False, consent=data.draw(pst.consent_states(("analytics", "marketing", "functional"))))
    if not _rejected(exchange, new, chosen):
        assert _rejected(exchange, old, chosen) == []


def _only_stricter(old: Catalogue, new: Catalogue) -> bool:
    counts = diff_catalogues(old, new).counts
    return not counts[ChangeKind.WEAKENED] and not counts[ChangeKind.ADDED]


def _rejected(exchange: policycheck.HttpExchange, catalogue: Catalogue, chosen: Settings) -> list[str]:
    """What rules hold against it; notes hold nothing, and a SameSite that differs may well be the stricter one."""
    report = policycheck.check([exchange], catalogue, chosen)
    return [
        found.headline for found in report.findings if found.severity is not Severity.NOTE and found.code != "ATT003"
    ]
