from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from policycheck.catalogue.entries import Catalogue, Category, Item, Use
from policycheck.catalogue.names import parse_template
from policycheck.matching.explanation import Explanation, explain
from policycheck.model.finding import Location
from policycheck.model.legal import ConsentNeed
from policycheck.model.lifetime import parse_retention
from policycheck.model.storage import SetBy, StorageKind

COOKIE, LOCAL = StorageKind.COOKIE, StorageKind.LOCAL_STORAGE
NECESSARY = Category("necessary", {"en": "Necessary"}, ConsentNeed.NOT_REQUIRED)


def item(name: str, kind: StorageKind = COOKIE, **more: Any) -> Item:
    use = Use(NECESSARY, {"en": "x"})
    pattern = parse_template(name, {}, {})
    return Item(name, kind, pattern, (use,), parse_retention("session"), location=Location("c.yaml", 1), **more)


def catalogue(*items: Item) -> Catalogue:
    return Catalogue("c", "1", items)


def told(found: Explanation) -> tuple[str | None, Sequence[tuple[str, str]]]:
    return (found.item.name if found.item else None, [(miss.item.name, miss.reason) for miss in found.near])


def test_the_winner_and_those_that_match_and_lose() -> None:
    entries = catalogue(item("*"), item("ab*"), item("a*"))

    assert told(explain(entries, "abc", COOKIE)) == (
        "ab*",
        [("a*", "matches too, but 'ab*' is more specific"), ("*", "matches too, but 'ab*' is more specific")],
    )


def test_equal_names_are_decided_by_what_narrows_them_else_by_order() -> None:
    narrow, wide = item("a", hosts=("a.example",)), item("a")
    found = explain(catalogue(wide, narrow), "a", COOKIE, host="a.example")

    assert found.item is narrow
    assert [(miss.item, miss.reason) for miss in found.near] == [
        (wide, "matches too, but 'a' is narrower or comes first")
    ]


def test_an_entry_for_another_host_says_so() -> None:
    narrow, wide = item("a", hosts=("a.example",)), item("a")
    found = explain(catalogue(narrow, wide), "a", COOKIE, host="b.example")

    assert found.item is wide
    assert [(miss.item, miss.reason) for miss in found.near] == [(narrow, "declared for a.example only")]


def test_another_kind_is_near_with_a_match_and_without() -> None:
    entries = catalogue(item("a"), item("a", LOCAL), item("b", LOCAL))

    assert told(explain(entries, "a", COOKIE)) == ("a", [("a", "declared for localStorage")])
    assert told(explain(entries, "b", COOKIE)) == (None, [("b", "declared for localStorage")])


def test_a_name_like_another_is_near() -> None:
    found = explain(catalogue(item("session")), "sessoin", COOKIE)

    assert found.item is None
    assert [miss.item.name for miss in found.near] == ["session"]
    assert found.near[0].reason


def test_nothing_near() -> None:
    assert explain(catalogue(item("session")), "zzzzzzzz", COOKIE) == Explanation(None, ())


@pytest.mark.parametrize(
    ("kind", "declared", "asked", "matches"),
    [
        (COOKIE, SetBy.SERVER, None, True),
        (COOKIE, SetBy.SCRIPT, None, True),
        (COOKIE, SetBy.SCRIPT, SetBy.SERVER, False),
        (COOKIE, SetBy.SCRIPT, SetBy.SCRIPT, True),
        (LOCAL, SetBy.SCRIPT, None, True),
        (LOCAL, SetBy.SERVER, None, True),
        (LOCAL, SetBy.SERVER, SetBy.SCRIPT, False),
    ],
)
def test_who_sets_it_is_open_unless_said(
    kind: StorageKind, declared: SetBy, asked: SetBy | None, matches: bool
) -> None:
    found = explain(catalogue(item("a", kind, set_by=declared)), "a", kind, set_by=asked)

    assert (found.item is not None) is matches


@pytest.mark.parametrize(("kind", "usual"), [(COOKIE, SetBy.SERVER), (LOCAL, SetBy.SCRIPT)])
def test_of_two_writers_the_usual_one_of_the_kind_is_meant(kind: StorageKind, usual: SetBy) -> None:
    entries = catalogue(item("a", kind, set_by=SetBy.SCRIPT), item("a", kind, set_by=SetBy.SERVER))

    found = explain(entries, "a", kind)

    assert found.item is not None
    assert found.item.set_by is usual
    other = SetBy.SCRIPT if usual is SetBy.SERVER else SetBy.SERVER
    assert [miss.reason for miss in found.near] == [f"declared as set by a {other.value}, was set by a {usual.value}"]


def test_those_that_lose_are_judged_by_the_writer_of_the_one_that_wins() -> None:
    entries = catalogue(item("a", set_by=SetBy.SCRIPT), item("a*", set_by=SetBy.SCRIPT))

    assert told(explain(entries, "a", COOKIE)) == ("a", [("a*", "matches too, but 'a' is more specific")])


def test_what_no_writer_matches_is_explained_for_the_usual_one() -> None:
    found = explain(catalogue(item("a", hosts=("a.example",), set_by=SetBy.SCRIPT)), "a", COOKIE, host="b.example")

    assert told(found) == (None, [("a", "declared as set by a script, was set by a server")])
