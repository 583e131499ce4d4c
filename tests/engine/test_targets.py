from __future__ import annotations

from pathlib import Path

import pytest

from policycheck.engine.targets import Target, parse_target, parse_targets
from policycheck.errors import UsageError

FORMATS = ("text", "json", "sarif", "junit", "markdown", "html", "gitlab", "tsv")
HERE = Path("/site")


@pytest.mark.parametrize(
    ("text", "format_name", "path"),
    [
        ("report.json", "json", "report.json"),
        ("out/report.SARIF", "sarif", "out/report.SARIF"),
        ("report.xml", "junit", "report.xml"),
        ("report.txt", "text", "report.txt"),
        ("report.md", "markdown", "report.md"),
        ("report.html", "html", "report.html"),
        ("report.htm", "html", "report.htm"),
        ("report.tsv", "tsv", "report.tsv"),
        ("gitlab=gl-code-quality-report.json", "gitlab", "gl-code-quality-report.json"),
        ("json=a=b.json", "json", "a=b.json"),
        ("a.b=c.json", "json", "a.b=c.json"),
        ("./a=b.json", "json", "./a=b.json"),
        ("/elsewhere/report.json", "json", "/elsewhere/report.json"),
    ],
)
def test_a_target_says_its_format_itself_or_by_its_ending(text: str, format_name: str, path: str) -> None:
    assert parse_target(text, FORMATS, HERE) == Target(format_name, HERE / path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("report", "the ending of the file says no format; there are gitlab, html.*\n  fix: say it, as in json=report"),
        ("report.pdf", "the ending of the file says no format"),
        ("sarf=report.json", "no reporter is called 'sarf'; did you mean 'sarif'"),
        ("json=", "says no file"),
    ],
)
def test_what_says_no_format_is_an_error(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_target(text, FORMATS, HERE)


def test_a_default_holds_where_the_ending_says_nothing() -> None:
    assert parse_target("report", FORMATS, HERE, default="json").format_name == "json"
    assert parse_target("report.xml", FORMATS, HERE, default="json").format_name == "junit"


def test_two_reports_never_go_to_one_file() -> None:
    assert len(parse_targets(["a.json", "a.xml"], FORMATS, HERE)) == 2
    with pytest.raises(UsageError, match="two reports would go there, json and gitlab"):
        parse_targets(["a.json", "gitlab=a.json"], FORMATS, HERE)


def test_two_reports_never_go_to_one_file_however_it_is_spelt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="two reports would go there"):
        parse_targets(["a.json", f"gitlab={tmp_path / 'a.json'}"], FORMATS, Path())
