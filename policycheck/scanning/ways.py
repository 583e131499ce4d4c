"""How a choice is made on a page: by selectors that the user named, by a known manager, or by a guess from words."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from policycheck.errors import UsageError
from policycheck.scanning.banner import Button, look
from policycheck.scanning.browsing import Tab
from policycheck.scanning.managers import Manager, found_in, manager, present
from policycheck.scanning.plan import Choice, Manner

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_POLL = 0.25
_CLICK = 2_000
"""Milliseconds that a click may wait for its element to lie still and free."""
_GONE = 3.0
"""Seconds in which what was pressed by a guess has to go, or the guess was wrong."""
_OPENINGS = 2
"""How many layers of settings a guess opens."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to make a choice, ready to be gone. ``how`` says in words which; ``clicks`` are those it takes in all.

    ``press`` makes the choice. ``check`` says afterwards why it was none, or None.
    """

    how: str
    press: Callable[[], object]
    clicks: int | None = None
    check: Callable[[], str | None] = field(default=lambda: None)


@dataclass(frozen=True, slots=True)
class NoWay:
    """Why a choice cannot be made, as a clause."""

    reason: str


def find_way(tab: Tab, choice: Choice, manner: Manner, patience: float) -> Way | NoWay:
    """Find how ``choice`` is made on the open page, and open the settings where they lie before it.

    Waits ``patience`` seconds for a banner. Raises UsageError for a selector that cannot be read.
    """
    selectors = _selectors(choice, manner)
    if selectors:
        return _by_selectors(tab, selectors, manner.settings, patience)
    if manner.manager is not None:
        named = manager(manner.manager)
        if not _wait(tab, lambda: present(tab.page, named), patience):
            return NoWay(f"{named.title} was named with --manager, and has not started on the page")
        return _by_manager(tab, named, choice, patience)
    found: list[Manager] = []

    def seen() -> bool:
        known = found_in(tab.page)
        found.extend([] if known is None else [known])
        return known is not None or look(tab.page).button(choice) is not None

    _wait(tab, seen, patience if choice is not Choice.WITHDRAW else 0)
    return _by_manager(tab, found[0], choice, patience) if found else _by_words(tab, choice, patience)


def _selectors(choice: Choice, manner: Manner) -> tuple[str, ...]:
    """Those for ``choice``; who names none for a withdrawal takes back where the settings refuse."""
    named = manner.selectors.get(choice, ())
    if not named and choice is Choice.WITHDRAW and manner.settings:
        return manner.selectors.get(Choice.REFUSE, ())
    return named


# -------------------------------------------------------------------------------- selectors


def _by_selectors(tab: Tab, selectors: tuple[str, ...], settings: tuple[str, ...], patience: float) -> Way | NoWay:
    *before, last = selectors
    opening = list(settings)
    pressed = 0
    deadline = time.monotonic() + patience
    for selector in [*before, last]:
        while (found := _visible(tab.page, selector)) is None:
            if opening and _visible(tab.page, opening[0]) is not None:
                _press(_visible(tab.page, opening.pop(0)))
                pressed += 1
                deadline = time.monotonic() + patience
            elif time.monotonic() > deadline:
                return NoWay(f"nothing that {selector!r} finds is to be seen{_beside(opening)}")
            tab.rest(_POLL)
        if selector is not last or before.count(last):
            _press(found)
            pressed += 1
            deadline = time.monotonic() + patience
    return Way(f"by {', '.join(map(repr, selectors))}", lambda: _press(_visible(tab.page, last)), pressed + 1)


def _beside(opening: list[str]) -> str:
    return f", nor anything that {opening[0]!r} finds" if opening else ""


def _visible(page: Page, selector: str) -> Locator | None:
    """The first element in any frame that ``selector`` finds and that shows."""
    from playwright.sync_api import Error

    for frame in page.frames:
        found = frame.locator(selector).locator("visible=true")
        try:
            if found.count():
                return found.first
        except Error as error:
            if "selector" in str(error).lower() and frame == page.main_frame:
                raise UsageError(
                    f"the selector {selector!r} cannot be read\n  fix: write CSS, or text=... as Playwright has it"
                ) from None
    return None


def _press(found: Locator | None) -> None:
    from playwright.sync_api import Error

    if found is None:
        return
    try:
        found.click(timeout=_CLICK)
    except Error:  # something lies above it, or it never lies still
        found.dispatch_event("click", timeout=_CLICK)


# ---------------------------------------------------------------------------------- managers


def _by_manager(tab: Tab, known: Manager, choice: Choice, patience: float) -> Way | NoWay:
    """By the manager's button; for a withdrawal behind what brings it back; without a button by its interface."""
    button = known.button(choice)
    clicks = 0
    if button:
        back = [] if choice is not Choice.WITHDRAW else [known.revoke, known.settings]
        while not (
            shows := _wait(tab, lambda: _visible(tab.page, button) is not None, _GONE if clicks else patience / 2)
        ):
            opener = next((s for s in back if s and _visible(tab.page, s) is not None), None)
            if opener is None:
                break
            back.remove(opener)
            _press(_visible(tab.page, opener))
            clicks += 1
        if shows:
            how = f"by the buttons of {known.title}: {button}"
            return Way(how, lambda: _press_and_close(tab, button, known.done), clicks + 1)
    words = _by_words(tab, choice, _GONE)
    if isinstance(words, Way):
        return replace(words, how=f"{words.how} ({known.title})")
    script = known.interface.get(choice)
    if script is None:
        return NoWay(f"{known.title} shows no button for it")
    hidden = " (navigator.webdriver is set, from which it may hide: --hide-webdriver)" if tab.is_automated() else ""
    how = f"by the interface of {known.title}, since no button for it shows{hidden}"
    return Way(how, lambda: tab.page.evaluate(f"() => {{ {script} }}"))


