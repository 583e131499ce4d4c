from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from policycheck.consent.laws import LawName
from policycheck.consent.profiles.loading import load_profile
from policycheck.engine.settings import PathSettings, Settings, load_settings, read_settings
from policycheck.errors import ConfigurationError
from policycheck.model.consent import UNSET, ConsentStatus
from policycheck.model.finding import Severity, Waiver


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write_file(text: str, name: str = "policycheck.toml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write_file


def read(path: Path) -> Settings:
    settings = read_settings(path)
    assert settings is not None
    return settings


WHOLE = """
catalogue = "catalogue.yaml"
features = ["smart"]
bindings = {CHAT_KEY = "abc"}
select = ["CON", "RET001"]
ignore = ["ATT003"]
severity = {ATT001 = "error"}
consent = {analytics = "granted"}
tolerance = "1 day"
profile = "FR"
hosts = ["shop.example"]
fail-on = "warning"
cache = false
laws = {withdrawal-erases = "the vendor clears it"}

[[per-path]]
path = "/admin/*"
ignore = ["ATT"]
severity = {CON001 = "note"}

[[waivers]]
codes = ["CON001"]
subject = "_ga"
reason = "until the tag manager is replaced"
owner = "ann"
expires = 2026-09-01
"""


@pytest.mark.parametrize("name", ["policycheck.toml", "pyproject.toml"])
def test_every_setting_is_read(write: Any, tmp_path: Path, name: str) -> None:
    text = WHOLE
    if name == "pyproject.toml":
        text = "[project]\nname = 'x'\n[tool.policycheck]" + text.replace("[[", "[[tool.policycheck.")
    path = write(text, name)

    assert read(path) == Settings(
        root=tmp_path,
        source=path,
        catalogue="catalogue.yaml",
        features={"smart": True},
        bindings={"CHAT_KEY": "abc"},
        select=("CON", "RET001"),
        ignore=("ATT003",),
        severity={"ATT001": Severity.ERROR},
        per_path=(PathSettings("/admin/*", ("ATT",), {"CON001": Severity.NOTE}),),
        waivers=(Waiver(("CON001",), "_ga", "until the tag manager is replaced", "ann", date(2026, 9, 1)),),
        consent=UNSET.grant("analytics"),
        tolerance=86_400.0,
        profile=load_profile("FR"),
        hosts=("shop.example",),
        fail_on=Severity.WARNING,
        cache=False,
        laws={LawName.WITHDRAWAL_ERASES: "the vendor clears it"},
    )


def test_without_anything_the_defaults_hold(write: Any, tmp_path: Path) -> None:
    path = write("")

    assert read(path) == Settings(root=tmp_path, source=path)
    assert Settings().root == Path.cwd()
    assert (Settings().fail_on, Settings().cache, Settings().tolerance, Settings().consent) == (
        Severity.ERROR,
        True,
        0.0,
        UNSET,
    )


@pytest.mark.parametrize(
    ("line", "attribute", "value"),
    [
        ("tolerance = 0", "tolerance", 0.0),
        ("tolerance = 1.5", "tolerance", 1.5),
        ("tolerance = 'P1D'", "tolerance", 86_400.0),
        ("features = {smart = false, chat = true}", "features", {"smart": False, "chat": True}),
        ("consent = 'refused'", "consent", UNSET.with_status(ConsentStatus.REFUSED)),
        ("consent = ['ads']", "consent", UNSET.grant("ads")),
        ("waivers = []", "waivers", ()),
        (
            "waivers = [{codes = ['A'], subject = 's', reason = 'r', owner = 'o', expires = '2026-09-01'}]",
            "waivers",
            (Waiver(("A",), "s", "r", "o", date(2026, 9, 1)),),
        ),
        (
            "waivers = [{codes = ['A'], subject = 's', reason = 'r', owner = 'o', expires = 2026-09-01T00:00:00Z}]",
            "waivers",
            (Waiver(("A",), "s", "r", "o", date(2026, 9, 1)),),
        ),
        ("per-path = [{path = '/'}]", "per_path", (PathSettings("/"),)),
    ],
)
def test_forms_that_a_setting_takes(write: Any, line: str, attribute: str, value: object) -> None:
    assert getattr(read(write(line)), attribute) == value


BROKEN = [
    ("catalog = 'c.yaml'", 1, "catalog: is not a setting; did you mean 'catalogue'?"),
    ("\n\ncatalogue = 3", 3, "catalogue: must be a text"),
    ("catalogue = ''", 1, "catalogue: must be a text"),
    ("select = 'CON'", 1, "select: must be a list of texts"),
    ("select = ['CON', 3]", 1, "select: must be a list of texts"),
    ("select = ['']", 1, "select: must be a list of texts"),
    ("hosts = {}", 1, "hosts: must be a list of texts"),
    ("cache = 'no'", 1, "cache: must be true or false"),
    ("features = {smart = 'on'}", 1, "features: must be true or false"),
    ("features = 'smart'", 1, "features: must be a table"),
    ("bindings = []", 1, "bindings: must be a table"),
    ("bindings = {A = 1}", 1, "bindings: must be a text"),
    ("severity = {CON = 'fatal'}", 1, "severity: 'fatal' is not a severity; there are error, warning, note"),
    ("fail-on = 'never'", 1, "fail-on: 'never' is not a severity; there are error, warning, note"),
    ("fail-on = []", 1, "fail-on: [] is not a severity; there are error, warning, note"),
    (
        "profile = 'FRX'",
        1,
        "profile: 'FRX' is not a profile; did you mean 'FR'?; there are ES, EU, EU-OMNIBUS, EU-TCF, FR, IE",
    ),
    ("tolerance = -1", 1, "tolerance: must be a text"),
    ("tolerance = true", 1, "tolerance: must be a text"),
    ("tolerance = 'persistent'", 1, "tolerance: 'persistent' is not a length of time"),
    ("tolerance = 'session'", 1, "tolerance: 'session' is not a length of time"),
    ("tolerance = 'a bit'", 1, "tolerance: 'a bit' is not a retention"),
    ("consent = 3", 1, "consent: a int says nothing about consent"),
    ("consent = 'ads=grant'", 1, "consent: 'grant' is not a consent status; did you mean 'granted'?"),
    ("laws = ['withdrawal-erases']", 1, "laws: must be a table: the name of a law, and why it is not looked at"),
    (
        "\n[laws]\nwithdrawal-erase = 'r'",
        2,
        "'withdrawal-erase'; did you mean 'withdrawal-erases'?\n  all laws: policycheck",
    ),
    ("[laws]\nwithdrawal-erases = ' '", 1, "laws: withdrawal-erases is switched off without a reason\n  fix: "),
    ("[laws]\nwithdrawal-erases = false", 1, "laws: withdrawal-erases is switched off without a reason"),
    ("per-path = {}", 1, "per-path: must be a list of tables"),
    ("per-path = ['x']", 1, "per-path: must be a list of tables"),
    ("a = 1", 1, "a: is not a setting; there are catalogue, features"),
    ("[[per-path]]\nignore = []", 1, "per-path: table 1: 'path' is missing"),
    (
        "[[per-path]]\npath = '/'\n[[per-path]]\npath = '/'\nignored = []",
        1,
        "table 2: 'ignored' is unknown; did you mean 'ignore'?",
    ),
    (
        "[[waivers]]\ncodes = ['A']\nsubject = 's'\nreason = 'r'\nowner = 'o'",
        1,
        "waivers: table 1: 'expires' is missing",
    ),
    (
        "[[waivers]]\ncodes = ['A']\nsubject = 's'\nreason = 'r'\nowner = 'o'\nexpires = 'soon'",
        1,
        "waivers: Invalid isoformat string: 'soon'",
    ),
]


@pytest.mark.parametrize(("text", "line", "message"), BROKEN)
def test_what_is_no_setting_is_said_with_its_line(write: Any, text: str, line: int, message: str) -> None:
    path = write(text)

    with pytest.raises(ConfigurationError) as raised:
        read_settings(path)

    place, _, rest = str(raised.value).partition(": ")
    assert place == f"{path}:{line}"
    assert message in rest


def test_the_line_is_searched_below_the_table(write: Any) -> None:
    path = write("[project]\nselect = 1\n\n[tool.policycheck]\nselect = 1\n", "pyproject.toml")

    with pytest.raises(ConfigurationError, match=r"pyproject.toml:5: select: must be"):
        read_settings(path)


@pytest.mark.parametrize(
    "text",
    ["[project]\nname = 'x'", "[tool.other]\nselect = 1", "this is not TOML"],
)
def test_a_pyproject_that_says_nothing_about_us_is_none_of_ours(write: Any, text: str) -> None:
    assert read_settings(write(text, "pyproject.toml")) is None


def test_a_broken_file_of_ours_is_an_error(write: Any, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"pyproject.toml: not valid TOML: .*line 2"):
        read_settings(write("[tool.policycheck]\nselect = ['a' 'b']", "pyproject.toml"))
    with pytest.raises(ConfigurationError, match=r"policycheck.toml: not valid TOML"):
        read_settings(write("nonsense"))
    with pytest.raises(ConfigurationError, match=r"must be a table"):
        read_settings(write("[tool]\npolicycheck = 3", "pyproject.toml"))
    with pytest.raises(ConfigurationError, match=r"cannot be read"):
        read_settings(tmp_path / "missing.toml")
    (tmp_path / "latin.toml").write_bytes(b"catalogue = '\xff'")
    with pytest.raises(ConfigurationError, match=r"latin.toml: cannot be read"):
        read_settings(tmp_path / "latin.toml")


def test_the_nearest_settings_above_are_taken(write: Any, tmp_path: Path) -> None:
    outer = write("[tool.policycheck]\nselect = ['CON']", "pyproject.toml")
    inner = write("select = ['RET']", "a/policycheck.toml")
    write("[project]", "a/b/pyproject.toml")
    (tmp_path / "a/b/c").mkdir()

    assert load_settings(tmp_path / "a/b/c").source == inner
    assert load_settings(tmp_path / "a/b/c").root == inner.parent
    assert load_settings(tmp_path).source == outer


def test_in_one_folder_our_own_file_goes_first(write: Any, tmp_path: Path) -> None:
    write("[tool.policycheck]\nselect = ['CON']", "pyproject.toml")
    own = write("select = ['RET']")

    assert load_settings(tmp_path).source == own


def test_where_there_is_no_file_the_folder_is_the_root(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)

    assert (settings.root, settings.source) == (tmp_path.resolve(), None)


def test_the_cache_stands_beside_the_settings(tmp_path: Path) -> None:
    source = tmp_path / "policycheck.toml"

    assert Settings(root=tmp_path, source=source).cache_folder == tmp_path / ".policycheck_cache"
    assert Settings(root=tmp_path, source=source, cache=False).cache_folder is None


def test_where_nobody_has_settings_nothing_is_left_behind(tmp_path: Path) -> None:
    assert Settings(root=tmp_path).cache_folder is None
