"""The shop's own tests, by Playwright. None of them mentions a cookie rule: the page is watched, and that is enough."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from policycheck.catalogue.loading import load_catalogue

CHAT_KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f001020304"
SMART = {"ssupp.visits", f"ssupp_{CHAT_KEY}visits"}


@pytest.fixture(autouse=True)
def watched(policycheck: Any, page: Page) -> Any:
    """From here on whatever the page stores is held against catalogue.yaml."""
    return policycheck.observe(page)


def names(policycheck: Any, watched: Any) -> set[str]:
    """What was stored up to now."""
    watched.settle()
    return {seen.name for seen in policycheck.observations if seen.operation.value == "store"}


def chat(page: Page) -> Any:
    """The box to write in, which the chat's script has drawn."""
    return page.get_by_label("Write to us")


def test_landing(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("dialog", name="Cookies")).to_be_visible()
    expect(chat(page)).to_be_visible()


def test_basket(page: Page) -> None:
    page.goto("/tea/assam")
    page.get_by_role("button", name="Into the basket").click()
    expect(page.get_by_role("heading", name="Tea")).to_be_visible()


def test_a_visitor_who_agrees(page: Page, policycheck: Any, watched: Any) -> None:
    page.goto("/tea/assam")
    policycheck.consent.grant("analytics", "marketing")
    page.get_by_role("button", name="Accept all").click()
    page.reload()
    expect(chat(page)).to_be_visible()
    expect(page.get_by_role("dialog", name="Cookies")).to_be_hidden()
    assert names(policycheck, watched) >= {"shop_choice", "shop_stats", "shop_teas", *SMART}


def test_a_visitor_who_refuses(page: Page, policycheck: Any) -> None:
    page.goto("/")
    expect(chat(page)).to_be_visible()
    policycheck.consent.refuse()
    page.get_by_role("button", name="Reject all").click()
    page.reload()
    expect(chat(page)).to_be_visible()


def test_statistics_without_marketing(page: Page, policycheck: Any, watched: Any) -> None:
    page.goto("/")
    policycheck.consent.grant("analytics")
    page.get_by_role("button", name="Cookie settings").click()
    page.get_by_label("Statistics").check()
    page.get_by_role("button", name="Save").click()
    page.reload()
    expect(chat(page)).to_be_visible()
    assert not SMART & names(policycheck, watched)


def test_withdrawal(page: Page, policycheck: Any) -> None:
    page.goto("/tea/assam")
    expect(chat(page)).to_be_visible()
    policycheck.consent.grant("analytics", "marketing")
    page.get_by_role("button", name="Accept all").click()
    page.reload()
    expect(chat(page)).to_be_visible()
    policycheck.consent.withdraw("marketing")
    page.get_by_role("button", name="to marketing").click()
    page.reload()
    expect(chat(page)).to_be_visible()
    kept = {cookie["name"] for cookie in page.context.cookies()} | set(page.evaluate("Object.keys(localStorage)"))
    assert not SMART & kept
    assert {"ssupp.vid", "shop_choice", "shop_stats", "shop_teas"} <= kept


@pytest.mark.policycheck(consent=["analytics", "marketing"])
def test_the_chat_writes_what_its_maker_documents(page: Page, policycheck: Any, watched: Any) -> None:
    """All of it, in both modes, and nothing else: two cookies, and seven keys of localStorage."""
    page.goto("/")
    page.get_by_role("button", name="Accept all").click()
    chat(page).fill("Is the Assam in?")
    documented = {
        (item.kind.value, item.name.replace("<CHAT_KEY>", CHAT_KEY)) for item in load_catalogue("pack:smartsupp").items
    }
    watched.settle()
    by_chat = {
        (seen.kind.value, seen.name)
        for seen in policycheck.observations
        if re.search(r"//widget\.localhost:\d+/loader\.js$", getattr(seen.source.initiator, "url", ""))
    }
    assert by_chat == documented
    assert len(documented) == 9