def _press_and_close(tab: Tab, button: str, done: str) -> None:
    _press(_visible(tab.page, button))
    if done:
        tab.rest(_POLL)
        _press(_visible(tab.page, done))


def _wait(tab: Tab, done: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() >= deadline:
            return False
        tab.rest(_POLL)
    return True


# ------------------------------------------------------------------------------------ words


def _by_words(tab: Tab, choice: Choice, patience: float) -> Way | NoWay:
    opened: list[str] = []
    deadline = time.monotonic() + patience
    while True:
        banner = look(tab.page)
        button = banner.button(choice)
        if button is not None:
            return _guess(tab, button, opened)
        late = time.monotonic() > deadline
        opener = banner.settings or (banner.reopen if choice is Choice.WITHDRAW else None)
        # Buttons of one layer show up together; what opens another one is pressed once nothing else came.
        if opener is not None and choice is not Choice.ACCEPT and len(opened) < _OPENINGS and opener.text not in opened:
            tab.rest(_POLL)
            again = look(tab.page).button(choice)
            if again is not None:
                return _guess(tab, again, opened)
            _click(opener)
            opened.append(opener.text)
            deadline = time.monotonic() + patience
        elif late:
            return NoWay(_nothing(choice, opened))
        tab.rest(_POLL)


def _nothing(choice: Choice, opened: list[str]) -> str:
    what = {
        Choice.ACCEPT: "no button that accepts",
        Choice.REFUSE: "no button that refuses",
        Choice.WITHDRAW: "nothing that takes consent back",
    }[choice]
    behind = f", nor behind {' and '.join(map(repr, opened))}" if opened else ""
    return f"{what} was found by its words{behind}"


def _guess(tab: Tab, button: Button, opened: list[str]) -> Way:
    path = " then ".join(map(repr, [*opened, button.text]))

    def check() -> str | None:
        deadline = time.monotonic() + _GONE
        while time.monotonic() < deadline:
            if not _shows(button):
                return None
            tab.rest(_POLL)
        return f"{button.text!r} was pressed, and still shows"

    return Way(f"by a guess from the words of the page: {path}", lambda: _click(button), len(opened) + 1, check)


def _click(button: Button) -> None:
    from playwright.sync_api import Error

    try:
        button.element.click(timeout=_CLICK)
    except Error:
        if _shows(button):
            button.element.dispatch_event("click")


def _shows(button: Button) -> bool:
    from playwright.sync_api import Error

    try:
        return button.element.is_visible()
    except Error:  # gone, and its document with it
        return False
