"""Which links a scan follows, and in which order."""

from __future__ import annotations

import pytest

from policycheck.scanning.links import Frontier, follows
from policycheck.scanning.scope import scope_of

START = "https://shop.example/"


def frontier(*given: str, limit: int = 10) -> Frontier:
    return Frontier(scope_of(START), given or (START,), limit)


def visited(links: dict[str, list[str]], limit: int = 10) -> list[str]:
    """The order of a scan over pages with these links."""
    pages = frontier(limit=limit)
    order: list[str] = []
    while (page := pages.next()) is not None:
        order.append(page.removeprefix(START))
        pages.found(START + link for link in links.get(order[-1], []))
    assert tuple(START + page for page in order) == pages.pages
    return order


def test_breadth_first_each_page_once() -> None:
    assert visited({"": ["a", "b", ""], "a": ["a1", "b"], "b": ["b1", "a"], "a1": ["deep"]}) == [
        "", "a", "b", "a1", "b1", "deep",
    ]  # fmt: skip


def test_fragments_make_no_further_pages_and_queries_do() -> None:
    assert visited({"": ["a#one", "a#two", "#three", "a?page=2"]}) == ["", "a", "a?page=2"]


def test_the_limit_counts_all_pages_and_says_how_many_it_left_out() -> None:
    pages = frontier(limit=3)
    pages.found([START + name for name in "abcd"])
    pages.found([START + name for name in "abcd"])
    assert pages.pages == (START, START + "a", START + "b")
    assert pages.left_out == 2


def test_given_pages_are_visited_beyond_the_limit() -> None:
    pages = frontier(START, START + "a", START + "b", limit=1)
    pages.found([START + "c"])
    assert pages.pages == (START, START + "a", START + "b")


@pytest.mark.parametrize(
    "path",
    [
        "logout", "account/log-out", "user/logoff/", "?action=logout", "sign_out", "Abmelden", "de/odhl%C3%A1sit/../odhlasit",
        "cart?remove=3", "cart/delete/3", "newsletter/unsubscribe?token=1", "d%65lete", "%6Cogout",
    ],
)  # fmt: skip
def test_links_that_end_a_session_or_take_something_away(path: str) -> None:
    assert not follows(START + path, scope_of(START))


@pytest.mark.parametrize("path", ["terms.pdf", "logo.PNG", "feed.xml", "app.js", "data.zip?x=1", "film.mp4"])
def test_links_to_files(path: str) -> None:
    assert not follows(START + path, scope_of(START))


@pytest.mark.parametrize(
    "path",
    ["", "login", "description", "blog/outlook", "stain-remover", "deleted-scenes", "a.b/c", "v1.2", "index.html", "page.php?id=1"],
)  # fmt: skip
def test_other_links(path: str) -> None:
    assert follows(START + path, scope_of(START))


@pytest.mark.parametrize(
    "link", ["https://other.example/", "mailto:a@shop.example", "javascript:x()", "tel:1", "https://[x/"]
)
def test_links_elsewhere_are_not_followed(link: str) -> None:
    pages = frontier()
    pages.found([link])
    assert pages.pages == (START,)
    assert pages.left_out == 0
