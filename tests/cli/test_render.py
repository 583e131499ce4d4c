"""``policycheck render``: written to the screen, into a page, and held to the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import CATALOGUE, Cli

PAGE = "# Privacy\n\nOurs.\n\n<!-- policycheck:begin -->\n<!-- policycheck:end -->\n\nOurs too.\n"


@pytest.fixture(autouse=True)
def project(cli: Cli) -> None:
    Path("catalogue.yaml").write_text(CATALOGUE)
    Path("policycheck.toml").write_text('catalogue = "catalogue.yaml"\ncache = false\n')


def test_a_page_is_filled_and_stays_current(cli: Cli) -> None:
    page = Path("cookies.md")
    page.write_text(PAGE)
    assert cli("render", "-o", "cookies.md").out == "cookies.md was updated\n"
    text = page.read_text()
    assert text.startswith("# Privacy\n\nOurs.\n\n<!-- policycheck:begin -->\n\n## Cookies and similar storage\n")
    assert text.endswith("\n<!-- policycheck:end -->\n\nOurs too.\n")
    assert "| `_ga` | cookie | Counts visitors. | 13 months | this site |" in text
    assert "chat_" not in text
    assert cli("render", "-o", "cookies.md").out == "cookies.md is current\n"
    result = cli("render", "--check", "cookies.md")
    assert (result.code, result.out) == (0, "cookies.md is current\n")


def test_a_page_that_lags_behind_is_shown_by_a_diff(cli: Cli) -> None:
    page = Path("cookies.md")
    page.write_text(PAGE)
    cli("render", "-o", "cookies.md", "--lang", "cs")
    Path("catalogue.yaml").write_text(CATALOGUE.replace("13 months", "1 month", 1))
    result = cli("render", "--check", "cookies.md", "--lang", "cs")
    assert result.code == 1
    assert "-| `_ga` | cookie | Counts visitors. | 13 měsíců | tento web |\n" in result.out
    assert "+| `_ga` | cookie | Counts visitors. | 1 měsíc | tento web |\n" in result.out
    assert result.out.endswith(
        "cookies.md is not what the catalogue says\n  fix: policycheck render --lang cs -o cookies.md\n"
    )
    assert "13 měsíců" in page.read_text()


def test_spaces_at_the_ends_of_lines_and_line_ends_are_no_difference(cli: Cli) -> None:
    page = Path("cookies.md")
    page.write_bytes(PAGE.replace("\n", "\r\n").encode())
    cli("render", "-o", "cookies.md")
    content = page.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
    page.write_bytes(content.replace(b"cookie |", b"cookie |").replace(b"|\r\n", b"| \r\n"))
    assert cli("render", "--check", "cookies.md").code == 0


def test_new_pages(cli: Cli) -> None:
    assert cli("render", "-o", "new.md").out == "new.md was written\n"
    assert Path("new.md").read_text().startswith("<!-- policycheck:begin -->\n\n## Cookies")
    cli("render", "-o", "new.html", "--lang", "cs")
    assert Path("new.html").read_text().startswith('<!doctype html>\n<html lang="cs">')
    assert cli("render", "--check", "new.md", "new.html").code == 1
    assert cli("render", "--check", "new.html", "--lang", "cs").code == 0


def test_standard_output(cli: Cli) -> None:
    assert cli("render").out.startswith("## Cookies and similar storage\n")
    assert cli("render", "-f", "html").out.startswith('<section class="policycheck" lang="en"')
    assert cli("render", "--page").out.startswith("<!doctype html>")
    assert "chat_<KEY>" in cli("render", "--feature", "chat").out
    assert "`chat_12ab`" in cli("render", "--feature", "chat", "--bind", "KEY=12ab").out


def test_headings_of_another_language_are_warned_of(cli: Cli) -> None:
    Path("catalogue.yaml").write_text(CATALOGUE.replace("{en: Counts visitors.}", "{en: Counts., pl: Liczy.}"))
    result = cli("render", "--lang", "pl")
    assert "Liczy." in result.out
    assert "there are no headings in 'pl'; they are in English" in result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-o", "page.txt"), "page.txt: the ending does not tell the format\n  fix: give --format markdown or html"),
        (("-o", "bare.md"), "bare.md: the page has no markers, so nothing says where the overview stands"),
        (("--check", "bare.md"), "fix: put <!-- policycheck:begin --> and <!-- policycheck:end --> on lines of their"),
        (("--check", "missing.md"), "missing.md: cannot be read: No such file or directory"),
        (("--check", "binary.md"), "binary.md: cannot be read: it is not UTF-8"),
        (("--check", "bare.md", "-o", "bare.md"), "--check writes nothing, so it goes without --output"),
        (("--lang", "xx"), "has no texts in 'xx'; there are en"),
        (("--page", "-f", "markdown"), "--page makes a page of HTML"),
        (("-o", "folder/new.md"), "folder/new.md: cannot be written: No such file or directory"),
    ],
)
def test_bad_input_is_one_error(cli: Cli, arguments: tuple[str, ...], message: str) -> None:
    Path("bare.md").write_text("# Ours\n")
    Path("binary.md").write_bytes(b"\xff")
    result = cli("render", *arguments)
    assert result.code == 2
    assert message in result.err
    assert Path("bare.md").read_text() == "# Ours\n"
