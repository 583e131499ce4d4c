from __future__ import annotations

import gc
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from policycheck.catalogue.compile import BUILT_IN_CATEGORIES
from policycheck.catalogue.entries import Attributes, Catalogue, ConsentTerms, Source
from policycheck.catalogue.loading import load_catalogue, open_location
from policycheck.catalogue.problems import CatalogueInvalid
from policycheck.catalogue.reading import READERS
from policycheck.errors import CatalogueError
from policycheck.model.cookie import SameSite
from policycheck.model.legal import ConsentNeed, Exemption, LegalBasis
from policycheck.model.lifetime import parse_retention
from policycheck.model.party import Party
from policycheck.model.storage import SetBy, StorageKind

Write = Callable[[Mapping[str, str]], str]

FULL = """\
catalogue: 1
id: shop
version: "2026.1"
title: Shop
description: {en: All of it}
categories:
  marketing: {title: {en: Ads}}
  own: {title: {en: Own}, consent: notRequired, exemption: security, legalBasis: contract, description: Ours}
features:
  smart: {title: {en: Smart}, default: off}
  plain: {}
providers:
  p:
    name: P
    role: processor
    idNumber: "1"
    address: A
    country: CZ
    url: https://p.example/
    privacyPolicy: https://p.example/privacy
    hosts: ["*.P.example"]
    categories: [analytics, own]
    personalData: [contactDetails]
    storedIn: [EU, US]
    mustNotContain: [ipAddress]
placeholders: {KEY: {pattern: "[0-9]+"}, ANY: }
bindings: {KEY: "12"}
statements: {chat: {en: We chat.}, other: Text}
consent: {validity: 6 months, grace: PT1H, x-own: 1}
items:
  - name: a_<KEY>
    kind: cookie
    provider: p
    category: own
    purpose: {en: For a., cs: Pro a.}
    feature: smart
    exemption: communication
    legalBasis: publicTask
    retention: 6 months
    refresh: false
    party: third
    hosts: [Shop.Example]
    path: /a
    partition: https://shop.example
    setBy: script
    attributes: {secure: true, httpOnly: false, sameSite: None, hostOnly: true, partitioned: true, prefix: __Host-,
      domain: .Shop.Example}
    value: {json: {type: object}, pattern: "[a-z]+", mayContain: [personName], mustNotContain: [ipAddress]}
    transient: true
    sensitive: true
    remembersChoice: true
    examples: [a_12]
    counterExamples: [a_13]
    source: {kind: documented, url: https://p.example/docs, date: 2026-03-01, version: "1"}
  - regex: b[0-9]
    kind: web
    retention: persistent
    uses:
      - {category: own, purpose: One}
      - {category: marketing, feature: smart, value: {json: {type: array}}}
"""


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.chdir(tmp_path)

    def write(files: Mapping[str, str]) -> str:
        for name, text in files.items():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(text, encoding="utf-8")
        return next(iter(files))

    return write


def item(name: str, retention: str = "session") -> str:
    return f"  - {{name: {name}, kind: cookie, category: necessary, retention: {retention}}}\n"


