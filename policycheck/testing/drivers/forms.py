"""The forms of a page, as a browser would send them (HTML, Form submission), read with the standard library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from policycheck.testing.drivers.errors import DriverError
from policycheck.testing.drivers.messages import Page

_CHECKED = frozenset({"checkbox", "radio"})
_BUTTONS = frozenset({"submit", "image"})
_NEVER = frozenset({"button", "reset", "file"})


@dataclass(frozen=True, slots=True)
class Control:
    """One control of a form: an input, a text area, an option of a select, a button. ``value`` may be a secret.

    ``on`` is whether it is sent as it stands: buttons are not, nor boxes that are not ticked.
    """

    name: str
    type: str
    value: str = field(default="", repr=False)
    on: bool = True
    action: str | None = field(default=None, repr=False)
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form: where it goes (an absolute URL), how, and its controls in order. ``id`` and ``name`` are its own."""

    method: str
    action: str = field(repr=False)
    controls: tuple[Control, ...] = ()
    id: str = ""
    name: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its controls, each once."""
        return tuple(dict.fromkeys(control.name for control in self.controls if control.name))

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """What is sent when nobody touches the form."""
        return tuple((control.name, control.value) for control in self.controls if control.on and control.name)

    def filled(self, values: Mapping[str, Any]) -> tuple[Form, tuple[tuple[str, str], ...]]:
        """Fill in ``values`` by name. Returns where the form then goes, and the pairs that it sends.

        A text takes a text. A box, a radio button, an option and a button take their value, several of them a list; or
        True for the first of that name, False or None for none. Raises :class:`DriverError` for what the form lacks.
        """
        for name in values:
            if name not in self.names:
                known = ", ".join(self.names) or "no field"
                raise DriverError(f"the form has no field {name!r}\n  fix: it has {known}")
        form = self
        pairs: list[tuple[str, str]] = []
        for name in self.names:
            controls = [control for control in self.controls if control.name == name]
            if name not in values:
                pairs += [(name, control.value) for control in controls if control.on]
                continue
            wanted = _wanted(values[name])
            if controls[0].type not in (*_CHECKED, *_BUTTONS, "option"):
                pairs += [(name, text) for text in _texts(name, wanted)]
                continue
            for control in _picked(name, controls, wanted):
                pairs.append((name, control.value))
                if control.action is not None or control.method is not None:
                    form = Form(control.method or form.method, control.action or form.action, self.controls)
        return form, tuple(pairs)


def forms(page: Page) -> list[Form]:
    """The forms of a page, in order. Scripts do not run, and what a ``template`` holds is no part of the page."""
    reader = _Reader(page.url)
    reader.feed(page.text)
    reader.close()
    return reader.forms()


def choose_form(page: Page, which: str | int | None, names: Sequence[str]) -> Form:
    """The form that ``which`` says (its number from 0, its id, its name, or the end of its action).

    Without it the only form, or the only one that has all fields called ``names``. Raises :class:`DriverError`.
    """
    found = forms(page)
    if isinstance(which, int):
        chosen = found[which : which + 1]
    elif which is not None:
        chosen = [form for form in found if which in (form.id, form.name)] or [
            form for form in found if form.action.partition("?")[0].endswith(which)
        ]
    else:
        chosen = found if len(found) == 1 else [form for form in found if set(names) <= set(form.names)]
    if len(chosen) != 1:
        asked = f"is {which!r}" if which is not None else f"has {', '.join(names) or 'any field'}"
        count = "no form" if not chosen else f"not one form but {len(chosen)}"
        raise DriverError(
            f"{page.path} has {count} that {asked}\n"
            f"  fix: {'say which, by number, id or name: form=0' if chosen else _what_there_is(found)}"
        )
    return chosen[0]


def _what_there_is(found: list[Form]) -> str:
    if not found:
        return "load the page that shows the form first"
    return "its forms have " + "; ".join(", ".join(form.names) or "no field" for form in found)


def _wanted(value: Any) -> tuple[str | bool, ...]:
    if value is None or value is False:
        return ()
    if isinstance(value, (str, bool)):
        return (value,)
    return tuple(value)


def _texts(name: str, wanted: tuple[str | bool, ...]) -> list[str]:
    if any(isinstance(value, bool) for value in wanted):
        raise DriverError(f"the field {name!r} takes a text, not True")
    return [str(value) for value in wanted]


def _picked(name: str, controls: list[Control], wanted: tuple[str | bool, ...]) -> list[Control]:
    picked: list[Control] = []
    for value in wanted:
        control = controls[0] if value is True else next((c for c in controls if c.value == value), None)
        if control is None:
            raise DriverError(f"the field {name!r} offers no such value; it has {len(controls)} to choose from")
        picked.append(control)
    return picked


class _Draft:
    """A form that is being read."""

    def __init__(self, method: str, action: str, ident: str, name: str) -> None:
        self.method, self.action, self.id, self.name = method, action, ident, name
        self.controls: list[Control] = []


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self._base = url
        self._drafts: list[_Draft] = []
        self._open: _Draft | None = None
        self._orphans: list[tuple[str, Control]] = []
        self._templates = 0
        self._select: tuple[dict[str, str], list[tuple[dict[str, str], str]]] | None = None
        self._area: dict[str, str] | None = None
        self._text: list[str] = []

    def forms(self) -> list[Form]:
        for ident, control in self._orphans:
            for draft in self._drafts:
                if draft.id == ident:
                    draft.controls.append(control)
        return [Form(d.method, urljoin(self._base, d.action), tuple(d.controls), d.id, d.name) for d in self._drafts]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in reversed(attrs)}
        if tag == "template":
            self._templates += 1
        if self._templates:
            return
        if tag == "base" and "href" in attributes:
            self._base = urljoin(self._base, attributes["href"])
        elif tag == "form" and self._open is None:
            method = attributes.get("method", "get").lower()
            self._open = _Draft(
                method.upper() if method in ("get", "post", "dialog") else "GET",
                attributes.get("action", ""),
                attributes.get("id", ""),
                attributes.get("name", ""),
            )
            self._drafts.append(self._open)
        elif tag in ("input", "button"):
            self._button_or_input(tag, attributes)
        elif tag == "select":
            self._select = (attributes, [])
        elif tag == "option" and self._select is not None:
            self._end_of_option()
            self._select[1].append((attributes, ""))
            self._text = []
        elif tag == "textarea":
            self._area, self._text = attributes, []

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._templates = max(self._templates - 1, 0)
        if self._templates:
            return
        if tag == "form":
            self._open = None
        elif tag == "option":
            self._end_of_option()
        elif tag == "select" and self._select is not None:
            self._end_of_option()
            self._options(*self._select)
            self._select = None
        elif tag == "textarea" and self._area is not None:
            self._add(
                self._area, Control(self._area.get("name", ""), "textarea", "".join(self._text).removeprefix("\n"))
            )
            self._area = None

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def _button_or_input(self, tag: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("type", "").lower() or ("submit" if tag == "button" else "text")
        if kind in _NEVER:
            return
        action = attributes.get("formaction")
        self._add(
            attributes,
            Control(
                attributes.get("name", ""),
                kind,
                attributes.get("value", "on" if kind in _CHECKED else ""),
                on="checked" in attributes if kind in _CHECKED else kind not in _BUTTONS,
                action=None if action is None else urljoin(self._base, action),
                method=attributes["formmethod"].upper() if "formmethod" in attributes else None,
            ),
        )

    def _end_of_option(self) -> None:
        """The value of an option without one is its text."""
        if self._select is not None and self._select[1] and "value" not in self._select[1][-1][0]:
            attributes, _ = self._select[1][-1]
            self._select[1][-1] = ({**attributes, "value": " ".join("".join(self._text).split())}, "")

    def _options(self, select: dict[str, str], options: list[tuple[dict[str, str], str]]) -> None:
        there = [option for option, _ in options if "disabled" not in option]
        chosen = [option for option in there if "selected" in option]
        if "multiple" not in select:
            chosen = chosen[-1:] or there[:1]
        for option in there:
            on = any(option is one for one in chosen)
            self._add(select, Control(select.get("name", ""), "option", option["value"], on=on))

    def _add(self, attributes: dict[str, str], control: Control) -> None:
        if "disabled" in attributes:
            return
        if "form" in attributes:
            self._orphans.append((attributes["form"], control))
        elif self._open is not None:
            self._open.controls.append(control)
