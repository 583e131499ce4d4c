"""What cases written as data cannot say: observations built by hand, and sizes at their bounds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policycheck.matching import near_misses
from policycheck.model.lifetime import Lifetime
from policycheck.model.observation import Observation
from policycheck.model.storage import StorageKind
from policycheck.rules.value.layers import MAX_CHARACTERS as MAX_LOOKED_AT
from policycheck.rules.value.readings import MAX_CHARACTERS as MAX_READ
from policycheck.rules.value.schema import SchemaUnusableError, declared_paths, failed_keyword
from policycheck.wire import parse_set_cookie

BASE = {"name": "c", "kind": "cookie", "category": "necessary", "retention": "session"}


def judged(kit: Any, code: str, item: dict[str, Any], **observed: Any) -> Any:
    catalogue = kit.make_catalogue({"items": [{**BASE, **item}]})
    return kit.judge(kit.find_rule(code), catalogue, [Observation(StorageKind.COOKIE, "c", **observed)])


def test_a_path_that_nobody_knows(kit: Any) -> None:
    found = judged(kit, "ATT005", {"attributes": {"path": "/a"}}, set_cookie=parse_set_cookie("c=1"))
    assert found.unevaluated == [("c", "the header has no Path, and the evidence does not say which URL set it")]
    assert found.breaches == []


def test_the_path_of_the_header_counts_before_that_of_the_store(kit: Any) -> None:
    asked = {"attributes": {"path": "/a"}}
    header = parse_set_cookie("c=1; Path=/a/b")
    assert judged(kit, "ATT005", asked, set_cookie=header, path="/").breaches == []
    assert len(judged(kit, "ATT005", asked, set_cookie=parse_set_cookie("c=1; Path=/"), path="/a").breaches) == 1


def test_a_value_too_long_for_a_schema(kit: Any) -> None:
    item = {"value": {"json": {"type": "string"}}}
    longest = judged(kit, "VAL001", item, value="x" * MAX_READ)
    assert (longest.breaches, longest.unevaluated) == ([], [])
    longer = judged(kit, "VAL001", item, value="x" * (MAX_READ + 1))
    assert longer.unevaluated == [("c", "the value has more than 200000 characters")]


def test_a_schema_that_cannot_be_applied(kit: Any) -> None:
    found = judged(kit, "VAL001", {"value": {"json": {"$ref": "#"}}}, value="x")
    assert found.unevaluated == [("c", "value.json refers to itself without end")]
    assert found.breaches == []


def test_a_value_too_long_to_be_looked_at(kit: Any) -> None:
    assert judged(kit, "VAL002", {}, value="x" * MAX_LOOKED_AT).unevaluated == []
    found = judged(kit, "VAL002", {}, value="x" * (MAX_LOOKED_AT + 1))
    assert found.unevaluated == [("c", "the value is too large or too deeply wrapped to be looked at whole")]


def test_an_accepted_kind_does_not_hide_the_next(kit: Any) -> None:
    item = {"value": {"mayContain": ["emailAddress"]}}
    found = judged(kit, "VAL002", item, value="alice@example.com 203.0.113.7")
    assert [breach.key for _, breach in found.breaches] == ["ipAddress"]


def test_what_the_whole_item_declares_is_for_every_use(kit: Any) -> None:
    uses = [
        {"category": "necessary", "value": {"json": {"properties": {"a": {}}}}},
        {"category": "marketing", "value": {"json": {"properties": {"v": {}, "m": {}}}}},
    ]
    item = {"kind": "cookie", "name": "c", "retention": "session", "uses": uses}
    catalogue = kit.make_catalogue({"items": [{**item, "value": {"json": {"properties": {"v": {}}}}}]})
    rule = kit.find_rule("CON009")
    fine = kit.judge(rule, catalogue, [Observation(StorageKind.COOKIE, "c", value='{"v": 1, "a": 2}')])
    assert fine.breaches == []
    beyond = kit.judge(rule, catalogue, [Observation(StorageKind.COOKIE, "c", value='{"v": 1, "m": 2}')])
    assert [breach.message for _, breach in beyond.breaches] == ["holds 'm', which only its use 'marketing' allows"]


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    import urllib.request

    fetched: list[object] = []

    def fetch(place: object, *_: object, **__: object) -> object:
        fetched.append(place)
        raise OSError

    monkeypatch.setattr(urllib.request, "urlopen", fetch)
    with pytest.raises(SchemaUnusableError, match=r"^value.json refers to something that is not in it$"):
        failed_keyword({"$ref": "https://example.com/schema"}, {})
    assert fetched == []


def test_deep_schemas_are_walked_so_far() -> None:
    schema: dict[str, object] = {"properties": {"leaf": {}}}
    for _ in range(40):
        schema = {"properties": {"n": schema}, "items": {"properties": {"side": {}}}}
    paths = list(declared_paths(schema))
    assert max(map(len, paths)) == 33
    assert ("n",) * 33 in paths
    wide = {"properties": {"deep": schema, "next": {"properties": {"last": {}}}}}
    assert ("next", "last") in list(declared_paths(wide))


def test_a_level_too_deep_does_not_end_the_walk() -> None:
    deep: dict[str, object] = {"properties": {"x": {}}}
    for _ in range(33):
        deep = {"properties": {"n": deep}}
    schema = {"allOf": [deep], "anyOf": [{"allOf": [{"properties": {"n": deep}}]}]}
    paths = list(declared_paths(schema))
    assert ("n",) * 33 in paths
    assert paths.count(("n",) * 33) == 2


def test_near_misses_are_asked_for_no_more_than_are_shown(kit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [{**BASE, "name": f"cart{number}"} for number in range(20)]
    catalogue = kit.make_catalogue({"items": items})
    index = catalogue.index[StorageKind.COOKIE]
    asked: list[int] = []

    class Spy:
        lookup_all = staticmethod(index.lookup_all)

        def nearest(self, name: str, n: int) -> Any:
            asked.append(n)
            return index.nearest(name, n)

    catalogue.__dict__["index"] = {**catalogue.index, StorageKind.COOKIE: Spy()}
    near_misses(catalogue, Observation(StorageKind.COOKIE, "cart"))
    assert asked == [3]


def test_json_in_quotes_as_short_as_it_gets(kit: Any) -> None:
    item = {"value": {"json": {"type": "object"}}}
    for value in ('"', '""', '"{"', '"[]"'):
        assert len(judged(kit, "VAL001", item, value=value).breaches) == 1
    assert judged(kit, "VAL001", item, value='"{}"').breaches == []
    assert judged(kit, "VAL001", {"value": {"json": {"const": 5}}}, value='"5"').breaches != []
    assert json.loads('"{}"') == "{}"


@pytest.mark.parametrize(
    ("days", "unevaluated"),
    [(170, [("c", "the evidence says what was left of its lifetime, not how long it was set to stay")]), (182, [])],
)
def test_what_is_left_of_a_lifetime_is_no_sign_of_a_short_one(
    kit: Any, days: int, unevaluated: list[tuple[str, str]]
) -> None:
    found = judged(kit, "RET006", {"retention": "6 months"}, lifetime=Lifetime(days * 86_400.0, left=True))
    assert (found.breaches, found.unevaluated) == ([], unevaluated)


def test_what_is_left_of_a_lifetime_may_be_too_much(kit: Any) -> None:
    left = Lifetime(185 * 86_400.0, left=True)
    assert len(judged(kit, "RET001", {"retention": "6 months"}, lifetime=left).breaches) == 1


@pytest.mark.parametrize(
    ("code", "item", "attribute", "reason"),
    [
        ("ATT002", {"sensitive": True}, "HttpOnly", "whether it is HttpOnly"),
        ("ATT003", {"attributes": {"sameSite": "Lax"}}, "SameSite", "its SameSite"),
        ("ATT005", {"attributes": {"partitioned": True}}, "Partitioned", "whether it is partitioned"),
    ],
)
def test_what_the_evidence_does_not_tell_is_no_missing_attribute(
    kit: Any, code: str, item: dict[str, Any], attribute: str, reason: str
) -> None:
    cookie = parse_set_cookie("c=1")
    untold = judged(kit, code, item, set_cookie=cookie, untold=frozenset({attribute}))
    assert (untold.breaches, untold.unevaluated) == ([], [("c", f"the evidence does not tell {reason}")])
    assert len(judged(kit, code, item, set_cookie=cookie).breaches) == 1