def test_every_field_arrives(write: Write) -> None:
    catalogue = load_catalogue(write({"shop.yaml": FULL}))
    assert (catalogue.id, catalogue.version, catalogue.location) == ("shop", "2026.1", "shop.yaml")
    assert (catalogue.title, catalogue.description) == ({"und": "Shop"}, {"en": "All of it"})
    assert catalogue.statements == {"chat": {"en": "We chat."}, "other": {"und": "Text"}}
    assert catalogue.placeholders == {"KEY": "[0-9]+", "ANY": None}
    assert catalogue.bindings == {"KEY": "12"}
    assert {key: feature.enabled for key, feature in catalogue.features.items()} == {"smart": False, "plain": True}
    own, marketing = catalogue.categories["own"], catalogue.categories["marketing"]
    assert (own.consent, own.exemption, own.legal_basis) == (
        ConsentNeed.NOT_REQUIRED, Exemption.SECURITY, LegalBasis.CONTRACT,
    )  # fmt: skip
    assert own.description == {"und": "Ours"}
    assert (marketing.title, marketing.consent) == ({"en": "Ads"}, ConsentNeed.REQUIRED)
    assert set(catalogue.categories) == {"own", "marketing", "analytics"}
    p = catalogue.providers["p"]
    assert (p.name, p.role, p.id_number, p.address, p.country) == ("P", "processor", "1", "A", "CZ")
    assert (p.url, p.privacy_policy, p.hosts) == ("https://p.example/", "https://p.example/privacy", ("*.p.example",))
    assert p.categories == (catalogue.categories["analytics"], own)
    assert (p.personal_data, p.stored_in, p.must_not_contain) == (("contactDetails",), ("EU", "US"), ("ipAddress",))
    first, second = catalogue.items
    assert (first.name, first.kind, first.provider) == ("a_<KEY>", StorageKind.COOKIE, p)
    assert first.pattern.exact == "a_12"
    assert (first.retention.text, first.retention.months, first.refresh) == ("6 months", 6, False)
    assert (first.party, first.hosts, first.partition) == (Party.THIRD, ("shop.example",), "https://shop.example")
    none: SameSite = "None"
    assert first.set_by is SetBy.SCRIPT
    assert first.attributes == Attributes(True, False, none, True, True, "__Host-", "shop.example", "/a")
    assert first.value.json == {"type": "object"}
    assert first.value.pattern is not None
    assert first.value.pattern.matches("abc")
    assert (first.value.may_contain, first.value.must_not_contain) == (("personName",), ("ipAddress",))
    assert (first.transient, first.sensitive, first.remembers_choice) == (True, True, True)
    assert not second.remembers_choice
    assert catalogue.consent == ConsentTerms(parse_retention("6 months"), parse_retention("PT1H"))
    assert (first.examples, first.counter_examples) == (("a_12",), ("a_13",))
    assert first.source == Source("documented", "https://p.example/docs", "2026-03-01", "1")
    (use,) = first.uses
    assert (use.category, use.feature, use.enabled) == (own, catalogue.features["smart"], False)
    assert (use.exemption, use.legal_basis, use.value) == (Exemption.COMMUNICATION, LegalBasis.PUBLIC_TASK, None)
    assert use.purpose == {"en": "For a.", "cs": "Pro a."}
    assert (second.name, second.kind, second.retention.text) == ("b[0-9]", StorageKind.WEB, "persistent")
    assert second.pattern.is_regex
    assert second.categories == ("own", "marketing")
    assert second.uses[0].purpose == {"und": "One"}
    assert second.uses[1].value is not None
    assert second.uses[1].value.json == {"type": "array"}
    assert (second.refresh, second.party, second.set_by, second.transient, second.source) == (None,) * 3 + (False, None)
    assert (first.location.file, first.location.line, first.location.column) == ("shop.yaml", 31, 5)
    assert first.location.pointer == "/items/0"
    assert first.origin == "shop.yaml"
    assert own.location is not None
    assert own.location.line == 8
    assert catalogue.placeholder_locations["ANY"].line == 26


@pytest.mark.parametrize("ending", ["json", "toml"])
def test_the_three_formats_say_the_same(write: Write, ending: str) -> None:
    yaml_text = "catalogue: 1\nid: a\nitems:\n" + item("a", "6 months") + item("b")
    json_text = json.dumps(
        {
            "catalogue": 1,
            "id": "a",
            "items": [
                {"name": name, "kind": "cookie", "category": "necessary", "retention": retention}
                for name, retention in (("a", "6 months"), ("b", "session"))
            ],
        }
    )
    toml_text = 'catalogue = 1\nid = "a"\n' + "".join(
        f'[[items]]\nname = "{name}"\nkind = "cookie"\ncategory = "necessary"\nretention = "{retention}"\n'
        for name, retention in (("a", "6 months"), ("b", "session"))
    )
    files = {"c.yaml": yaml_text, "c.json": json_text, "c.toml": toml_text}
    write(files)
    ours, other = load_catalogue("c.yaml"), load_catalogue(f"c.{ending}")
    assert [(entry.key, entry.retention, entry.uses) for entry in other.items] == [
        (entry.key, entry.retention, entry.uses) for entry in ours.items
    ]
    assert all(entry.location.line for entry in other.items)


def test_a_minimal_catalogue_takes_its_id_from_its_file(write: Write) -> None:
    catalogue = load_catalogue(Path(write({"my/shop.eu.yaml": "catalogue: 1\n"})))
    assert (catalogue.id, catalogue.version, catalogue.items, catalogue.categories) == ("shop", "", (), {})


