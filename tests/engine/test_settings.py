from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from policycheck.consent.laws import LawName
from policycheck.consent.profiles.loading import load_profile
from policycheck.engine.settings import PathSettings, PerTestSettings, Settings, load_settings, read_settings
from policycheck.engine.settings.table import SETTINGS
from policycheck.errors import ConfigurationError
from policycheck.model.consent import UNSET, ConsentStatus
from policycheck.model.finding import Location, Severity, Waiver
from policycheck.model.lifetime import parse_retention


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
signals = {klaro = {youtube = "ads"}, didomi = false}
baseline = "old/baseline.json"
baseline-max-age = "6 months"
reports = ["report.sarif", "junit=report.xml"]

[[per-path]]
path = "/admin/*"
ignore = ["ATT"]
severity = {CON001 = "note"}

[[per-test]]
test = "tests/old"
select = ["CON"]
consent = "granted"

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
        signals={"klaro": {"youtube": ("ads",)}, "didomi": None},
        baseline=tmp_path / "old/baseline.json",
        baseline_max_age=parse_retention("6 months"),
        reports=("report.sarif", "junit=report.xml"),
        per_test=(PerTestSettings("tests/old", select=("CON",), consent=UNSET.with_status(ConsentStatus.GRANTED)),),
    )


WAIVER = """
[[waivers]]
codes = ["CON001"]
subject = "{}"
reason = "r"
owner = "o"
expires = 2026-09-01
"""


def test_a_waiver_knows_the_place_that_says_so(write: Any, tmp_path: Path) -> None:
    source = write("waivers-file = 'legal/waivers.toml'" + WAIVER.format("a") + WAIVER.format("b"))
    other = write("# for legal" + WAIVER.format("c"), "legal/waivers.toml")

    settings = read(source)

    assert [waiver.subject for waiver in settings.waivers] == ["a", "b", "c"]
    assert [(str(waiver.location), waiver.location and waiver.location.column) for waiver in settings.waivers] == [
        (f"{source}:2", 1),
        (f"{source}:9", 1),
        (f"{other}:2", 1),
    ]
    assert settings.waivers_file == other


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hosts = ['a']", "w.toml:1:1: hosts: has no place here: a file of waivers holds [[waivers]] alone"),
        ("\n[[waivers]]\nowner = 'o'", "w.toml:2:1: waivers: entry 1: 'codes' is missing"),
        ("waivers", "w.toml:1:8: this is not TOML"),
    ],
)
def test_a_broken_file_of_waivers_is_blamed_itself(write: Any, text: str, message: str) -> None:
    write(text, "w.toml")

    with pytest.raises(ConfigurationError) as raised:
        read_settings(write("waivers-file = 'w.toml'"))

    assert message in str(raised.value)


def test_what_a_file_extends_holds_where_it_says_nothing_else(write: Any, tmp_path: Path) -> None:
    write(
        """
        catalogue = "shared.yaml"
        baseline = "old.json"
        reports = ["report.sarif"]
        fail-on = "note"
        select = ["CON", "RET"]
        ignore = ["CON001"]
        features = ["chat"]
        severity = {CON = "note", RET = "note"}
        per-path = [{path = "/a"}]
        """
        + WAIVER.format("a"),
    )
    middle = write('extend = "../.."\n[tool.other]\n', "apps/shop/middle.toml")
    middle.write_text('extend = "../../policycheck.toml"\nbaseline-max-age = "never"', "utf-8")
    source = write(
        """
        [tool.policycheck]
        extend = "middle.toml"
        fail-on = "warning"
        extend-select = ["ATT004"]
        extend-ignore = ["RET003"]
        features = {chat = false, smart = true}
        severity = {CON = "error"}
        per-path = [{path = "/b"}]
        """,
        "apps/shop/pyproject.toml",
    )

    settings = read(source)

    assert settings == Settings(
        root=source.parent,
        source=source,
        catalogue="../../shared.yaml",
        baseline=tmp_path / "old.json",
        baseline_max_age=None,
        reports=("report.sarif",),
        fail_on=Severity.WARNING,
        select=("CON", "RET", "ATT004"),
        ignore=("CON001", "RET003"),
        features={"chat": False, "smart": True},
        severity={"CON": Severity.ERROR, "RET": Severity.NOTE},
        per_path=(PathSettings("/a"), PathSettings("/b")),
        waivers=settings.waivers,
    )
    assert [table.location for table in settings.per_path] == [
        Location(str(tmp_path / "policycheck.toml"), 10, 21),
        Location(str(source), 9, 21),
    ]
    assert str(settings.waivers[0].location) == f"{tmp_path / 'policycheck.toml'}:12"


