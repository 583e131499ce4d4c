"""``policycheck format``: writes, checks and shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli

UNTIDY = "catalogue: 1\nitems:\n- kind: cookie\n  name: 'a'\n  category: necessary\n  retention: session\n"
TIDY = "catalogue: 1\nitems:\n  - name: a\n    kind: cookie\n    category: necessary\n    retention: session\n"


def test_files_are_rewritten_once(cli: Cli) -> None:
    path = Path("catalogue.yaml")
    path.write_text(UNTIDY)
    path.chmod(0o640)
    Path("link.yaml").symlink_to("catalogue.yaml")
    result = cli("format", "link.yaml")
    assert (result.code, result.out) == (0, "changed link.yaml\n1 of 1 file changed\n")
    assert path.read_text() == TIDY
    assert Path("link.yaml").is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert cli("format", "catalogue.yaml").out == "0 of 1 file changed\n"
    assert [entry.name for entry in Path().iterdir() if entry.name.startswith(".catalogue")] == []


def test_check_names_files_and_writes_nothing(cli: Cli) -> None:
    Path("a.yaml").write_text(UNTIDY)
    Path("b.yaml").write_text(TIDY)
    result = cli("format", "--check", "a.yaml", "b.yaml")
    assert (result.code, result.out) == (1, "would change a.yaml\n1 of 2 files would change\n")
    assert Path("a.yaml").read_text() == UNTIDY
    assert cli("format", "--check", "b.yaml").code == 0


def test_diff_shows_and_writes_nothing(cli: Cli) -> None:
    Path("a.yaml").write_text(UNTIDY)
    result = cli("format", "--diff", "a.yaml")
    assert result.code == 0
    assert "--- a.yaml\n+++ a.yaml (formatted)\n" in result.out
    assert "-- kind: cookie\n" in result.out
    assert cli("format", "--diff", "--check", "a.yaml").code == 1
    Path("b.yaml").write_bytes(TIDY.encode().replace(b"cookie\n", b"cookie\r\n"))
    assert cli("format", "--diff", "b.yaml").out == "b.yaml: only line ends would change\n"
    assert Path("a.yaml").read_text() == UNTIDY


def test_standard_input_goes_to_standard_output(cli: Cli) -> None:
    assert cli("format", "-", stdin=UNTIDY.encode()).out == TIDY
    assert cli("format", "-", "--check", stdin=UNTIDY.encode()).code == 1


def test_without_files_the_projects_own_catalogue(cli: Cli) -> None:
    Path("policycheck.toml").write_text('catalogue = "site.yaml"\n')
    Path("site.yaml").write_text(UNTIDY)
    assert cli("format").out == "changed site.yaml\n1 of 1 file changed\n"
    Path("policycheck.toml").write_text('catalogue = "pack:django"\n')
    result = cli("format")
    assert (result.code, "which is no file of yours" in result.err) == (2, True)


def test_a_broken_file_does_not_hide_the_others(cli: Cli) -> None:
    Path("a.yaml").write_text("a: [")
    Path("b.yaml").write_text(UNTIDY)
    result = cli("format", "missing.yaml", "a.yaml", "b.yaml", "c.txt")
    assert result.code == 2
    assert "missing.yaml: cannot be read" in result.err
    assert "a.yaml:2:1: this is not YAML" in result.err
    assert result.out == "changed b.yaml\n1 of 4 files changed\n"


def test_a_toml_catalogue_needs_tomlkit(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.toml").write_text("catalogue = 1\n")
    monkeypatch.setitem(__import__("sys").modules, "tomlkit", None)
    result = cli("format", "a.toml")
    assert (result.code, "fix: pip install 'policycheck[toml]'" in result.err) == (2, True)


def test_a_folder_that_cannot_be_written_is_one_error(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.yaml").write_text(UNTIDY)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    result = cli("format", "a.yaml")
    assert (result.code, "a.yaml: cannot be written: Permission denied" in result.err) == (2, True)