def test_the_built_in_categories(write: Write) -> None:
    assert set(BUILT_IN_CATEGORIES) == {"necessary", "functional", "analytics", "marketing"}
    text = "catalogue: 1\nitems:\n" + "".join(
        item(key).replace("category: necessary", f"category: {key}") for key in BUILT_IN_CATEGORIES
    )
    categories = load_catalogue(write({"c.yaml": text})).categories
    assert {key: category.consent.value for key, category in categories.items()} == {
        "necessary": "notRequired", "functional": "required", "analytics": "required", "marketing": "required",
    }  # fmt: skip
    assert categories["necessary"].exemption is Exemption.STRICTLY_NECESSARY
    assert all(category.location is None and category.title["en"] for category in categories.values())


def test_a_built_in_category_may_be_declared_anew(write: Write) -> None:
    text = "catalogue: 1\ncategories: {necessary: {consent: required}, marketing: {legalBasis: contract}}\n"
    categories = load_catalogue(write({"c.yaml": text})).categories
    assert (categories["necessary"].consent, categories["necessary"].exemption) == (ConsentNeed.REQUIRED, None)
    assert categories["necessary"].title == {"en": "Necessary"}
    marketing = categories["marketing"]
    assert (marketing.consent, marketing.legal_basis) == (ConsentNeed.REQUIRED, LegalBasis.CONTRACT)


def test_extends_chains_and_later_ones_win(write: Write) -> None:
    head = "catalogue: 1\nid: {}\n"
    location = write(
        {
            "shop/catalogue.yaml": head.format("shop")
            + "extends: [../a.yaml, ../b.json, pack:django]\nitems:\n"
            + item("own"),
            "a.yaml": head.format("a") + "extends: [parts/base.toml]\nitems:\n" + item("x", "1 day") + item("a"),
            "b.json": '{"catalogue": 1, "items": [{"name": "x", "kind": "cookie", "category": "necessary", '
            '"retention": "2 days"}]}',
            "parts/base.toml": 'catalogue = 1\n[[items]]\nname = "base"\nkind = "cookie"\ncategory = "necessary"\n'
            'retention = "session"\n',
        }
    )
    catalogue = load_catalogue(location)
    assert catalogue.id == "shop"
    names = [entry.name for entry in catalogue.items]
    assert names[:3] == ["base", "x", "a"]
    assert names[-1] == "own"
    assert "sessionid" in names
    x = next(entry for entry in catalogue.items if entry.name == "x")
    assert (x.retention.text, x.location.file, x.origin) == ("2 days", "b.json", "b.json")
    assert next(entry for entry in catalogue.items if entry.name == "base").location.file == os.path.normpath(
        "parts/base.toml"
    )


def test_a_diamond_counts_once_and_reports_nothing(write: Write) -> None:
    base = "catalogue: 1\nitems:\n" + item("x", "1 day")
    location = write(
        {
            "c.yaml": "catalogue: 1\nextends: [a.yaml, b.yaml, ./a.yaml, sub/../a.yaml]\n",
            "a.yaml": "catalogue: 1\nextends: [base.yaml]\n",
            "b.yaml": "catalogue: 1\nextends: [base.yaml]\n",
            "base.yaml": base,
        }
    )
    catalogue = load_catalogue(location)
    assert [entry.name for entry in catalogue.items] == ["x"]
    assert catalogue.overrides == ()


def test_a_field_of_a_feature_may_be_changed_alone(write: Write) -> None:
    catalogue = load_catalogue(
        write({"c.yaml": "catalogue: 1\nextends: ['pack:smartsupp']\nfeatures: {smart: {default: on}}\n"})
    )
    smart = catalogue.features["smart"]
    assert smart.enabled
    assert smart.title["en"]


def test_long_chains_end_in_an_error_and_not_in_a_recursion(write: Write) -> None:
    files = {f"c{n}.yaml": f"catalogue: 1\nextends: [c{n + 1}.yaml]\n" for n in range(200)}
    with pytest.raises(CatalogueInvalid, match="more than 64 catalogues extend each other"):
        load_catalogue(write(files))
    wide = {"w.yaml": "catalogue: 1\nextends:\n" + "".join(f"  - p{n}.yaml\n" for n in range(300))}
    wide |= {f"p{n}.yaml": "catalogue: 1\n" for n in range(300)}
    with pytest.raises(CatalogueInvalid, match="or 256 are extended"):
        load_catalogue(write(wide))


