"""Every page is in the index, every link leads somewhere, and so does every anchor."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INDEX = ROOT / "docs/README.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ABOUT_THE_CODE = sorted([*ROOT.glob("*.md"), *(ROOT / "docs/explanation").glob("*.md")])
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(`+).*?\1")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)", re.DOTALL)
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
STANDS_FOR = re.compile("GROUP|CODE|NAME")
NAMED = re.compile(
    r"\b(?:docs|tests|examples|policycheck|pytest_plugin|scripts|benchmarks|schemas)/[\w./-]*\w(?![\w*])"
)


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text("utf-8"))


def links(page: Path) -> list[str]:
    found = LINK.findall(prose(page))
    return [link for link in found if not re.match("[a-z]+:", link)]


def anchors(page: Path) -> set[str]:
    """As GitHub makes them: lower case, without punctuation, spaces as hyphens, numbered where they repeat."""
    found: set[str] = set()
    for heading in HEADING.findall(prose(page)):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", text).strip().replace(" ", "-")
        numbered = (slug, *(f"{slug}-{number}" for number in range(1, 9)))
        found.add(next(name for name in numbered if name not in found))
    return found


def target(page: Path, link: str) -> tuple[Path, str]:
    path, _, anchor = link.partition("#")
    return ((page.parent / path).resolve() if path else page), anchor


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        path, anchor = target(page, link)
        assert path.is_relative_to(ROOT), f"{link} leaves the repository"
        assert path.is_file(), f"{link} is no file"
        assert not anchor or anchor in anchors(path), f"{link}: no heading makes this anchor"


@pytest.mark.parametrize("page", ABOUT_THE_CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_that_a_page_names_are_there(page: Path) -> None:
    for code in (match[0] for match in CODE.finditer(prose(page))):
        for name in NAMED.findall(code):
            assert (ROOT / name).exists() or STANDS_FOR.search(name), f"{name} is not there"


def test_every_page_is_reached_from_the_index() -> None:
    reached, waiting = set(), [INDEX]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            waiting += [target(page, link)[0] for link in links(page)]
    assert [str(page.relative_to(ROOT)) for page in PAGES if page not in reached] == []


def test_the_index_lists_every_page_but_those_of_single_rules_and_laws() -> None:
    listed = {target(INDEX, link)[0] for link in links(INDEX)}
    pages = {page for page in PAGES if page.is_relative_to(ROOT / "docs") and page != INDEX}
    single = {page for page in pages if page.parent.name in {"rules", "laws"} and page.name != "index.md"}
    assert pages - single - listed == set()


def test_every_page_has_one_title() -> None:
    for page in PAGES:
        assert len(re.findall(r"^# ", prose(page), re.MULTILINE)) == 1, page
