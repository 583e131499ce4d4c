"""What several pages about browsers say alike: their tests in tests/docs/test_pages.py follow one page at a time."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TUTORIAL = (ROOT / "docs/tutorials/first-browser-test.md").read_text("utf-8")
HOW_TO = (ROOT / "docs/how-to/test-withdrawal-in-a-browser.md").read_text("utf-8")


def blocks(page: str, language: str = "python") -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def test_the_browser_test_in_the_readme_is_that_of_the_tutorial() -> None:
    section = (ROOT / "README.md").read_text("utf-8").partition("\n## In a browser\n")[2].partition("\n## ")[0]
    (shown,) = blocks(section)
    assert shown in blocks(TUTORIAL)


def test_the_how_to_starts_the_browser_as_the_tutorial_does() -> None:
    (shown,) = (block for block in blocks(HOW_TO) if "browser_type_launch_args" in block)
    assert shown in blocks(TUTORIAL)


def test_the_how_to_mends_what_it_says_and_nothing_else() -> None:
    before, after = blocks(HOW_TO, "js")
    added = 'setCookie("visitor", "", 0);\n  localStorage.removeItem("visits");\n'
    assert after == before.replace('setCookie("visitor", "", 0);\n', added)