def test_a_pack_cannot_name_a_file() -> None:
    def opener(location: str) -> bytes | None:
        return b"catalogue: 1\nextends: [./x.yaml]\n" if location == "pack:own" else None

    with pytest.raises(CatalogueInvalid, match="a pack extends packs only"):
        load_catalogue("pack:own", opener=opener)


def test_an_opener_may_know_other_places() -> None:
    sources = {
        "vault:shop.toml": b'catalogue = 1\nextends = ["vault:base.yaml"]\n',
        "vault:base.yaml": b"catalogue: 1\nid: b\n",
    }
    catalogue = load_catalogue("vault:shop.toml", opener=sources.get)
    assert catalogue.id == "shop"


def test_readers_may_be_added(write: Write) -> None:
    def read(text: str, location: str) -> dict[str, object]:
        names = text.split()
        return {
            "catalogue": 1,
            "items": [
                {"name": name, "kind": "cookie", "category": "necessary", "retention": "session"} for name in names
            ],
        }

    catalogue = load_catalogue(write({"c.names": "a b"}), readers={**READERS, ".names": read})
    assert [entry.key for entry in catalogue.items] == ["cookie:a", "cookie:b"]


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("nothing.yaml", "there is no file nothing.yaml"),
        ("pack:nothing-at-all", "there is no pack called 'nothing-at-all'"),
        ("https://example.org/c.yaml", "nothing is fetched from the network"),
        (".", r"\. is not a file"),
        ("", "catalogue: the location is empty\n  fix: name a file, or a pack"),
        ("nothing.yaml", "there is no file nothing.yaml\n  fix: a path is relative to the current folder"),
        ("a\0b.yaml", "cannot be read|there is no file"),
    ],
)
def test_what_is_not_there(write: Write, location: str, message: str) -> None:
    with pytest.raises(CatalogueInvalid, match=message):
        load_catalogue(location)


def test_a_file_that_may_not_be_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        raise PermissionError(13, "Permission denied")

    location = write({"c.yaml": "catalogue: 1\n"})
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(CatalogueInvalid, match="cannot be read: Permission denied"):
        load_catalogue(location)


def test_open_location_reads_no_further_than_the_limit(write: Write) -> None:
    write({"c.yaml": "x" * 9_000_000})
    assert len(open_location("c.yaml") or b"") == 8 * 1024 * 1024 + 1


