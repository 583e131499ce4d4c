"""Headers that obey are found without fault by the real rules; those that break a rule are found by that one alone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

import policycheck
from policycheck.catalogue.entries import Catalogue, Item
from policycheck.catalogue.packs import pack_names
from policycheck.engine.settings import Settings
from policycheck.errors import UsageError
from policycheck.model.consent import UNSET
from policycheck.testing import strategies as pst
from policycheck.testing.strategies.breaking import BREAKERS
from policycheck.testing.strategies.loaded import load_document

SETTINGS = Settings(cache=False, consent=UNSET.grant())


def found(catalogue: Catalogue, item: Item, header: str) -> set[str]:
    report = policycheck.check([pst.response(item, [header])], catalogue, SETTINGS)
    return {finding.code for finding in report.findings if finding.severity != "note"}


def one(**item: Any) -> tuple[Catalogue, Item]:
    base = {"name": "a", "kind": "cookie", "category": "necessary", "retention": "session"}
    if "regex" in item:
        del base["name"]
    catalogue = load_document({
        "catalogue": 1,
        "features": {"off": {"title": "Off", "default": "off"}},
        "items": [{**base, **item}],
    })  # fmt: skip
    return catalogue, catalogue.items[0]


@settings(max_examples=120, deadline=None)
@given(st.data(), pst.catalogues(min_items=1, max_items=3, kinds=["cookie"]))
def test_whatever_obeys_is_found_without_fault(data: st.DataObject, catalogue: Catalogue) -> None:
    item = data.draw(st.sampled_from(catalogue.items))
    assume(item.enabled)
    assert found(catalogue, item, data.draw(pst.set_cookie_headers(item))) == set()


@settings(max_examples=120, deadline=None)
@given(st.data(), pst.catalogues(min_items=1, max_items=3, kinds=["cookie"]))
def test_whatever_breaks_a_rule_is_found_by_that_rule_alone(data: st.DataObject, catalogue: Catalogue) -> None:
    item = data.draw(st.sampled_from(catalogue.items))
    assume(item.enabled)
    code = data.draw(st.sampled_from(sorted(pst.breakable_rules(item))))
    assert found(catalogue, item, data.draw(pst.set_cookie_headers(item, breaks=code, catalogue=catalogue))) == {code}


ALL = {
    "retention": "6 months",
    "sensitive": True,
    "attributes": {"sameSite": "Lax", "domain": "a.shop.example", "path": "/x"},
}


@pytest.mark.parametrize("code", sorted(BREAKERS))
def test_each_rule_can_be_broken(code: str) -> None:
    given_item = {"RET002": {}, "ATT004": {"name": "__Host-a"}}.get(code, ALL)
    catalogue, item = one(**given_item)

    @settings(max_examples=20, deadline=None, phases=[Phase.generate], database=None)
    @given(pst.set_cookie_headers(item, breaks=code))
    def check(header: str) -> None:
        assert found(catalogue, item, header) == {code}

    check()


@pytest.mark.parametrize(
    "codes",
    [
        {"RET001", "ATT001", "ATT002", "ATT003", "ATT005", "ATT007"},
        {"RET004", "ATT001", "ATT007"},
        ["INV001", "ATT001", "RET004", "ATT007"],
    ],
    ids=lambda codes: "+".join(sorted(codes)),
)
def test_several_rules_are_broken_at_once(codes: Collection[str]) -> None:
    catalogue, item = one(**ALL)

    @settings(max_examples=25, deadline=None, phases=[Phase.generate], database=None)
    @given(pst.set_cookie_headers(item, breaks=codes))
    def check(header: str) -> None:
        assert found(catalogue, item, header) == set(codes)

    check()


NARROWED: list[dict[str, Any]] = [
    {"name": "__Host-Http-*"},
    {"name": "*", "attributes": {"secure": False}},
    {"name": "b", "hosts": ["*.cdn.example.org"], "attributes": {"domain": "cdn.example.org"}},
    {"name": "b", "hosts": ["localhost", "127.0.0.1"]},
    {"name": "b", "partition": "https://portal.example"},
    {"name": "b", "partition": "https://portal.example", "hosts": ["embed.example"]},
    {"name": "b", "attributes": {"partitioned": True, "httpOnly": False}, "sensitive": True},
    {"name": "b", "retention": "999999999 years"},
    {"name": "b", "value": {"pattern": '"[0-9]{4},[0-9]+"'}},
    {"name": "b", "value": {"json": {"type": "array", "items": {"type": ["integer", "null"], "minimum": 3}}}},
    {"name": "b", "value": {"json": {"properties": {"n": {"type": "number", "maximum": 2}}, "required": ["n", "m"]}}},
    {
        "regex": "c[0-9]",
        "category": None,
        "uses": [
            {"category": "necessary", "value": {"json": {"type": "object", "properties": {"a": {"const": 1}}}}},
            {"category": "marketing", "feature": "off", "value": {"json": {"properties": {"b": {}}}}},
        ],
    },
]


@pytest.mark.parametrize("given_item", NARROWED, ids=str)
def test_what_is_asked_in_other_ways_is_met_and_broken(given_item: dict[str, Any]) -> None:
    given_item = dict(given_item)
    if given_item.get("category", "") is None:
        base = {key: value for key, value in given_item.items() if key != "category"}
        catalogue = load_document({
            "catalogue": 1,
            "features": {"off": {"title": "Off", "default": "off"}},
            "items": [{"kind": "cookie", "retention": "session", **base}],
        })  # fmt: skip
        item = catalogue.items[0]
    else:
        catalogue, item = one(**given_item)

    @settings(max_examples=6, deadline=None, phases=[Phase.generate], database=None)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        assert found(catalogue, item, data.draw(pst.set_cookie_headers(item))) == set()
        for code in sorted(pst.breakable_rules(item)):
            assert found(catalogue, item, data.draw(pst.set_cookie_headers(item, breaks=code))) == {code}

    check()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_cookies_of_the_packs_are_obeyed_and_broken(data: st.DataObject) -> None:
    catalogue = policycheck.load_catalogue(f"pack:{data.draw(st.sampled_from(pack_names()))}")
    cookies = [item for item in catalogue.items if item.kind == "cookie" and item.enabled]
    assume(cookies)
    item = data.draw(st.sampled_from(cookies))
    code = data.draw(st.sampled_from(["", *sorted(pst.breakable_rules(item))]))
    header = data.draw(pst.set_cookie_headers(item, breaks=code or (), catalogue=catalogue))
    assert found(catalogue, item, header) == {code} - {""}


@pytest.mark.parametrize(
    ("given_item", "breaks", "message"),
    [
        ({"kind": "localStorage"}, (), "localStorage:a is no cookie"),
        ({"setBy": "script"}, (), "is not set by the header of a response"),
        ({"feature": "off"}, (), "a feature that is switched off"),
        ({"attributes": {"prefix": "__Host-"}}, (), "asks for the prefix __Host-; write it into the name"),
        ({"name": "__Host-a", "path": "/a"}, (), "its prefix for the path /"),
        ({"path": "/a;b"}, (), "a path with characters"),
        ({"partition": "https://p.example", "hosts": ["e.example"], "attributes": {"sameSite": "Lax"}}, (), "in another"),
        ({"value": {"json": {"pattern": "a"}}}, (), "declares its value with pattern; give `values`"),
        ({"value": {"json": {}, "pattern": "a"}}, (), "a pattern and a schema"),
        ({"value": {"pattern": "a;b"}}, (), "can stand in a Set-Cookie header"),
        ({}, "CON001", "no header is made to break 'CON001'; there are ATT001"),
        ({}, "RET001", "cookie:a breaks RET001: its retention is no length of time"),
        ({}, {"ATT006", "ATT001"}, "with ATT006 browsers refuse the cookie"),
        ({"attributes": {"sameSite": "Lax"}}, {"INV001", "ATT003"}, "ATT003 looks at declared cookies alone"),
        ({}, {"RET002", "RET004"}, "is not too long as well"),
        ({"name": "*"}, "INV001", "its name matches everything"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_an_error(given_item: dict[str, Any], breaks: Any, message: str) -> None:
    _, item = one(**given_item)
    with pytest.raises(UsageError, match=message):
        pst.set_cookie_headers(item, breaks=breaks)


def test_an_entry_that_no_header_obeys_breaks_nothing() -> None:
    assert pst.breakable_rules(one(kind="localStorage")[1]) == frozenset()
    assert pst.breakable_rules(one(attributes={"prefix": "__Host-"})[1]) == {"ATT004"}


@settings(max_examples=10, deadline=None)
@given(pst.set_cookie_headers(one(value={"json": {"pattern": "a"}})[1], values=st.just("%22a%22")))
def test_own_values_stand_in_the_header(header: str) -> None:
    assert header.startswith("a=%22a%22")
