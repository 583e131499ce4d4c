"""An Open Cookie Database that a user points at: what its rows say, and which of its wildcards say nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from policycheck.consent.signals.index import SignalIndex
from policycheck.drafting.cookiedatabase import read_cookie_database
from policycheck.drafting.suggestions import Suggestion, Suggestions
from policycheck.errors import UsageError
from policycheck.model.storage import StorageKind

DATA = Path(os.environ.get("POLICYCHECK_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
HEAD = (
    "ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,Data Controller,"
    "User Privacy & GDPR Rights Portals,Wildcard match\n"
)
ROWS = """\
1,Tea Counter,Analytics,tea_id,tea.example,Counts cups.,2 years,Tea Ltd,https://tea.example,0
2,Tea Counter,Marketing,tea_ad_,tea.example,Sells cups.,1 year,Tea Ltd,,1
3,Tea Counter,Functional,"tea_tab\t",,"Keeps, what was open.",session,,,0
4,Pots,Security,pot*,,Guards the pot.,session,Pot Inc,,0
5,Pots,Functional,tp,,Says nothing of anybody,session,Pot Inc,,1
6,Pots,Security,_s_,,Short but told apart.,session,Pot Inc,,1
7,Cups,Necessary,shared,,One thing.,session,Cup SA,,0
8,Bowls,Marketing,shared,,Another thing.,session,Bowl SA,,0
9,Bowls,Personalization,bowls_%INTEGER%,,Which bowl.,session,Bowl SA,,1
10,Bowls,Unheard of,odd_name,,What it is for.,Varies,Bowl SA,,0
11,Bowls,Marketing,,,No name.,session,Bowl SA,,0
"""


def suggestions(path: Path) -> Suggestions:
    return Suggestions((), SignalIndex(()), read_cookie_database(path))


@pytest.fixture(params=["csv", "json"])
def known(request: pytest.FixtureRequest, tmp_path: Path) -> Suggestions:
    """The same rows in both of its formats."""
    import csv
    import io

    path = tmp_path / f"open-cookie-database.{request.param}"
    if request.param == "csv":
        path.write_text("\ufeff" + HEAD + ROWS, "utf-8")
        return suggestions(path)
    platforms: dict[str, list[dict[str, str]]] = {}
    for _, platform, category, name, domain, description, retention, controller, link, wildcard in csv.reader(
        io.StringIO(ROWS)
    ):
        row = {"category": category, "cookie": name, "domain": domain, "description": description}
        row |= {"retentionPeriod": retention, "dataController": controller, "privacyLink": link}
        platforms.setdefault(platform, []).append({**row, "wildcardMatch": wildcard})
    path.write_text(json.dumps(platforms), "utf-8")
    return suggestions(path)


def of(known: Suggestions, name: str) -> Suggestion | None:
    return known.of(StorageKind.COOKIE, name)


@pytest.mark.parametrize(
    ("name", "category", "confidence", "provider"),
    [
        ("tea_id", "analytics", "medium", "Tea Ltd"),
        ("tea_ad_17", "marketing", "low", "Tea Ltd"),
        ("tea_tab", "functional", "medium", "Tea Counter"),
        ("pot_lid", None, "", ""),
        ("_s_x", "necessary", "low", "Pot Inc"),
        ("bowls_7", "functional", "low", "Bowl SA"),
        ("odd_name", None, "medium", "Bowl SA"),
        ("shared", None, "low", ""),
    ],
)
def test_a_row_suggests(known: Suggestions, name: str, category: str | None, confidence: str, provider: str) -> None:
    found = of(known, name)
    if not confidence:
        assert found is None
        return
    assert found is not None
    assert (found.category, found.confidence, found.provider[1] if found.provider else "") == (
        category, confidence, provider,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["tp_cart", "my_tp", "other_tea_id", "x_tea_ad_1", "", "TEA_ID"])
def test_names_of_others_are_left_alone(known: Suggestions, name: str) -> None:
    assert of(known, name) is None


def test_the_purpose_is_the_description_and_who_says_so_is_told(known: Suggestions) -> None:
    found = of(known, "tea_tab")
    assert found is not None
    assert found.purpose == {"en": "Keeps, what was open."}
    assert found.remark == "the Open Cookie Database has it, of Tea Counter: see whether it is that"
    wide = of(known, "tea_ad_1")
    assert wide is not None
    assert "has names that begin with tea_ad_, of Tea Ltd" in wide.remark


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name,category\na,b\n", r"f:1: no Open Cookie Database: its columns are missing: Platform, Category"),
        (b"", "its columns are missing"),
        (b"{}", "it holds platforms, each with a list of cookies"),
        (b'{"Tea": [{"name": "a"}]}', "it holds platforms"),
        (b'{"Tea": [', "f:1:10: the JSON cannot be read"),
        (b"[" * 100_000, "the JSON cannot be read"),
        (b"\xff\xfeab", "not UTF-8"),
        ((HEAD + '1,"' + "x" * 200_000).encode(), "the CSV cannot be read"),
    ],
)
def test_what_is_no_such_database(
    content: bytes, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("f").write_bytes(content)
    with pytest.raises(UsageError, match=message) as error:
        read_cookie_database(Path("f"))
    assert "fix: give its open-cookie-database.csv" in str(error.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_cookie_database(tmp_path / "nowhere.csv")


def test_the_database_itself() -> None:
    path = DATA / "open-cookie-database" / "open-cookie-database.csv"
    if not path.exists():
        pytest.skip(f"{path.name} is not in {DATA}: set POLICYCHECK_SHARED_DATA")
    database = read_cookie_database(path)
    assert database.rows > 2_200
    found = database.find(StorageKind.COOKIE, "_gid")
    assert found is not None
    assert (found.category, found.provider, found.exact) == ("analytics", "Google", True)
    assert database.find(StorageKind.COOKIE, "ce_need_secure_cookie")
    for name in ("theme", "my_sid", "session", "tp_cart", "user_settings", "cart_SR"):
        known = database.find(StorageKind.COOKIE, name)
        assert known is None or known.exact, known