def test_a_folder_can_be_extended(write: Any) -> None:
    write("[tool.policycheck]\nhosts = ['a']", "pyproject.toml")

    assert read(write("extend = '..'", "app/policycheck.toml")).hosts == ("a",)


def test_a_folder_without_settings_cannot_be_extended(write: Any, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(ConfigurationError, match=r"extend: the folder .*empty holds neither policycheck.toml nor"):
        read_settings(write("extend = 'empty'"))


def test_a_file_that_is_extended_and_is_no_toml_is_blamed_alone(write: Any) -> None:
    other = write("what is this", "other.toml")

    with pytest.raises(ConfigurationError) as raised:
        read_settings(write("extend = 'other.toml'"))

    assert str(raised.value).startswith(f"{other}:1:6: this is not TOML")


def test_extending_needs_a_table_of_ours(write: Any) -> None:
    write("[tool.other]", "pyproject.toml")

    with pytest.raises(ConfigurationError, match=r"policycheck.toml:1:10: extend: .*pyproject.toml has no table"):
        read_settings(write("extend = 'pyproject.toml'"))


def test_a_circle_of_files_is_an_error_of_the_file_that_closes_it(write: Any) -> None:
    write("\nextend = 'b.toml'", "a.toml")
    write("extend = 'a.toml'", "b.toml")

    with pytest.raises(ConfigurationError, match=r"b.toml:1:10: extend: the files extend each other in a circle: "):
        read_settings(write("extend = 'a.toml'"))


def test_a_mistake_in_an_extended_file_is_blamed_on_it(write: Any) -> None:
    write("cache = 3", "a.toml")

    with pytest.raises(ConfigurationError, match=r"a.toml:1:9: cache: must be true or false"):
        read_settings(write("extend = 'a.toml'"))


def test_more_selected_without_a_selection_is_more_than_all(write: Any) -> None:
    assert read(write("extend-select = ['ATT004']")).select == ("ALL", "ATT004")


@pytest.mark.parametrize(
    ("glob", "test", "covered"),
    [
        ("tests/old", "tests/old/test_a.py::test_x", True),
        ("tests/old/", "tests/old/test_a.py::test_x", True),
        ("tests/old", "tests/older/test_a.py::test_x", False),
        ("tests/*/test_a.py", "tests/old/test_a.py::TestX::test_x", True),
        ("*::test_x", "tests/test_a.py::test_x[chrome-/a]", True),
        ("*::test_x", "tests/test_a.py::test_xy", False),
        ("*::test_x[chrome]", "tests/test_a.py::test_x[chrome]", True),
        ("*::test_x[c]", "tests/test_a.py::test_xc", False),
        ("test_?.py", "test_a.py::test_x", True),
        ("test_a.py", "tests/test_a.py::test_x", False),
    ],
)
def test_a_glob_names_tests_by_node_id(glob: str, test: str, covered: bool) -> None:
    assert PerTestSettings(glob).covers(test) is covered


def test_the_consent_of_a_test_is_that_of_the_last_table_which_says_one() -> None:
    granted, refused = UNSET.grant("ads"), UNSET.refuse("ads")
    settings = Settings(
        consent=granted,
        per_test=(PerTestSettings("a.py", consent=refused), PerTestSettings("*", ignore=("CON",))),
    )

    assert [settings.consent_of(test) for test in ("a.py::x", "b.py::x", None)] == [refused, granted, granted]
    assert settings.with_options(consent=UNSET).consent_of("a.py::x") == UNSET


def test_options_go_before_the_file() -> None:
    settings = Settings(select=("RET",), ignore=("CON001", "ATT"), fail_on=Severity.NOTE)
    over = settings.with_options(select=["CON001"], ignore=["VAL"], fail_on=Severity.ERROR)

    assert (over.select, over.ignore, over.fail_on) == (("CON001",), ("ATT", "VAL"), Severity.ERROR)
    assert settings.with_options() == settings


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
    ("catalog = 'c.yaml'", "1:1", "catalog: is not a setting; did you mean 'catalogue'?"),
    ("fail_on = 'note'", "1:1", "fail_on: is not a setting; did you mean 'fail-on'?"),
    ("\n\ncatalogue = 3", "3:13", "catalogue: must be a text"),
    ("catalogue = ''", "1:13", "catalogue: must be a text"),
    ("select = 'CON'", "1:10", "select: must be a list of texts"),
    ("select = [\n  'CON',\n  3]", "3:3", "select: entry 2: must be a text"),
    ("select = ['']", "1:11", "select: entry 1: must be a text"),
    ("hosts = {}", "1:9", "hosts: must be a list of texts"),
    ("reports = 'r.json'", "1:11", "reports: must be a list of texts"),
    ("cache = 'no'", "1:9", "cache: must be true or false"),
    ("features = {smart = 'on'}", "1:21", "features: smart: must be true or false"),
    ("features = 'smart'", "1:12", "features: must be a table"),
    ("bindings = []", "1:12", "bindings: must be a table"),
    ("bindings = {A = 1}", "1:17", "bindings: A: must be a text"),
    ("severity = {CON = 'fatal'}", "1:19", "CON: 'fatal' is not a severity; there are error, warning, note"),
    ("[severity]\nCON = 'warn'", "2:7", "CON: 'warn' is not a severity; did you mean 'warning'?"),
    ("fail-on = 'never'", "1:11", "fail-on: 'never' is not a severity; there are error, warning, note"),
    ("fail-on = []", "1:11", "fail-on: [] is not a severity; there are error, warning, note"),
    (
        "profile = 'FRX'",
        "1:11",
        "profile: 'FRX' is not a profile; did you mean 'FR'?; there are ES, EU, EU-OMNIBUS, EU-TCF, FR, IE",
    ),
    ("tolerance = -1", "1:13", "tolerance: -1 is not a length of time"),
    ("tolerance = inf", "1:13", "tolerance: inf is not a length of time"),
    ("tolerance = true", "1:13", "tolerance: must be a text"),
    ("tolerance = 'persistent'", "1:13", "tolerance: 'persistent' is not a length of time"),
    ("tolerance = 'session'", "1:13", "tolerance: 'session' is not a length of time"),
    ("tolerance = 'a bit'", "1:13", "tolerance: 'a bit' is not a retention"),
    ("baseline-max-age = 'session'", "1:20", "baseline-max-age: 'session' is not a length of time"),
    ("baseline-max-age = 30", "1:20", "baseline-max-age: 30 is not a length of time"),
    ("baseline-max-age = '1 fortnight'", "1:20", "is not a length of time; write for example 6 months, or never"),
    (
        "[tool.policycheck]\ncache = true",
        "1:2",
        "tool: [tool.policycheck] is for pyproject.toml; here settings need no",
    ),
    ("extend = '.git'", "1:10", "extend: there is no file"),
    ("consent = 3", "1:11", "consent: a int says nothing about consent"),
    ("consent = 'ads=grant'", "1:11", "consent: 'grant' is not a consent status; did you mean 'granted'?"),
    ("laws = ['withdrawal-erases']", "1:8", "laws: must be a table: the name of a law, and why it is not looked at"),
    (
        "\n[laws]\nwithdrawal-erase = 'r'",
        "3:20",
        "'withdrawal-erase'; did you mean 'withdrawal-erases'?\n  all laws: policycheck",
    ),
    ("[laws]\nwithdrawal-erases = ' '", "2:21", "withdrawal-erases is switched off without a reason\n  fix: "),
    ("[laws]\nwithdrawal-erases = false", "2:21", "withdrawal-erases is switched off without a reason"),
    ("per-path = {}", "1:12", "per-path: must be a list of tables"),
    ("per-path = ['x']", "1:13", "per-path: entry 1: must be a table"),
    ("a = 1", "1:1", "a: is not a setting; there are extend, catalogue, features"),
    ("[[per-path]]\nignore = []", "1:1", "per-path: entry 1: 'path' is missing"),
    (
        "[[per-path]]\npath = '/'\n[[per-path]]\npath = '/'\nignored = []",
        "5:1",
        "entry 2: ignored: is unknown; did you mean 'ignore'?",
    ),
    ("[[per-test]]\ntest = 't'\nconsent = 7", "3:11", "per-test: entry 1: consent: a int says nothing"),
    (
        "[[waivers]]\ncodes = ['A']\nsubject = 's'\nreason = 'r'\nowner = 'o'",
        "1:1",
        "waivers: entry 1: 'expires' is missing",
    ),
    (
        "[[waivers]]\ncodes = ['A']\nsubject = 's'\nreason = 'r'\nowner = 'o'\nexpires = 'soon'",
        "6:11",
        "waivers: entry 1: expires: 'soon' is no day of the calendar; write one as 2026-09-01",
    ),
    (
        "[[waivers]]\ncodes = ['A']\nsubject = 's'\nreason = 'r'\nowner = ' '\nexpires = 2026-01-01",
        "5:9",
        "waivers: entry 1: owner: must be a text",
    ),
    (
        "waivers = [{codes = [], subject = 's', reason = 'r', owner = 'o', expires = 2026-01-01}]",
        "1:21",
        "waivers: entry 1: codes: must name a rule at least",
    ),
    ("extend = 'none.toml'", "1:10", "extend: there is no file"),
    ("extend = 'policycheck.toml'", "1:10", "extend: the files extend each other in a circle"),
    ("waivers-file = 'none.toml'", "1:16", "waivers-file: there is no file"),
    ("select = ['a' 'b']", "1:15", "this is not TOML: "),
]


