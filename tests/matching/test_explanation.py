"""Explaining a name: who wins, who loses and why, who comes near."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.loading import load_catalogue
from policycheck.matching.explanation import Explanation, explain
from policycheck.model.storage import SetBy, StorageKind

COOKIE, LOCAL = StorageKind.COOKIE, StorageKind.LOCAL_STORAGE


def catalogue_of(*items: dict[str, Any]) -> Catalogue:
    common = {"kind": "cookie", "category": "necessary", "retention": "session"}
    document = {"catalogue": 1, "id": "t", "version": "1", "items": [{**common, **item} for item in items]}
    return load_catalogue("catalogue.json", opener=lambda location: json.dumps(document).encode())


def shown(found: Explanation) -> tuple[str | None, list[tuple[str, str]]]:
    near = [(f"{miss.item.key}@{miss.item.location.pointer[-1]}", miss.reason) for miss in found.near]
    return (f"{found.item.key}@{found.item.location.pointer[-1]}" if found.item else None), near


def test_the_winner_and_those_that_match_and_lose() -> None:
    catalogue = catalogue_of({"name": "*"}, {"name": "s*"}, {"name": "ss"}, {"name": "ss", "hosts": ["a.example"]})
    assert shown(explain(catalogue, "ss", COOKIE, host="b.example")) == (
        "cookie:ss@2",
        [
            ("cookie:ss@3", "declared for a.example only"),
            ("cookie:s*@1", "matches too, but 'ss' is more specific"),
            ("cookie:*@0", "matches too, but 'ss' is more specific"),
        ],
    )
    assert shown(explain(catalogue, "ss", COOKIE, host="a.example"))[1][0] == (
        "cookie:ss@2",
        "matches too, but 'ss' is narrower or comes first",
    )


def test_the_same_name_elsewhere_and_names_that_come_near() -> None:
    catalogue = catalogue_of({"name": "cart"}, {"name": "cart", "kind": "localStorage"}, {"name": "carts"})
    assert shown(explain(catalogue, "cart", COOKIE)) == (
        "cookie:cart@0",
        [("localStorage:cart@1", "declared for localStorage"), ("cookie:carts@2", "needs 's' at the end")],
    )
    assert shown(explain(catalogue, "cartz", COOKIE))[0] is None


def test_nothing_near() -> None:
    assert explain(catalogue_of(), "x", COOKIE) == Explanation(None, ())


@pytest.mark.parametrize("kind", [COOKIE, LOCAL])
@pytest.mark.parametrize("declared", ["server", "script"])
def test_who_sets_it_is_open_unless_asked(kind: StorageKind, declared: str) -> None:
    catalogue = catalogue_of({"name": "x", "kind": kind.value, "setBy": declared})
    assert explain(catalogue, "x", kind).item is not None
    assert explain(catalogue, "x", kind, set_by=SetBy(declared)).item is not None
    other = SetBy.SCRIPT if declared == "server" else SetBy.SERVER
    found = explain(catalogue, "x", kind, set_by=other)
    assert shown(found) == (
        None,
        [(f"{kind.value}:x@0", f"declared as set by a {declared}, was set by a {other.value}")],
    )


def test_the_usual_setter_comes_first() -> None:
    for kind, usual in ((COOKIE, "server"), (LOCAL, "script")):
        unusual = "script" if usual == "server" else "server"
        catalogue = catalogue_of(
            {"name": "x", "kind": kind.value, "setBy": unusual}, {"name": "x", "kind": kind.value, "setBy": usual}
        )
        assert shown(explain(catalogue, "x", kind)) == (
            f"{kind.value}:x@1",
            [(f"{kind.value}:x@0", f"declared as set by a {unusual}, was set by a {usual}")],
        )
