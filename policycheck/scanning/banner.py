"""Finding the consent banner of a page: which elements accept, refuse and open the settings, in any of its frames."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from policycheck.scanning.plan import Choice

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle, Frame, Page


@dataclass(frozen=True, slots=True)
class Button:
    """An element to press. ``text`` is what it says, in lower case and without punctuation."""

    element: ElementHandle
    text: str


@dataclass(frozen=True, slots=True)
class Banner:
    """What shows of a banner now; each button is None where there is none. ``reopen`` opens the settings anew."""

    accept: Button | None = None
    refuse: Button | None = None
    settings: Button | None = None
    reopen: Button | None = None

    @property
    def asks(self) -> bool:
        """True when a visitor is asked for a choice now: a banner has a way to say yes."""
        return self.accept is not None

    def button(self, choice: Choice) -> Button | None:
        """The button for a choice; a withdrawal is a refusal in the settings."""
        return self.accept if choice is Choice.ACCEPT else self.refuse


def look(page: Page) -> Banner:
    """Look at each frame of the page; the first one that shows a button of a kind wins. Changes nothing."""
    found: dict[str, Button] = {}
    for frame in page.frames:
        for name, button in _look_at(frame, top=frame == page.main_frame).items():
            found.setdefault(name, button)
    return Banner(**found)


_SAID = {"accept": "accepts", "refuse": "refuses", "settings": "opens", "reopen": "reopens"}


def _look_at(frame: Frame, *, top: bool) -> dict[str, Button]:
    from playwright.sync_api import Error

    buttons: dict[str, Button] = {}
    try:
        found = frame.evaluate_handle(f"words => ({_script()})(words, {json.dumps(top)})", _words())
        for name, said in _SAID.items():
            element = found.get_property(name).as_element()
            if element is not None:
                buttons[name] = Button(element, str(found.get_property(said).json_value()))
    except Error:  # a frame that goes away, or that shows no document
        return {}
    return buttons


@cache
def _script() -> str:
    return (files("policycheck.scanning") / "banner.js").read_text("utf-8")


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = json.loads((files("policycheck.scanning") / "words.json").read_text("utf-8"))
    return words