@pytest.mark.parametrize(("text", "place", "message"), BROKEN)
def test_what_is_no_setting_is_said_with_its_place(write: Any, text: str, place: str, message: str) -> None:
    path = write(text)

    with pytest.raises(ConfigurationError) as raised:
        read_settings(path)

    found, _, rest = str(raised.value).partition(": ")
    assert found == f"{path}:{place}"
    assert message in rest


def test_the_place_is_searched_below_the_table(write: Any) -> None:
    path = write("[project]\nselect = 1\n\n[tool.policycheck]\nselect = 1\n", "pyproject.toml")

    with pytest.raises(ConfigurationError, match=r"pyproject.toml:5:10: select: must be"):
        read_settings(path)


def test_a_file_below_the_working_directory_is_named_from_there(write: Any, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ConfigurationError, match=r"^a/policycheck.toml:1:1: x: is not a setting"):
        read_settings(write("x = 1", "a/policycheck.toml"))


def test_a_file_of_windows_is_read(tmp_path: Path) -> None:
    (tmp_path / "policycheck.toml").write_bytes(b"\xef\xbb\xbfhosts = ['a']\r\ncache = 1\r\n")

    with pytest.raises(ConfigurationError, match=r"policycheck.toml:2:9: cache: must be"):
        read_settings(tmp_path / "policycheck.toml")


