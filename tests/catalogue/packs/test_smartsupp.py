"""The Smartsupp pack against the facts of its maker's page, transcribed here, and against the page itself where it is."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from policycheck.catalogue.entries import Catalogue, Item
from policycheck.catalogue.loading import load_catalogue
from policycheck.model.legal import ConsentNeed, LegalBasis
from policycheck.model.storage import StorageKind

COOKIE, LOCAL = StorageKind.COOKIE, StorageKind.LOCAL_STORAGE

# The four tables of the page: kind, category, retention, and the names with words that the purpose must hold.
TABLES: list[tuple[StorageKind, str, str, dict[str, tuple[str, ...]]]] = [
    (
        COOKIE,
        "functional",
        "6 months",
        {"ssupp.vid": ("visitor", "conversation", "reload", "came from", "browser", "how many visits")},
    ),
    (
        LOCAL,
        "functional",
        "persistent",
        {
            "_ss.enableSounds": ("sounds", "chat window"),
            "ssupp_<CHAT_KEY>": ("preferences", "automatic message"),
            "ssupp_<CHAT_KEY>vid": ("ssupp.vid",),
            "ssupp_<CHAT_KEY>message": ("message", "begun to write", "reload"),
            "ssupp_<CHAT_KEY>opened": ("open or closed", "reload"),
            "ssupp_<CHAT_KEY>_cards": ("product cards", "needs"),
        },
    ),
    (COOKIE, "marketing", "6 months", {"ssupp.visits": ("earlier visits", "automatic messages", "chatbots")}),
    (
        LOCAL,
        "marketing",
        "persistent",
        {
            "ssupp_<CHAT_KEY>": ("preferences", "marketing"),
            "ssupp_<CHAT_KEY>visits": ("ssupp.visits", "Not to be stored without consent to marketing"),
        },
    ),
]
ROWS = [
    pytest.param(kind, category, retention, name, words, id=f"{category} {kind}: {name}")
    for kind, category, retention, names in TABLES
    for name, words in names.items()
]


@pytest.fixture(scope="module")
def pack() -> Catalogue:
    return load_catalogue("pack:smartsupp")


def item_of(pack: Catalogue, kind: StorageKind, name: str) -> Item:
    (found,) = [item for item in pack.items if (item.kind, item.name) == (kind, name)]
    return found


@pytest.mark.parametrize(("kind", "category", "retention", "name", "words"), ROWS)
def test_row(
    pack: Catalogue, kind: StorageKind, category: str, retention: str, name: str, words: tuple[str, ...]
) -> None:
    item = item_of(pack, kind, name)
    assert str(item.retention) == retention
    assert item.provider is pack.providers["smartsupp"]
    (use,) = [use for use in item.uses if use.category.key == category]
    for word in words:
        assert word in use.purpose["en"]


def test_there_is_nothing_but_the_rows(pack: Catalogue) -> None:
    declared = sorted((item.kind, use.category.key, item.name) for item in pack.items for use in item.uses)
    assert declared == sorted((kind, category, name) for kind, category, _, names in TABLES for name in names)
    assert len([item for item in pack.items if item.kind is COOKIE]) == 2
    assert len([use for item in pack.items if item.kind is LOCAL for use in item.uses]) == 8


def test_one_key_serves_two_categories(pack: Catalogue) -> None:
    assert item_of(pack, LOCAL, "ssupp_<CHAT_KEY>").categories == ("functional", "marketing")


def test_the_basic_chatbot_needs_no_consent_on_legitimate_interests(pack: Catalogue) -> None:
    functional = pack.categories["functional"]
    assert functional.consent is ConsentNeed.NOT_REQUIRED
    assert functional.legal_basis is LegalBasis.LEGITIMATE_INTERESTS
    assert functional.exemption is None
    for item in pack.items:
        for use in item.uses:
            assert use.needs_consent is (use.category.key == "marketing")


def test_the_smart_features_need_consent_and_are_off(pack: Catalogue) -> None:
    assert pack.categories["marketing"].consent is ConsentNeed.REQUIRED
    assert pack.categories["marketing"].legal_basis is LegalBasis.CONSENT
    assert list(pack.features) == ["smart"]
    assert not pack.features["smart"].enabled
    for item in pack.items:
        for use in item.uses:
            assert (use.feature is not None) is (use.category.key == "marketing")
            assert use.enabled is (use.category.key == "functional")


def test_switching_the_smart_features_on() -> None:
    switched = load_catalogue("pack:smartsupp", features={"smart": True})
    assert all(use.enabled for item in switched.items for use in item.uses)


def test_the_processor(pack: Catalogue) -> None:
    provider = pack.providers["smartsupp"]
    assert provider.name == "Smartsupp.com, s.r.o."
    assert provider.role == "processor"
    assert provider.id_number == "036 68 681"
    assert provider.address == "Šumavská 31, 602 00 Brno"
    assert provider.stored_in == ("EU", "US", "other")
    assert provider.personal_data == ("contactDetails", "visitDetails")
    assert provider.must_not_contain == ("ipAddress",)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("processor", ["Smartsupp.com, s.r.o.", "036 68 681", "Šumavská 31, 602 00 Brno", "registered office"]),
        ("chat", ["legitimate interest", "Customer support", "cookies", "chat box", "automatically", "explicitly"]),
        ("chat", ["advanced features", "analytics or marketing cookies"]),
        ("contactDetails", ["first name and surname", "e-mail address", "phone number", "social network"]),
        ("visitDetails", ["addresses of the pages", "date and time", "screen resolution", "type of device", "browser"]),
        ("visitDetails", ["operating system", "IP address", "country and city"]),
        ("storage", ["mainly in the EU", "US", "other countries", "level of security like that in the EU"]),
    ],
)
def test_statements(pack: Catalogue, key: str, words: list[str]) -> None:
    for word in words:
        assert word in pack.statements[key]["en"]


def test_what_the_format_has_no_field_for_is_kept_beside() -> None:
    text = (Path(load_pack_file())).read_text("utf-8")
    for word in (
        "Mgr. Petra Stupková",
        "off by default",
        "every customer",
        "server hosting",
        "chat box tells visitors",
    ):
        assert word in text


def load_pack_file() -> str:
    import policycheck.catalogue.packs as packs

    return str(Path(packs.__path__[0]) / "smartsupp.yaml")


@pytest.mark.parametrize(
    ("kind", "name", "winner"),
    [
        (COOKIE, "ssupp.vid", "ssupp.vid"),
        (COOKIE, "ssupp.visits", "ssupp.visits"),
        (LOCAL, "_ss.enableSounds", "_ss.enableSounds"),
        (LOCAL, "ssupp_0a1b2c", "ssupp_<CHAT_KEY>"),
        (LOCAL, "ssupp_0a1b2cvid", "ssupp_<CHAT_KEY>vid"),
        (LOCAL, "ssupp_0a1b2cmessage", "ssupp_<CHAT_KEY>message"),
        (LOCAL, "ssupp_0a1b2copened", "ssupp_<CHAT_KEY>opened"),
        (LOCAL, "ssupp_0a1b2c_cards", "ssupp_<CHAT_KEY>_cards"),
        (LOCAL, "ssupp_0a1b2cvisits", "ssupp_<CHAT_KEY>visits"),
        (LOCAL, "ssupp_", None),
        (LOCAL, "ssupp.vid", None),
        (COOKIE, "ssupp_0a1b2c", None),
        (COOKIE, "SSUPP.VID", None),
    ],
)
def test_which_entry_declares_a_name(pack: Catalogue, kind: StorageKind, name: str, winner: str | None) -> None:
    found = pack.index[kind].lookup(name)
    assert (found and found.name) == winner


def test_a_site_binds_its_key() -> None:
    bound = load_catalogue("pack:smartsupp", bindings={"CHAT_KEY": "0a1b2c"})
    index = bound.index[LOCAL]
    assert index.lookup("ssupp_0a1b2cvisits") is not None
    assert index.lookup("ssupp_ffffffvisits") is None


def shared_folder() -> Path:
    for variable in ("POLICYCHECK_SHARED", "POLICYCHECK_SHARED_DATA"):
        if folder := os.environ.get(variable):
            candidate = Path(folder)
            return candidate.parent if candidate.name == "data" else candidate
    return Path(__file__).parents[4] / "shared"


class TestThePage:
    """The page itself, not part of the project: each name in its tables is declared, with the retention it gives."""

    @pytest.fixture
    def rows(self) -> list[tuple[StorageKind, str, str, str]]:
        page = shared_folder() / "seed" / "smartsupp-privacy-and-legal.txt"
        if not page.is_file():
            pytest.skip(f"the page is not here: {page}")
        found: list[tuple[StorageKind, str, str, str]] = []
        kind, category, pending = COOKIE, "", ""
        for line in page.read_text("utf-8").splitlines():
            if heading := re.fullmatch(
                r"(Functional|Marketing) (cookies|Local Storage)( \(web storage\))?", line.strip()
            ):
                category = heading[1].lower()
                kind = COOKIE if heading[2] == "cookies" else LOCAL
            elif category and (name := re.match(r"(_?ss\S*) ", line)):
                pending = name[1]
            if category and pending and (retention := re.search(r"(\d+ months?)$|persistent storage", line)):
                found.append((kind, category, pending, retention[1] or "persistent"))
                pending = ""
        return found

    def test_it_has_ten_rows(self, rows: list[tuple[StorageKind, str, str, str]]) -> None:
        assert len(rows) == 10

    def test_each_row_is_declared_with_its_retention(
        self, pack: Catalogue, rows: list[tuple[StorageKind, str, str, str]]
    ) -> None:
        for kind, category, name, retention in rows:
            item = item_of(pack, kind, name)
            assert category in item.categories
            assert str(item.retention) == retention

    def test_the_transcription_is_true(self, rows: list[tuple[StorageKind, str, str, str]]) -> None:
        transcribed = [(kind, category, name, keep) for kind, category, keep, names in TABLES for name in names]
        assert sorted(rows) == sorted(transcribed)
