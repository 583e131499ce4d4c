"""Matching: the most specific entry that speaks of the observation, and why the others do not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.loading import load_catalogue
from policycheck.matching import match, near_misses
from policycheck.matching.match import NEAREST, narrowing
from policycheck.model.observation import Observation
from policycheck.model.storage import SetBy, StorageKind

COOKIE, LOCAL, SESSION = StorageKind.COOKIE, StorageKind.LOCAL_STORAGE, StorageKind.SESSION_STORAGE


def catalogue_of(*items: dict[str, Any], **rest: Any) -> Catalogue:
    common = {"kind": "cookie", "category": "necessary", "retention": "session"}
    document = {"catalogue": 1, "id": "t", "version": "1", "items": [{**common, **item} for item in items], **rest}
    return load_catalogue("catalogue.json", opener=lambda location: json.dumps(document).encode())


def pointer_of(catalogue: Catalogue, observation: Observation) -> str | None:
    item = match(catalogue, observation).item
    return item.location.pointer if item else None


def seen(name: str, kind: StorageKind = COOKIE, **rest: Any) -> Observation:
    return Observation(kind, name, **rest)


def test_exact_before_template_before_wider_template() -> None:
    catalogue = catalogue_of({"name": "*"}, {"name": "ssupp*"}, {"name": "ssupp.vid"})
    assert [pointer_of(catalogue, seen(name)) for name in ("ssupp.vid", "ssupp.x", "x")] == [
        "/items/2",
        "/items/1",
        "/items/0",
    ]


def test_a_bound_placeholder_is_named_where_it_alone_is_in_the_way() -> None:
    items = [{"name": "c_<KEY>"}, {"name": "c_<KEY>_<REST>"}, {"name": "c_<OTHER>x"}, {"regex": "c_.<KEY>"}]
    bindings = {"KEY": "0123", "REST": "end"}
    patterns = {"KEY": {"pattern": "[0-9]{4}"}, "REST": {}, "OTHER": {}}
    catalogue = catalogue_of(*items, placeholders=patterns, bindings=bindings)

    def reasons(name: str) -> list[tuple[str, str]]:
        return [(miss.item.name, miss.reason) for miss in near_misses(catalogue, seen(name))]

    assert reasons("c_4567")[0] == ("c_<KEY>", "<KEY> is bound to another value")
    assert reasons("c_4567_tail")[0] == ("c_<KEY>_<REST>", "<KEY> and <REST> are bound to another value")
    assert not [reason for _, reason in reasons("c_12") if "bound" in reason]
    assert not [reason for _, reason in reasons("c_0123") if "bound" in reason]


def test_without_bindings_nothing_is_said_of_them() -> None:
    catalogue = catalogue_of({"name": "c_<KEY>"}, placeholders={"KEY": {"pattern": "[0-9]{4}"}})
    assert all("bound" not in miss.reason for miss in near_misses(catalogue, seen("c_12")))


def test_match_carries_the_observation() -> None:
    observation = seen("x")
    assert match(catalogue_of(), observation).observation is observation
    assert match(catalogue_of({"name": "x"}), observation).observation is observation


@pytest.mark.parametrize(
    ("narrow", "observation", "wins"),
    [
        ({"setBy": "script"}, {"set_by": SetBy.SCRIPT}, True),
        ({"setBy": "script"}, {"set_by": SetBy.SERVER}, False),
        ({"setBy": "server"}, {"set_by": SetBy.SERVER}, True),
        ({"hosts": ["shop.example"]}, {"host": "shop.example"}, True),
        ({"hosts": ["Shop.Example"]}, {"host": "shop.example"}, True),
        ({"hosts": ["shop.example"]}, {"host": "www.shop.example"}, False),
        ({"hosts": ["*.shop.example"]}, {"host": "www.shop.example"}, True),
        ({"hosts": ["*.shop.example"]}, {"host": "a.b.shop.example"}, True),
        ({"hosts": ["*.shop.example"]}, {"host": "shop.example"}, False),
        ({"hosts": ["*.shop.example"]}, {"host": "myshop.example"}, False),
        ({"hosts": ["a.example", "b.example"]}, {"host": "b.example"}, True),
        ({"hosts": ["b\u00fccher.example"]}, {"host": "xn--bcher-kva.example"}, True),
        ({"hosts": ["shop.example"]}, {"host": None}, True),
        ({"partition": "https://a.example"}, {"partition_key": "https://a.example"}, True),
        ({"partition": "https://a.example"}, {"partition_key": "https://b.example"}, False),
        ({"partition": "https://a.example"}, {"partition_key": None}, False),
    ],
)
def test_a_narrowed_entry_wins_only_where_it_applies(
    narrow: dict[str, Any], observation: dict[str, Any], wins: bool
) -> None:
    catalogue = catalogue_of({"name": "i*"}, {"name": "id", **narrow})
    assert pointer_of(catalogue, seen("id", **observation)) == ("/items/1" if wins else "/items/0")
    alone = catalogue_of({"name": "id", **narrow})
    assert pointer_of(alone, seen("id", **observation)) == ("/items/0" if wins else None)


def test_of_equal_names_the_narrower_wins() -> None:
    catalogue = catalogue_of({"name": "id"}, {"name": "id", "hosts": ["a.example"]})
    assert pointer_of(catalogue, seen("id", host="a.example")) == "/items/1"
    assert pointer_of(catalogue, seen("id", host="b.example")) == "/items/0"


def test_of_two_narrowed_entries_the_one_that_applies() -> None:
    catalogue = catalogue_of({"name": "id", "hosts": ["a.example"]}, {"name": "id", "hosts": ["b.example"]})
    assert pointer_of(catalogue, seen("id", host="a.example")) == "/items/0"
    assert pointer_of(catalogue, seen("id", host="b.example")) == "/items/1"
    assert pointer_of(catalogue, seen("id", host="c.example")) is None


@pytest.mark.parametrize("kind", [kind for kind in StorageKind if kind is not StorageKind.WEB])
def test_an_entry_declares_its_own_kind_alone(kind: StorageKind) -> None:
    catalogue = catalogue_of({"name": "x", "kind": kind.value})
    for observed in StorageKind:
        if observed is not StorageKind.WEB:
            found = match(catalogue, seen("x", observed))
            assert (found.item is not None) is (observed is kind)
            assert (found.other_kind is not None) is (observed is not kind)


def test_web_declares_each_web_storage_and_no_cookie() -> None:
    catalogue = catalogue_of({"name": "x", "kind": "web"})
    assert match(catalogue, seen("x", LOCAL)).item is not None
    assert match(catalogue, seen("x", StorageKind.INDEXED_DB)).item is not None
    assert match(catalogue, seen("x", StorageKind.FILE_SYSTEM)).item is not None
    found = match(catalogue, seen("x"))
    assert found.item is None
    assert found.other_kind is not None
    assert found.other_kind.kind is StorageKind.WEB


def test_other_kind_is_not_looked_up_when_an_entry_matches() -> None:
    catalogue = catalogue_of({"name": "x"}, {"name": "x", "kind": "localStorage"})
    assert match(catalogue, seen("x")).other_kind is None


def test_other_kind_must_apply_and_must_name_something() -> None:
    narrowed = catalogue_of({"name": "x", "kind": "localStorage", "hosts": ["a.example"]})
    assert match(narrowed, seen("x", host="b.example")).other_kind is None
    assert match(narrowed, seen("x", host="a.example")).other_kind is not None
    any_name = catalogue_of({"name": "*", "kind": "localStorage"}, {"name": "x*", "kind": "sessionStorage"})
    other = match(any_name, seen("xy")).other_kind
    assert other is not None
    assert other.name == "x*"
    assert match(any_name, seen("y")).other_kind is None


def reasons(catalogue: Catalogue, observation: Observation) -> list[tuple[str, str]]:
    return [(miss.item.key, miss.reason) for miss in near_misses(catalogue, observation)]


def test_near_misses_in_order_of_what_is_missing() -> None:
    catalogue = catalogue_of(
        {"name": "cart1"},
        {"name": "cart", "kind": "sessionStorage"},
        {"name": "cart", "setBy": "script"},
    )
    assert reasons(catalogue, seen("cart")) == [
        ("cookie:cart", "declared as set by a script, was set by a server"),
        ("sessionStorage:cart", "declared for sessionStorage"),
        ("cookie:cart1", "needs '1' at the end"),
    ]


def test_near_misses_are_few() -> None:
    catalogue = catalogue_of(*({"name": f"cart{number}"} for number in range(9)))
    assert len(reasons(catalogue, seen("cart"))) == NEAREST == 3


def test_near_misses_name_the_declared_kind_once() -> None:
    catalogue = catalogue_of({"name": "cart", "kind": "web"})
    assert reasons(catalogue, seen("cart")) == [("web:cart", "declared for web")]


def test_what_matches_is_no_near_miss() -> None:
    catalogue = catalogue_of({"name": "cart"}, {"name": "c*"}, {"name": "cart", "kind": "web"})
    assert reasons(catalogue, seen("cart")) == [("web:cart", "declared for web")]
    assert [key for key, _ in reasons(catalogue, seen("cart", LOCAL))] == ["cookie:cart", "cookie:c*"]


def test_near_misses_of_an_empty_catalogue() -> None:
    assert near_misses(catalogue_of(), seen("x")) == ()


@pytest.mark.parametrize(
    ("narrow", "observation", "reason"),
    [
        ({}, {}, None),
        ({"setBy": "server"}, {"set_by": SetBy.SCRIPT}, "declared as set by a server, was set by a script"),
        ({"hosts": ["a.example", "b.example"]}, {"host": "c.example"}, "declared for a.example and b.example only"),
        ({"partition": "https://a.example"}, {}, "declared for the partition https://a.example only"),
        (
            {"setBy": "script", "hosts": ["a.example"]},
            {"host": "b.example"},
            "declared as set by a script, was set by a server",
        ),
        (
            {"hosts": ["a.example"], "partition": "https://a.example"},
            {"host": "b.example"},
            "declared for a.example only",
        ),
    ],
)
def test_narrowing(narrow: dict[str, Any], observation: dict[str, Any], reason: str | None) -> None:
    (item,) = catalogue_of({"name": "x", **narrow}).items
    assert narrowing(item, seen("x", **observation)) == reason


CATALOGUE = catalogue_of(
    {"name": "a*"},
    {"name": "ab<N>", "kind": "localStorage", "retention": "persistent"},
    {"name": "*", "kind": "web", "retention": "persistent", "setBy": "script"},
    {"regex": "x[0-9]{2,}", "hosts": ["*.a.example"]},
    placeholders={"N": {"pattern": "[0-9]+"}},
)


@given(
    st.text(max_size=60),
    st.sampled_from([kind for kind in StorageKind if kind is not StorageKind.WEB]),
    st.one_of(st.none(), st.text(max_size=20)),
    st.sampled_from((*SetBy, None)),
)
@settings(max_examples=200, deadline=None)
def test_any_observation_is_matched_or_explained(
    name: str, kind: StorageKind, host: str | None, set_by: SetBy | None
) -> None:
    observation = Observation(kind, name, host=host, set_by=set_by)
    found = match(CATALOGUE, observation)
    if found.item is not None:
        assert found.item.pattern.matches(name)
        assert found.item.kind.accepts(kind)
        assert narrowing(found.item, observation) is None
    else:
        assert not any(
            item.kind.accepts(kind) and item.pattern.matches(name) and narrowing(item, observation) is None
            for item in CATALOGUE.items
        )
    assert len(near_misses(CATALOGUE, observation)) <= NEAREST


def test_a_binding_without_a_declared_placeholder_is_named_too() -> None:
    catalogue = catalogue_of({"name": "c_<KEY>"}, placeholders={"KEY": {}}).with_settings(bindings={"KEY": "0123"})
    undeclared = replace(catalogue, placeholders={})

    assert [miss.reason for miss in near_misses(undeclared, seen("c_77"))] == ["<KEY> is bound to another value"]


@pytest.mark.parametrize("declared", ["server", "script"])
def test_what_nobody_saw_being_written_meets_entries_of_either(declared: str) -> None:
    catalogue = catalogue_of({"name": "c", "setBy": declared})

    found = match(catalogue, Observation(StorageKind.COOKIE, "c", set_by=None)).item

    assert found is not None
    assert found.set_by == declared