@pytest.mark.parametrize(
    "text",
    ["[project]\nname = 'x'", "[tool.other]\nselect = 1", "this is not TOML"],
)
def test_a_pyproject_that_says_nothing_about_us_is_none_of_ours(write: Any, text: str) -> None:
    assert read_settings(write(text, "pyproject.toml")) is None


def test_a_broken_file_of_ours_is_an_error(write: Any, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"pyproject.toml:2:15: this is not TOML: "):
        read_settings(write("[tool.policycheck]\nselect = ['a' 'b']", "pyproject.toml"))
    with pytest.raises(ConfigurationError, match=r"policycheck.toml:1:9: this is not TOML"):
        read_settings(write("nonsense"))
    with pytest.raises(ConfigurationError, match=r"pyproject.toml:2:15: \[tool.policycheck\] must be a table"):
        read_settings(write("[tool]\npolicycheck = 3", "pyproject.toml"))
    with pytest.raises(ConfigurationError, match=r"cannot be read"):
        read_settings(tmp_path / "missing.toml")
    (tmp_path / "latin.toml").write_bytes(b"catalogue = '\xff'")
    with pytest.raises(ConfigurationError, match=r"latin.toml:1:14: byte 0xff is not UTF-8"):
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


OF_THE_READER_ALONE = (
    "is not a profile",
    "is not a length of time",
    "is not a retention",
    "is not a consent status",
    "there is no file",
    "circle",
    "is not TOML",
)
"""What no schema can tell."""


def accepted_by_the_schema(text: str) -> bool:
    from policycheck.catalogue.reading.toml_text import read_toml
    from policycheck.catalogue.schema import validator

    return bool(validator("settings.schema.json").is_valid(read_toml(text, "policycheck.toml").data))


@pytest.mark.parametrize(
    ("text", "message"),
    [(text, message) for text, _, message in BROKEN if not any(part in message for part in OF_THE_READER_ALONE)],
)
def test_the_schema_rejects_what_the_reader_rejects(text: str, message: str) -> None:
    assert not accepted_by_the_schema(text), message


def test_the_schema_rejects_a_length_of_time_below_nothing() -> None:
    assert not accepted_by_the_schema("tolerance = -1")


@pytest.mark.parametrize("text", [WHOLE, "", *(setting.text for setting in SETTINGS.values())])
def test_the_schema_accepts_what_the_reader_accepts(text: str) -> None:
    for example in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) or [text]:
        assert accepted_by_the_schema(example), example
