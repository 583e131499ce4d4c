"""Markup that escapes by construction: a plain text that becomes part of it is shown, and never obeyed."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from policycheck.reports.visible import visible, visible_lines

LONGEST_NAME = 120
LONGEST_TEXT = 600
_VOID = frozenset({"meta", "input", "br"})


class Html(str):
    """Text that is markup already. Only this module and the page's own files make it."""

    __slots__ = ()


EMPTY = Html()
Attribute = str | int | bool | None


def tag(element: str, /, *children: str, **attributes: Attribute) -> Html:
    """An element: ``tag("p", name, class_="name")``. What is no :class:`Html` is escaped, its invisible characters too.

    Underscores in names of attributes are hyphens, one at the end is dropped. True is an attribute without a value;
    False and None leave it out.
    """
    told = "".join(
        f" {name.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(visible(str(value)))}"')
        for name, value in attributes.items()
        if value is not None and value is not False
    )
    opened = f"<{element}{told}>"
    return Html(opened if element in _VOID else f"{opened}{join(children)}</{element}>")


def join(parts: Iterable[str], between: str = "") -> Html:
    """The parts one after the other, each escaped unless it is markup."""
    return Html(between.join(safe(part) for part in parts))


def safe(text: str) -> Html:
    """``text`` on one line as markup that shows it."""
    return text if isinstance(text, Html) else Html(escape(visible(text)))


def cut(text: str) -> str:
    """What is shown of a text in a line: its start, where it is long."""
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"


def name(text: str) -> Html:
    """A name that came from a network: it cannot reorder what stands beside it, and a long one is cut."""
    shown = cut(text)
    told = tag("code", tag("bdi", shown or "(empty)"), class_="name")
    return told if shown is text else join((told, tag("small", f" ({len(text):,} characters)", class_="quiet")))


def place(text: str) -> Html:
    """A place in the evidence, on one line. Its arrow is a single sign, which no end of a line can break."""
    return tag("bdi", cut(text).replace("  ->  ", " \N{RIGHTWARDS ARROW} "), dir="ltr", class_="place")


def lines(text: str) -> Html:
    """A text whose line feeds are the program's own. A long one is folded, and can be read whole."""
    shown = Html(escape(visible_lines(text)))
    if len(text) <= LONGEST_TEXT:
        return tag("bdi", shown, class_="lines", dir="ltr")
    start = tag("bdi", f"{text[:LONGEST_NAME]}…", dir="ltr")
    summary = tag("summary", start, tag("small", f" all {len(text):,} characters", class_="quiet"))
    return tag("details", summary, tag("bdi", shown, class_="lines", dir="ltr"), class_="long")


def icon(which: str) -> Html:
    """One of the page's drawings, beside a text that says the same."""
    return tag("svg", tag("use", href=f"#icon-{which}"), class_=f"icon {which}", aria_hidden="true")


def pill(text: str, kind: str = "") -> Html:
    """A short mark."""
    return tag("span", cut(text), class_=f"pill {kind}".strip())


def bar(part: int, whole: int) -> Html:
    """How much of the whole, as a bar, beside a text that says the same."""
    width = f"{100 * min(part, whole) / whole:.1f}%" if whole else "0%"
    drawn = (
        tag("rect", width="100%", height="100%", class_="whole"),
        tag("rect", width=width, height="100%", class_="part"),
    )
    return tag("svg", *drawn, class_="bar", aria_hidden="true")


def facts(rows: Iterable[tuple[str, str]]) -> Html:
    """Pairs of a label and what it says; those that say nothing are left out."""
    pairs = (tag("div", tag("dt", label), tag("dd", said)) for label, said in rows if said)
    return tag("dl", *pairs, class_="facts")


def plural(count: int, noun: str) -> str:
    """``1 item``, ``2,000 items``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
