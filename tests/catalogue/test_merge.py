"""Merging documents: what wins, where each piece stands, and what was redefined."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.catalogue.documents import Merged, SourceDocument
from policycheck.catalogue.entries import Override
from policycheck.catalogue.merge import merge

ITEM: Mapping[str, object] = {
    "name": "basket",
    "kind": "cookie",
    "category": "necessary",
    "retention": "30 days",
    "purpose": {"en": "The basket."},
}


def document(location: str, **data: object) -> SourceDocument:
    return SourceDocument(location, {"catalogue": 1, **data}, digest=location)


def merged_items(*items: Mapping[str, object]) -> Merged:
    return merge([document(f"{number}.yaml", items=[item]) for number, item in enumerate(items)])


def overrides(merged: Merged) -> list[Override]:
    found = [override for override in merged.overrides if isinstance(override, Override)]
    assert len(found) == len(merged.overrides)
    return found


def summary(merged: Merged) -> list[tuple[str, str, str, bool]]:
    return [(o.what, o.old, o.new, o.weakens) for o in overrides(merged)]


def change(old: Mapping[str, object], new: Mapping[str, object]) -> list[tuple[str, str, str, bool]]:
    """What is recorded when an item with ``new`` fields takes the place of one with ``old`` fields."""
    return summary(merged_items({**ITEM, **old}, {**ITEM, **new}))


class TestSections:
    def test_a_later_file_may_change_one_field(self) -> None:
        base = document("pack", features={"smart": {"title": {"en": "Smart"}, "default": "off"}})
        site = document("site.yaml", features={"smart": {"default": "on"}})
        merged = merge([base, site])
        assert merged.features["smart"].data == {"title": {"en": "Smart"}, "default": "on"}
        assert overrides(merged) == [
            Override(
                subject="feature:smart",
                what="default",
                old="off",
                new="on",
                old_location=base.locate("/features/smart/default"),
                new_location=site.locate("/features/smart/default"),
            )
        ]

    def test_each_field_keeps_the_place_that_it_comes_from(self) -> None:
        first = document("a", categories={"x": {"title": {"en": "X"}, "consent": "required"}})
        second = document("b", categories={"x": {"consent": "required", "legalBasis": "consent"}})
        third = document("c", categories={"x": {"description": {"en": "?"}}})
        piece = merge([first, second, third]).categories["x"]
        assert [piece.locate(name).file for name in ("title", "consent", "legalBasis", "description")] == list("abbc")
        assert piece.locate().file == "c"
        assert piece.locate("title", "en").pointer == "/categories/x/title/en"

    def test_what_is_said_again_alike_is_no_override(self) -> None:
        same = {"x": {"title": {"en": "X"}, "consent": "required"}}
        merged = merge([document("a", categories=same), document("b", categories=same)])
        assert overrides(merged) == []

    def test_bindings_and_statements_are_replaced_as_a_whole(self) -> None:
        first = document("a", bindings={"KEY": "1"}, statements={"chat": {"en": "old"}})
        second = document("b", bindings={"KEY": "2"}, statements={"chat": "new"})
        merged = merge([first, second])
        assert merged.bindings["KEY"].data == "2"
        assert merged.statements["chat"].data == "new"
        assert [(o.subject, o.what, o.old, o.new, o.weakens) for o in overrides(merged)] == [
            ("binding:KEY", "value", "1", "2", False),
            ("statement:chat", "value", "old", "new", False),
        ]

    @pytest.mark.parametrize(
        ("old", "new", "weakens"),
        [
            ({"consent": "required"}, {"consent": "notRequired"}, True),
            ({"consent": "notRequired"}, {"consent": "required"}, False),
            ({"legalBasis": "consent"}, {"legalBasis": "contract"}, False),
        ],
    )
    def test_a_category_that_no_longer_needs_consent(
        self, old: Mapping[str, object], new: Mapping[str, object], weakens: bool
    ) -> None:
        merged = merge([document("a", categories={"x": old}), document("b", categories={"x": new})])
        assert [o.weakens for o in overrides(merged)] == [weakens]

    def test_naming_the_exemption_of_a_category_weakens_nothing(self) -> None:
        first = document("a", categories={"functional": {"consent": "notRequired"}})
        second = document("b", categories={"functional": {"exemption": "strictlyNecessary"}})
        assert overrides(merge([first, second])) == []

    def test_a_provider_that_may_hold_more(self) -> None:
        first = document("a", providers={"chat": {"mustNotContain": ["ipAddress", "emailAddress"]}})
        second = document("b", providers={"chat": {"mustNotContain": ["emailAddress"]}})
        assert summary(merge([first, second])) == [
            ("mustNotContain", "ipAddress, emailAddress", "emailAddress", True)
        ]  # fmt: skip
        assert summary(merge([second, first])) == [
            ("mustNotContain", "emailAddress", "ipAddress, emailAddress", False)
        ]  # fmt: skip

    def test_a_placeholder_that_loses_its_pattern(self) -> None:
        first = document("a", placeholders={"KEY": {"pattern": "[0-9]+"}})
        second = document("b", placeholders={"KEY": None})
        assert summary(merge([first, second])) == [("pattern", "[0-9]+", "", True)]

    def test_a_placeholder_that_changes_otherwise(self) -> None:
        first = document("a", placeholders={"KEY": {"title": "A key"}, "OTHER": None})
        second = document("b", placeholders={"KEY": None, "OTHER": {"pattern": "[0-9]+"}})
        assert summary(merge([first, second])) == [("value", "A key", "", False), ("value", "", "[0-9]+", False)]
        third = document("c", placeholders={"OTHER": {"pattern": "[0-9a-f]+"}})
        assert summary(merge([third, second])) == [("pattern", "[0-9a-f]+", "[0-9]+", False)]

    @pytest.mark.parametrize(
        ("old", "new", "weakens"),
        [
            ("[0-9]+", "[0-9a-f]+", True),
            ("[0-9]{4}", ".+", True),
            ("[0-9]{4}", "[0-9]{4,5}", True),
            ("[0-9a-f]+", "[0-9]{40}", False),
            ("a|b", "[ab]", False),
            ("(", "x", False),
            ("x", "(", False),
        ],
    )
    def test_a_placeholder_whose_pattern_matches_more(self, old: str, new: str, weakens: bool) -> None:
        first, second = (
            document(name, placeholders={"K": {"pattern": text}}) for name, text in (("a", old), ("b", new))
        )
        assert summary(merge([first, second])) == [("pattern", old, new, weakens)]

    def test_fields_of_another_section_weaken_nothing_by_their_name(self) -> None:
        first = document("a", features={"f": {"consent": "required", "mustNotContain": ["ipAddress"]}})
        second = document("b", features={"f": {"consent": "notRequired", "mustNotContain": []}})
        assert [o.weakens for o in overrides(merge([first, second]))] == [False, False]

    def test_fields_after_one_that_stays_are_looked_at(self) -> None:
        first = document("a", providers={"p": {"name": "P", "x-note": 1, "address": "A", "url": "https://a.example"}})
        second = document("b", providers={"p": {"name": "P", "x-note": 2, "address": "B", "url": "https://b.example"}})
        assert [o.what for o in overrides(merge([first, second]))] == ["address", "url"]

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            (["marketing"], ["necessary"], ("marketing", "necessary", True)),
            (["marketing"], ["marketing", "own"], ("marketing", "marketing, own", True)),
            (["marketing"], ["analytics"], ("marketing", "analytics", False)),
            (["own"], ["necessary"], ("own", "necessary", False)),
            (["necessary"], ["marketing"], ("necessary", "marketing", False)),
            (["marketing"], ["marketing"], None),
            (["marketing"], None, None),
            (None, ["necessary"], None),
        ],
    )
    def test_the_categories_of_a_provider(
        self, old: list[str] | None, new: list[str] | None, expected: tuple[str, str, bool] | None
    ) -> None:
        def provider(categories: list[str] | None) -> dict[str, object]:
            return {"p": {"name": "P"} | ({} if categories is None else {"categories": categories})}

        free = {"own": {"consent": "notRequired"}}
        first = document("a", categories=free, providers=provider(old))
        merged = merge([first, document("b", providers=provider(new))])
        assert summary(merged) == ([] if expected is None else [("categories", *expected)])
        asked = merged.providers["p"].data
        assert isinstance(asked, dict)
        assert asked.get("categories") == (old if new is None else new)

    @pytest.mark.parametrize(
        ("used", "weakens"),
        [({"provider": "p", "category": "marketing"}, True), ({"provider": "p"}, False), ({}, False)],
    )
    def test_categories_that_free_the_hosts_of_items_that_ask(self, used: dict[str, object], weakens: bool) -> None:
        items = [{**ITEM, **used}, {**ITEM, "name": "other", "category": "marketing"}]
        pack = document("pack", providers={"p": {"name": "P"}}, items=items)
        site = document("site", providers={"p": {"categories": ["necessary"]}})
        assert summary(merge([pack, site])) == ([("categories", "", "necessary", True)] if weakens else [])

    def test_the_category_of_a_provider_that_a_later_file_frees(self) -> None:
        pixel = document("pixel", providers={"p": {"name": "P", "categories": ["marketing"]}})
        site = document("site", categories={"marketing": {"consent": "notRequired"}})
        for documents in ([pixel, site], [site, pixel, document("head")]):
            found = overrides(merge(documents))
            assert [(o.subject, o.what, o.weakens) for o in found] == [("category:marketing", "consent", True)]

    def test_extensions_are_nobodys_business(self) -> None:
        first = document("a", providers={"chat": {"x-note": 1}})
        second = document("b", providers={"chat": {"x-note": 2}})
        assert overrides(merge([first, second])) == []


class TestBuiltInCategories:
    def test_declaring_one_anew_is_no_override_by_itself(self) -> None:
        site = document("a", categories={"functional": {"consent": "notRequired"}})
        assert overrides(merge([site])) == []

    def test_freeing_one_that_an_earlier_file_counts_on_is(self) -> None:
        company = document("company", items=[{**ITEM, "category": "functional"}])
        pack = document("pack", categories={"functional": {"consent": "notRequired"}})
        merged = merge([company, pack])
        assert summary(merged) == [("consent", "required", "notRequired", True)]
        assert overrides(merged)[0].subject == "category:functional"
        assert overrides(merged)[0].old_location.file == "company"

    def test_nor_may_a_file_free_one_for_a_later_file_that_does_not_know_of_it(self) -> None:
        pack = document("pack", categories={"functional": {"consent": "notRequired"}})
        company = document("company", items=[{**ITEM, "category": "functional"}, {**ITEM, "category": "necessary"}])
        merged = merge([pack, company, document("site")])
        assert [(o.subject, o.what, o.weakens) for o in overrides(merged)] == [("category:functional", "consent", True)]
        assert [place.file for o in overrides(merged) for place in (o.old_location, o.new_location)] == [
            "company",
            "pack",
        ]

    @pytest.mark.parametrize(
        "company",
        [
            {"items": [ITEM]},
            {"items": [{**ITEM, "category": "functional"}], "extends": ["pack"]},
            {"items": [{**ITEM, "category": "functional"}], "categories": {"functional": {"consent": "notRequired"}}},
        ],
        ids=["uses-another", "knows-it", "says-so-itself"],
    )
    def test_but_for_one_that_does_it_may(self, company: Mapping[str, object]) -> None:
        pack = document("pack", categories={"functional": {"consent": "notRequired"}})
        assert overrides(merge([pack, document("company", **company), document("site")])) == []
        site = document("site", items=[{**ITEM, "category": "functional"}])
        assert overrides(merge([pack, site])) == []

    def test_necessary_needed_none_before(self) -> None:
        company = document("company", items=[ITEM])
        pack = document("pack", categories={"necessary": {"consent": "notRequired"}})
        assert overrides(merge([company, pack])) == []


class TestItems:
    def test_a_later_entry_takes_the_place_of_an_earlier_one(self) -> None:
        other = {**ITEM, "name": "other"}
        base = document("base", items=[ITEM, other])
        site = document("site", items=[{**ITEM, "purpose": {"en": "What you chose."}}])
        merged = merge([base, site])
        assert [piece.document.location for piece in merged.items] == ["site", "base"]
        assert merged.items[0].locate("purpose").pointer == "/items/0/purpose"
        assert summary(merged) == [("purpose", "The basket.", "What you chose.", False)]

    @pytest.mark.parametrize(
        "fields",
        [
            {"kind": "localStorage"},
            {"name": "Basket"},
            {"hosts": ["shop.example"]},
            {"setBy": "script"},
            {"partition": "https://a.example"},
        ],
        ids=str,
    )
    def test_what_differs_in_kind_name_or_narrowing_is_another_entry(self, fields: Mapping[str, object]) -> None:
        merged = merged_items(ITEM, {**ITEM, **fields})
        assert len(merged.items) == 2
        assert overrides(merged) == []

    def test_the_order_of_hosts_does_not_matter(self) -> None:
        merged = merged_items({**ITEM, "hosts": ["a", "b"]}, {**ITEM, "hosts": ["b", "a"]})
        assert len(merged.items) == 1
        assert overrides(merged) == []

    def test_a_name_and_a_regex_that_read_alike_are_two(self) -> None:
        regex = {name: value for name, value in ITEM.items() if name != "name"} | {"regex": "basket"}
        assert len(merged_items(ITEM, regex).items) == 2

    def test_regexes_are_told_apart_and_named(self) -> None:
        bare = {name: value for name, value in ITEM.items() if name != "name"}
        first, second = {**bare, "regex": "a+"}, {**bare, "regex": "b+"}
        assert len(merged_items(first, second).items) == 2
        (override,) = overrides(merged_items(first, {**first, "retention": "1 day"}))
        assert override.subject == "cookie:a+"

    def test_the_second_of_two_takes_the_place_of_the_second(self) -> None:
        base = document("base", items=[ITEM, ITEM])
        site = document("site", items=[ITEM, {**ITEM, "retention": "1 day"}, ITEM])
        merged = merge([base, site])
        assert [piece.pointer for piece in merged.items] == ["/items/0", "/items/1", "/items/2"]
        assert [piece.document.location for piece in merged.items] == ["site"] * 3
        assert summary(merged) == [("retention", "30 days", "1 day", False)]

    def test_the_same_twice_in_one_file_stays_twice(self) -> None:
        merged = merge([document("a", items=[ITEM, ITEM])])
        assert len(merged.items) == 2
        assert overrides(merged) == []

    def test_malformed_entries_stay_each_by_itself(self) -> None:
        merged = merge([document("a", items=["?", {}, 3]), document("b", items=["?", {"kind": "cookie"}])])
        assert len(merged.items) == 5
        assert overrides(merged) == []
        assert merge([document("a", items="?", categories=[], features=None)]).items == ()

    def test_a_file_that_is_named_twice_does_not_report_itself(self) -> None:
        root = document("root", items=[ITEM], categories={"x": {"consent": "notRequired"}})
        strict = document("strict", items=[{**ITEM, "retention": "session"}], categories={"x": {"consent": "required"}})
        merged = merge([root, strict, root])
        assert [o.weakens for o in overrides(merged)] == [False, False]
        assert merged.categories["x"].data == {"consent": "required"}

    def test_an_override_on_purpose_carries_its_reason(self) -> None:
        later = {**ITEM, "retention": "1 year", "override": True, "reason": "Baskets are kept for members."}
        assert [(o.weakens, o.reason) for o in overrides(merged_items(ITEM, later))] == [
            (True, "Baskets are kept for members.")
        ]

    @pytest.mark.parametrize(
        "fields",
        [{"override": True}, {"reason": "r"}, {"override": False, "reason": "r"}, {"override": True, "reason": " "}],
        ids=str,
    )
    def test_half_a_reason_is_none(self, fields: Mapping[str, object]) -> None:
        assert [o.reason for o in overrides(merged_items(ITEM, {**ITEM, "retention": "1 year", **fields}))] == [None]

    def test_the_places_are_those_of_the_fields(self) -> None:
        merged = merged_items({**ITEM, "attributes": {"secure": True}}, {**ITEM, "attributes": {"secure": False}})
        (override,) = overrides(merged)
        assert (override.subject, override.what) == ("cookie:basket", "attributes.secure")
        assert (override.old_location.file, override.old_location.pointer) == ("0.yaml", "/items/0/attributes/secure")
        assert override.new_location.file == "1.yaml"


SCHEMA = {"json": {"type": "object"}}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param({}, {"retention": "31 days"}, [("retention", "30 days", "31 days", True)], id="longer"),
        pytest.param({}, {"retention": "29 days"}, [("retention", "30 days", "29 days", False)], id="shorter"),
        pytest.param({}, {"retention": "P30D"}, [("retention", "30 days", "P30D", False)], id="same-length"),
        pytest.param({}, {"retention": "session"}, [("retention", "30 days", "session", False)], id="to-session"),
        pytest.param({"retention": "session"}, {}, [("retention", "session", "30 days", True)], id="from-session"),
        pytest.param({}, {"retention": "persistent"}, [("retention", "30 days", "persistent", True)], id="persistent"),
        pytest.param({"retention": "persistent"}, {}, [("retention", "persistent", "30 days", False)], id="to-days"),
        pytest.param({}, {"retention": "soon"}, [("retention", "30 days", "soon", False)], id="unreadable"),
        pytest.param({"refresh": False}, {"refresh": True}, [("refresh", "false", "true", True)], id="refresh"),
        pytest.param({"refresh": False}, {}, [("refresh", "false", "", True)], id="refresh-dropped"),
        pytest.param({"refresh": True}, {"refresh": False}, [("refresh", "true", "false", False)], id="no-refresh"),
        pytest.param({}, {"refresh": True}, [("refresh", "", "true", False)], id="refresh-was-open"),
        pytest.param({"sensitive": True}, {}, [("sensitive", "true", "", True)], id="sensitive-dropped"),
        pytest.param({}, {"sensitive": True}, [("sensitive", "", "true", False)], id="sensitive-added"),
        pytest.param({"remembersChoice": True}, {}, [("remembersChoice", "true", "", True)], id="record-dropped"),
        pytest.param({}, {"remembersChoice": True}, [("remembersChoice", "", "true", False)], id="record-added"),
        pytest.param({"party": "first"}, {}, [("party", "first", "", True)], id="party-dropped"),
        pytest.param({}, {"party": "first"}, [("party", "", "first", False)], id="party-added"),
        pytest.param({"provider": "a"}, {"provider": "b"}, [("provider", "a", "b", False)], id="provider"),
        pytest.param({"examples": ["a"]}, {"override": False}, [("examples", "a", "", False)], id="examples"),
        pytest.param({"x-note": 1}, {"x-note": 2}, [], id="extension"),
        pytest.param({}, {}, [], id="nothing"),
    ],
)
def test_fields_of_an_item(
    old: Mapping[str, object], new: Mapping[str, object], expected: list[tuple[str, str, str, bool]]
) -> None:
    assert change(old, new) == expected


@pytest.mark.parametrize(
    ("name", "old", "new", "weakens"),
    [
        ("secure", True, None, True),
        ("secure", True, False, True),
        ("secure", False, None, False),
        ("secure", None, True, False),
        ("httpOnly", True, None, True),
        ("httpOnly", False, True, False),
        ("hostOnly", True, None, True),
        ("hostOnly", False, True, False),
        ("partitioned", True, None, True),
        ("partitioned", False, True, False),
        ("sameSite", "Strict", "Lax", True),
        ("sameSite", "Lax", "Strict", False),
        ("sameSite", "Lax", "None", True),
        ("sameSite", "Lax", None, True),
        ("sameSite", "None", None, False),
        ("sameSite", "None", "Lax", False),
        ("prefix", "__Host-", None, True),
        ("prefix", "__Host-", "__Secure-", True),
        ("prefix", "__Secure-", "__Host-", False),
        ("prefix", "__Host-", "__Http-", True),
        ("prefix", "__Http-", "__Host-Http-", False),
        ("path", "/account", None, True),
        ("path", "/account", "/", True),
        ("path", "/account", "/account/settings", False),
        ("path", "/account", "/accounting", True),
        ("path", "/", "/account", False),
        ("path", "/account/", "/account", False),
        ("path", "/account", "/account/", False),
        ("domain", "shop.example", None, True),
        ("domain", "shop.example", "example", True),
        ("domain", "shop.example", "www.shop.example", False),
        ("domain", "shop.example", "myshop.example", True),
        ("domain", None, "shop.example", False),
    ],
)
def test_attributes(name: str, old: object, new: object, weakens: bool) -> None:
    before, after = ({} if value is None else {"attributes": {name: value}} for value in (old, new))
    assert [(what, weak) for what, _, _, weak in change(before, after)] == [(f"attributes.{name}", weakens)]


def test_path_is_short_for_the_attribute() -> None:
    assert change({"path": "/a"}, {"attributes": {"path": "/a"}}) == []
    assert change({"path": "/a"}, {}) == [("attributes.path", "/a", "", True)]


@pytest.mark.parametrize(
    ("old", "new", "what", "weakens"),
    [
        (SCHEMA, {}, "json", True),
        (SCHEMA, {"json": {"type": "array"}}, "json", False),
        ({}, SCHEMA, "json", False),
        ({"pattern": "a"}, {}, "pattern", True),
        ({"pattern": "a"}, {"pattern": "b"}, "pattern", False),
        ({"mustNotContain": ["ipAddress"]}, {}, "mustNotContain", True),
        ({"mustNotContain": ["ipAddress", "personName"]}, {"mustNotContain": ["personName"]}, "mustNotContain", True),
        ({"mustNotContain": ["ipAddress"]}, {"mustNotContain": ["ipAddress", "personName"]}, "mustNotContain", False),
        ({"mayContain": ["ipAddress"]}, {"mayContain": ["ipAddress", "personName"]}, "mayContain", True),
        ({"mayContain": ["ipAddress"]}, {}, "mayContain", False),
        ({"mayContain": ["ipAddress", "personName"]}, {"mayContain": ["ipAddress"]}, "mayContain", False),
        ({}, {"mayContain": ["ipAddress"]}, "mayContain", True),
    ],
)
def test_values(old: Mapping[str, object], new: Mapping[str, object], what: str, weakens: bool) -> None:
    before, after = ({"value": value} if value else {} for value in (old, new))
    assert [(w, weak) for w, _, _, weak in change(before, after)] == [(f"value.{what}", weakens)]


def test_every_part_of_a_value_that_changes_is_told_with_its_text() -> None:
    old = {"value": {"x-note": 1, "pattern": "a", "json": {"type": "object"}, "mustNotContain": ["ipAddress"]}}
    new = {"value": {"x-note": 2, "pattern": "a", "json": {"enum": [1]}, "mustNotContain": ["ipAddress", "personName"]}}
    assert change(old, new) == [
        ("value.json", "object", "an object", False),
        ("value.mustNotContain", "ipAddress", "ipAddress, personName", False),
    ]


def test_attributes_are_told_with_their_text() -> None:
    assert change({"attributes": {"secure": True, "sameSite": "Lax"}}, {"attributes": {"secure": False}}) == [
        ("attributes.secure", "true", "false", True),
        ("attributes.sameSite", "Lax", "", True),
    ]


def uses(*uses_: Mapping[str, object]) -> Mapping[str, object]:
    return {**{k: v for k, v in ITEM.items() if k not in {"category", "purpose"}}, "uses": list(uses_)}


class TestUses:
    def test_a_category_that_needs_no_consent_instead_of_one_that_does(self) -> None:
        assert change({"category": "marketing"}, {"category": "necessary"}) == [
            ("category", "marketing", "necessary", True)
        ]
        assert change({"category": "necessary"}, {"category": "marketing"}) == [
            ("category", "necessary", "marketing", False)
        ]
        assert change({"category": "marketing"}, {"category": "analytics"}) == [
            ("category", "marketing", "analytics", False)
        ]

    def test_categories_are_looked_up_as_they_stood(self) -> None:
        base = document(
            "base", categories={"x": {"consent": "required"}}, items=[{**ITEM, "category": "x"}]
        )  # fmt: skip
        site = document("site", categories={"x": {"consent": "notRequired"}}, items=[{**ITEM, "category": "necessary"}])
        assert [(o.subject, o.what, o.weakens) for o in overrides(merge([base, site]))] == [
            ("category:x", "consent", True),
            ("cookie:basket", "category", True),
        ]

    def test_a_declared_category_that_needed_none_before(self) -> None:
        base = document("base", categories={"x": {"consent": "notRequired"}}, items=[{**ITEM, "category": "x"}])
        assert summary(merge([base, document("site", items=[ITEM])])) == [("category", "x", "necessary", False)]

    def test_an_unknown_category_proves_nothing(self) -> None:
        assert change({"category": "unheard-of"}, {"category": "marketing"}) == [
            ("category", "unheard-of", "marketing", False)
        ]

    def test_an_exemption_added(self) -> None:
        assert change({"category": "analytics"}, {"category": "analytics", "exemption": "audienceMeasurement"}) == [
            ("exemption", "", "audienceMeasurement", True)
        ]
        assert change({"exemption": "security"}, {"exemption": "communication"}) == [
            ("exemption", "security", "communication", False)
        ]

    def test_a_use_without_consent_added(self) -> None:
        old = uses({"category": "marketing"})
        new = uses({"category": "marketing"}, {"category": "necessary"})
        assert summary(merged_items(old, new)) == [("uses.category", "marketing", "marketing, necessary", True)]
        assert summary(merged_items(new, old)) == [("uses.category", "marketing, necessary", "marketing", False)]

    def test_a_feature_that_no_longer_restricts(self) -> None:
        assert change({"feature": "smart"}, {}) == [("feature", "smart", "", True)]
        assert change({}, {"feature": "smart"}) == [("feature", "", "smart", False)]
        assert change({"feature": "smart"}, {"feature": "other"}) == [("feature", "smart", "other", False)]

    def test_a_rule_for_the_value_of_a_use_dropped(self) -> None:
        old = uses({"category": "necessary", "value": SCHEMA})
        assert summary(merged_items(old, uses({"category": "necessary"}))) == [
            ("uses.value", "on 1 of the uses", "on 0", True)
        ]

    def test_another_legal_basis_is_told(self) -> None:
        assert change({"legalBasis": "consent"}, {"legalBasis": "contract"}) == [
            ("legalBasis", "consent", "contract", False)
        ]

    def test_the_short_and_the_long_form_are_one(self) -> None:
        long = uses({"category": "necessary", "purpose": {"en": "The basket."}})
        assert summary(merged_items(ITEM, long)) == []


scalars = (
    st.none() | st.booleans() | st.integers(-1, 2) | st.sampled_from(["", "a", "required", "notRequired", "1 day"])
)
keys = st.sampled_from(
    [
        "name",
        "regex",
        "kind",
        "hosts",
        "uses",
        "category",
        "value",
        "attributes",
        "retention",
        "consent",
        "pattern",
        "x-a",
    ]
)
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4))
sections = st.dictionaries(
    st.sampled_from(
        ["items", "categories", "features", "providers", "placeholders", "bindings", "statements", "extends"]
    ),
    anything
    | st.dictionaries(st.sampled_from(["a", "functional"]), anything, max_size=2)
    | st.lists(anything, max_size=3),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(sections, min_size=1, max_size=4))
def test_any_documents_can_be_merged(parts: list[dict[str, object]]) -> None:
    """Loading merges what validation has refused too, so that it can report everything at once."""
    documents = [document(f"{number}.yaml", **part) for number, part in enumerate(parts)]
    merged = merge(documents)
    declared = [part.get("items") for part in parts]
    longest = max(len(items) if isinstance(items, list) else 0 for items in declared)
    assert longest <= len(merged.items) <= sum(len(items) for items in declared if isinstance(items, list))
    for override in overrides(merged):
        assert override.old_location.file != override.new_location.file


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param({"validity": "6 months"}, {"validity": "1 year"}, [("validity", "6 months", "1 year", True)], id="longer"),
        pytest.param({"validity": "6 months"}, {"validity": "P5M"}, [("validity", "6 months", "P5M", False)], id="shorter"),
        pytest.param({"validity": "6 months"}, {"validity": "P6M"}, [("validity", "6 months", "P6M", False)], id="same-length"),
        pytest.param({"validity": "6 months"}, {"validity": "soon"}, [("validity", "6 months", "soon", False)], id="unreadable"),
        pytest.param({"validity": "soon"}, {"validity": "1 year"}, [("validity", "soon", "1 year", False)], id="was-unreadable"),
        pytest.param({"grace": "1 hour"}, {"grace": "1 day"}, [("grace", "1 hour", "1 day", True)], id="longer-grace"),
        pytest.param({"grace": "1 hour"}, {"grace": "1 minute"}, [("grace", "1 hour", "1 minute", False)], id="shorter-grace"),
        pytest.param({"validity": "1 day"}, {"grace": "1 day"}, [("grace", "", "1 day", True)], id="grace-where-none-was"),
        pytest.param({"grace": "1 day"}, {"validity": "1 day"}, [], id="validity-where-none-was"),
        pytest.param({"grace": 1}, {"grace": "1 day"}, [("grace", "1", "1 day", False)], id="grace-was-malformed"),
        pytest.param({"x-a": "1 day"}, {"x-a": "2 days"}, [], id="extension"),
        pytest.param({"grace": "1 day"}, {}, [], id="nothing"),
        pytest.param({"grace": "1 day"}, [], [], id="malformed"),
    ],
)  # fmt: skip
def test_terms_of_consent(old: object, new: object, expected: list[tuple[str, str, str, bool]]) -> None:
    merged = merge([document("old.yaml", consent=old), document("new.yaml", consent=new)])
    assert summary(merged) == expected
    assert all(override.subject == "consent" for override in overrides(merged))


def test_terms_of_consent_are_laid_over_each_other() -> None:
    old = document("old.yaml", consent={"validity": "6 months", "grace": "1 day"})
    new = document("new.yaml", consent={"grace": "1 hour"})
    merged = merge([old, document("none.yaml"), new])
    assert merged.consent is not None
    assert merged.consent.data == {"validity": "6 months", "grace": "1 hour"}
    assert merged.consent.locate("validity").file == "old.yaml"
    assert merged.consent.locate("grace").file == "new.yaml"
    assert merge([document("none.yaml")]).consent is None
