from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="a terminal is imitated with a pty, which this system does not have")

CATALOGUE = (
    "catalogue: 1\nitems:\n  - {name: a, kind: cookie, category: necessary, retention: session, purpose: {en: x}}\n"
)
DUMP = b"HTTP/2 200\nset-cookie: undeclared-\x1b[31m=1\nset-cookie: \xc2\x9bb\xe2\x80\xae=1\n\n"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def on_a_terminal(folder: Path, *arguments: str, columns: int = 80, **environment: str) -> str:
    """What the program writes to a terminal, read until it ends."""
    settings: Mapping[str, str] = {
        **{name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "CI"}},
        "TERM": "xterm-256color",
        "COLUMNS": str(columns),
        **environment,
    }
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execve(sys.executable, [sys.executable, "-m", "policycheck", *arguments], settings)
    written = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break
        if not piece:
            break
        written += piece
    os.waitpid(process, 0)
    os.close(terminal)
    return written.decode("utf-8").replace("\r\n", "\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "c.yaml").write_text(CATALOGUE)
    (tmp_path / "dump.txt").write_bytes(DUMP)
    return tmp_path


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_person_reads_colours_within_the_width(folder: Path, columns: int) -> None:
    text = on_a_terminal(folder, "check", "dump.txt", "-c", "c.yaml", columns=columns)

    assert COLOUR.search(text)
    plain = COLOUR.sub("", text)
    assert "INV001 undeclared-item:" in plain
    assert "\x1b" not in plain
    assert "\x9b" not in plain
    assert "\u202e" not in plain
    assert max(map(len, plain.split("\n"))) <= columns
    squeezed = re.sub(r"\s+", " ", plain)
    assert "why: ePrivacy Directive Art. 5(3)" in squeezed


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_who_wants_no_colours_gets_none(folder: Path, environment: dict[str, str]) -> None:
    text = on_a_terminal(folder, "check", "dump.txt", "-c", "c.yaml", columns=80, **environment)

    assert "\x1b" not in text
    assert "ATT006 rejected-by-browser: cookie 'undeclared-\\x1b[31m' is refused" in text


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_page_is_laid_out(folder: Path) -> None:
    text = COLOUR.sub("", on_a_terminal(folder, "rule", "CON001"))

    assert "CON001 stored-before-consent" in text
    assert "## " not in text


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_tables_have_headers_on_a_terminal(folder: Path) -> None:
    text = COLOUR.sub("", on_a_terminal(folder, "rule"))

    assert re.match(r"code +name +severity +looks at *\n", text)
    assert re.search(r"\nCON001 +stored-before-consent +error +observation *\n", text)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_without_rich_a_terminal_gets_plain_text(folder: Path) -> None:
    (folder / "sitecustomize.py").write_text(
        "import sys; sys.modules['rich'] = None; sys.modules['rich.console'] = None"
    )

    text = on_a_terminal(folder, "check", "dump.txt", "-c", "c.yaml", PYTHONPATH=str(folder))

    assert "\x1b" not in text
    assert "ATT006 rejected-by-browser: cookie 'undeclared-\\x1b[31m' is refused" in text


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("columns", [80, 120])
def test_what_stands_below_a_profile_breaks_between_words(folder: Path, columns: int) -> None:
    lines = on_a_terminal(folder, "profiles", "US-CA", columns=columns).split("\n")

    assert all(len(line) <= columns or "https://" in line or "http://" in line for line in lines)
    note = next(number for number, line in enumerate(lines) if line.startswith("  note:"))
    assert re.match(r" {14}\w", lines[note + 1])
    assert any(re.match(r"  url: {8}http://www.compliancewiki.org/.*html$", line) for line in lines)
    assert re.match(r"  - California", lines[lines.index("notes") + 1])
    assert re.match(r"    \w", lines[lines.index("notes") + 2])


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("columns", [80, 120])
def test_no_word_that_a_reader_copies_is_broken(folder: Path, columns: int) -> None:
    signals = COLOUR.sub("", on_a_terminal(folder, "signals", columns=columns))
    laws = COLOUR.sub("", on_a_terminal(folder, "law", columns=columns))

    assert re.search(r"^vanilla-cookieconsent  ", signals, re.MULTILINE)
    assert re.search(r"^revision-returns-to-unset  CON005  ", laws, re.MULTILINE)
    assert max(map(len, (signals + laws).split("\n"))) <= columns


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_without_colours_a_table_still_keeps_to_the_width(folder: Path) -> None:
    text = on_a_terminal(folder, "law", columns=80, NO_COLOR="1")

    assert "\x1b" not in text
    assert max(map(len, text.split("\n"))) <= 80


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_without_colours_a_page_stays_markdown(folder: Path) -> None:
    text = on_a_terminal(folder, "law", "withdrawal-stops", NO_COLOR="1")

    assert "\x1b" not in text
    assert "\n## Why\n" in text
    assert text.endswith("\n\nReported by the rule CON004 (`policycheck rule CON004`).\n")