def test_nothing_is_fetched(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        raise AssertionError("something asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    text = FULL.replace("json: {type: object}", "json: {$schema: 'https://example.org/s', type: object}")
    assert load_catalogue(write({"c.yaml": text})).items


def test_settings_switch_features_and_bind_placeholders(write: Write) -> None:
    location = write({"c.yaml": FULL.replace('bindings: {KEY: "12"}\n', "")})
    plain = load_catalogue(location)
    assert plain.items[0].pattern.exact is None
    assert not plain.items[0].enabled
    site = load_catalogue(location, features={"smart": True}, bindings={"KEY": "99"})
    assert site.items[0].pattern.exact == "a_99"
    assert site.items[0].name == "a_<KEY>"
    assert site.items[0].enabled
    assert site.items[1].uses[1].enabled
    assert site.features["smart"].enabled
    assert site.bindings == {"KEY": "99"}
    assert site.items[1].uses[0] is plain.items[1].uses[0] or site.items[1].uses[0] == plain.items[1].uses[0]
    assert plain.with_settings() is plain
    assert plain.with_settings(features={"smart": False}) is plain
    assert site.with_settings(bindings={"KEY": "1"}).items[0].pattern.exact == "a_1"


def test_settings_that_the_catalogue_does_not_know(write: Write) -> None:
    location = write({"c.yaml": FULL})
    with pytest.raises(CatalogueError) as raised:
        load_catalogue(location, features={"smrt": True}, bindings={"KEYS": "1", "KEY": "abc", "ANY": ""})
    assert str(raised.value).split("\n") == [
        "the catalogue c.yaml has no feature called 'smrt'; did you mean 'smart'?",
        "  fix: name one that it has: plain, smart",
        "the catalogue c.yaml has no placeholder called 'KEYS'; did you mean 'KEY'?",
        "  fix: name one that it has: ANY, KEY",
        "the binding of KEY is not a text that its pattern '[0-9]+' allows",
        "the binding of ANY is not a text that its pattern None allows",
    ]


@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_collection_is_as_it_was(write: Write, enabled: bool) -> None:
    good, bad = write({"good.yaml": FULL}), write({"bad.yaml": "catalogue: 2"})
    if not enabled:
        gc.disable()
    try:
        load_catalogue(good)
        assert gc.isenabled() is enabled
        with pytest.raises(CatalogueInvalid):
            load_catalogue(bad)
        assert gc.isenabled() is enabled
    finally:
        gc.enable()


def test_importing_the_loader_imports_nothing_heavy() -> None:
    code = (
        "import sys, policycheck.catalogue.loading\n"
        "print(sorted({'pydantic', 'jsonschema', 'yaml', 'rich', 'tomllib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_catalogue_as_people_write_it(write: Write) -> None:
    text = """\
catalogue: 1
id: chat
title: {en: Live chat}
categories:
  functional: {title: {en: Functional}, consent: notRequired, legalBasis: legitimateInterests}
features:
  smart: {title: {en: Smart features}, default: off}      # off is a text
placeholders:
  KEY: {pattern: "[0-9a-f]{8}", title: The site's key}
  SHARD:
items:
  - name: chat.id
    kind: cookie
    category: functional
    retention: 6 months
    purpose: {en: Recognises the visitor, so that a conversation survives a reload., no: Ja, det}
  - name: chat_<KEY>_<SHARD>
    kind: localStorage
    retention: persistent
    uses:
      - {category: functional, purpose: {en: ...}}
      - {category: marketing,  purpose: {en: ...}, feature: smart}
    value: {json: {type: object, properties: {sounds: {type: boolean}}}}
"""
    catalogue = load_catalogue(write({"c.yaml": text}))
    first, second = catalogue.items
    assert first.uses[0].purpose == {
        "en": "Recognises the visitor, so that a conversation survives a reload.",
        "no": "Ja, det",
    }
    assert [use.enabled for use in second.uses] == [True, False]
    assert second.pattern.matches("chat_0123abcd_7")
    assert catalogue.placeholders == {"KEY": "[0-9a-f]{8}", "SHARD": None}


@pytest.mark.parametrize("target", ["nowhere.yaml", "shop.yaml"])
def test_a_link_that_leads_nowhere_is_not_said_to_be_meant(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("shop.yaml").symlink_to(target)
    with pytest.raises(CatalogueInvalid) as raised:
        load_catalogue("shop.yaml")
    assert str(raised.value) == (
        "shop.yaml: shop.yaml is a link that leads to no file\n  fix: mend the link, or name the file itself"
    )


def test_settings_for_a_catalogue_that_has_none(write: Write) -> None:
    location = write({"c.yaml": "catalogue: 1\n"})
    with pytest.raises(CatalogueError, match="leave it out; the catalogue has no features at all"):
        load_catalogue(location, features={"smart": True})


def test_for_what_the_hosts_of_a_provider_are_asked(write: Write) -> None:
    text = """
catalogue: 1
providers:
  pixel: {name: Pixel, hosts: [pixel.example], categories: [marketing, necessary]}
  chat: {name: Chat, hosts: [chat.example]}
  bare: {name: Bare}
features: {smart: {default: off}}
items:
  - {name: a, kind: cookie, provider: chat, category: functional, retention: session, feature: smart}
  - {name: b, kind: cookie, provider: pixel, category: analytics, retention: session}
  - {name: c, kind: cookie, category: analytics, retention: session}
  - {name: d, kind: cookie, provider: chat, category: necessary, retention: session}
"""
    catalogue = load_catalogue(write({"c.yaml": text}))

    def asked(of: Catalogue, provider: str) -> list[tuple[str, bool, bool]]:
        uses = of.host_uses(of.providers[provider])
        return [(use.category.key, use.needs_consent, use.enabled) for use in uses]

    assert asked(catalogue, "pixel") == [("marketing", True, True), ("necessary", False, True)]
    assert asked(catalogue, "chat") == [("functional", True, False), ("necessary", False, True)]
    assert asked(catalogue, "bare") == []
    switched = catalogue.with_settings(features={"smart": True})
    assert asked(switched, "chat")[0] == ("functional", True, True)
