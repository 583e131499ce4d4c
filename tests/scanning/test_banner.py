"""Finding a banner by its words: in many shapes and languages, and nothing that is none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from policycheck.scanning.banner import Banner, look
from policycheck.scanning.browsing import Browsing

pytestmark = pytest.mark.browser
Show = Callable[[str], Any]
FIXED = "style='position:fixed;bottom:0'"
BUTTONS = "<button>Accept all</button><button>Reject all</button><button>Settings</button>"


def said(banner: Banner) -> tuple[str | None, ...]:
    buttons = (banner.accept, banner.refuse, banner.settings, banner.reopen)
    return tuple(None if button is None else button.text for button in buttons)


@pytest.fixture(scope="module")
def page(browsing: Browsing) -> Iterator[Any]:
    tab = browsing.device()
    yield tab.page
    tab.close()


@pytest.fixture
def show(page: Any) -> Show:
    """Show a page with this body, and return it."""

    def show(body: str) -> Any:
        page.set_content(f"<!doctype html><html lang=en><body>{body}", wait_until="load")
        return page

    return show


@pytest.mark.parametrize(
    "body",
    [
        f"<div {FIXED}>We use cookies. {BUTTONS}</div>",
        f"<div role=dialog>Your privacy. {BUTTONS}</div>",
        f"<div aria-modal=true>Tracking. {BUTTONS}</div>",
        f"<dialog open>Cookies? {BUTTONS}</dialog>",
        f"<div role=dialog aria-label='Cookie consent'>{BUTTONS}</div>",
        f"<h2 id=h>Your privacy</h2><div role=dialog aria-labelledby=h>{BUTTONS}</div>",
        f"<div id=cookie-banner>Cookies? {BUTTONS}</div>",
        f"<div class='gdpr box'>Consent. {BUTTONS}</div>",
        f"<div {FIXED}>Cookies <span role=button>ACCEPT ALL!</span><a href='#'>Reject  all</a><input type=button value=Settings></div>",
        f"<div {FIXED}>Cookies <a href='/yes'>Accept all</a><a href='/no'>Reject all</a><a role=button>Settings</a></div>",
        f"<div {FIXED}>Cookies <button aria-label='Accept all'>✓</button><button title='Reject all'>✗</button><button>⚙ Settings</button></div>",
        f"<div id=host></div><script>document.getElementById('host').attachShadow({{mode: 'open'}}).innerHTML = `<div {FIXED}>Cookies {BUTTONS}</div>`</script>",
        f"<div {FIXED} id=host></div><script>document.getElementById('host').attachShadow({{mode: 'open'}}).innerHTML = `<p>Cookies</p>{BUTTONS}`</script>",
        f'<iframe srcdoc="<p>We use cookies</p>{BUTTONS}"></iframe>',
    ],
)  # fmt: skip
def test_banners_of_many_shapes(show: Show, body: str) -> None:
    assert said(look(show(body)))[:3] == ("accept all", "reject all", "settings")


@pytest.mark.parametrize(
    "body",
    [
        f"<div {FIXED}>Subscribe to our letter! {BUTTONS}</div>",
        f"<main>We write about cookies. {BUTTONS}</main>",
        f"<div {FIXED} hidden>Cookies {BUTTONS}</div>",
        f"<div {FIXED}><div style='display:none'>Cookies {BUTTONS}</div></div>",
        f"<div {FIXED}><div style='visibility:hidden'>Cookies {BUTTONS}</div></div>",
        f"<div {FIXED}><div style='opacity:0'>Cookies {BUTTONS}</div></div>",
        f"<dialog>Cookies {BUTTONS}</dialog>",
        f"<div {FIXED}>Cookies <p>a <button>Allow</button><button>Deny</button></p><p>b <button>Allow</button><button>Deny</button></p></div>",
        f"<div {FIXED}>Cookies <button disabled>Accept all</button></div>",
        f"<div {FIXED}>Cookies <p>Accept all</p><span>Reject all</span></div>",
        f"<div {FIXED}>Cookies <button>Accept all terms and buy</button><button>Reject all offers</button></div>",
        f"<script>document.body.className = 'has-cookies'</script>Cookies {BUTTONS}",
        "",
    ],
)
def test_what_is_no_banner(show: Show, body: str) -> None:
    banner = look(show(body))
    assert said(banner)[:3] == (None, None, None)
    assert not banner.asks


def test_the_clearer_word_wins(show: Show) -> None:
    body = f"<div {FIXED}>Cookies <button>Accept</button><button>Accept all cookies</button><button>Reject</button><button>Only necessary</button></div>"
    assert said(look(show(body)))[:2] == ("accept all cookies", "only necessary")


def test_what_opens_the_settings_again_stands_anywhere_and_leads_nowhere(show: Show) -> None:
    assert said(look(show("<footer><a href='#'>Cookie settings</a></footer>"))) == (
        None,
        None,
        None,
        "cookie settings",
    )
    assert said(look(show("<footer><a href='/cookies'>Cookie settings</a></footer>"))) == (None,) * 4
    assert said(look(show("<footer><button>Settings</button></footer>"))) == (None,) * 4


@pytest.mark.parametrize(
    ("language", "topic", "accept", "refuse"),
    [
        ("de", "Datenschutz", "Alle akzeptieren", "Alle ablehnen"),
        ("cs", "Používáme soubory cookies", "Přijmout vše", "Odmítnout vše"),
        ("sk", "Váš súhlas", "Prijať všetky", "Odmietnuť všetky"),
        ("fr", "Confidentialité", "Tout accepter", "Continuer sans accepter"),
        ("es", "Tu privacidad", "Aceptar todo", "Rechazar todo"),
        ("it", "Il tuo consenso", "Accetta tutti", "Rifiuta tutti"),
        ("nl", "Toestemming", "Alles accepteren", "Weigeren"),
        ("pl", "Twoja prywatność", "Zaakceptuj wszystkie", "Odrzuć wszystkie"),
        ("pt", "Consentimento", "Aceitar todos", "Rejeitar todos"),
        ("sv", "Vi använder kakor", "Godkänn alla", "Endast nödvändiga"),
        ("da", "Dit samtykke", "Tillad alle", "Afvis alle"),
        ("no", "Ditt samtykke", "Godta alle", "Avvis alle"),
        ("fi", "Evästeet", "Hyväksy kaikki", "Vain välttämättömät"),
        ("hu", "Sütik", "Az összes elfogadása", "Az összes elutasítása"),
    ],
)
def test_languages(show: Show, language: str, topic: str, accept: str, refuse: str) -> None:
    body = f"<div lang={language} {FIXED}>{topic} <button>{accept}</button><button>{refuse}</button></div>"
    assert said(look(show(body)))[:2] == (accept.lower(), refuse.lower())


def test_looking_changes_nothing(show: Show) -> None:
    page = show(f"<div {FIXED}>Cookies {BUTTONS}</div>")
    before = page.content()
    look(page)
    assert page.content() == before


def test_no_word_says_two_things_and_each_is_as_the_page_is_read() -> None:
    words = json.loads((Path(__file__).parents[2] / "policycheck/scanning/words.json").read_text("utf-8"))
    accept, refuse, settings = (set(words[name]) for name in ("accept", "refuse", "settings"))
    assert not accept & refuse
    assert not settings & (accept | refuse)
    for word in [*accept, *refuse, *settings]:
        plain = "".join(character if character.isalnum() else " " for character in word.lower())
        assert word == " ".join(plain.split())
