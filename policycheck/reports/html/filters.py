"""What searches and filters a list of the page. It is of use with the page's script alone, and hidden without it."""

from __future__ import annotations

from collections.abc import Mapping

from policycheck.reports.html.markup import EMPTY, Html, cut, tag


def toolbar(
    of: str,
    noun: str,
    *,
    chips: Mapping[str, tuple[str, Mapping[str, int]]] | None = None,
    choices: Mapping[str, tuple[str, Mapping[str, int]]] | None = None,
    more: Html = EMPTY,
) -> Html:
    """The controls over the items of the list with the id ``of``; ``noun`` is what a single item is called.

    ``chips`` and ``choices`` say by ``data-`` attribute of an item: the label, and how many items have each value.
    """
    search = tag(
        "div",
        tag("label", f"Search {noun}s ", tag("kbd", "/"), for_=f"{of}-search"),
        tag("input", type="search", id=f"{of}-search", autocomplete="off", spellcheck="false"),
        class_="search",
    )
    reset = tag("button", "Reset", type="button", data_reset=True)
    drawn = [_chips(of, key, label, counts) for key, (label, counts) in (chips or {}).items() if len(counts) > 1]
    drawn += [_choice(of, key, label, counts) for key, (label, counts) in (choices or {}).items() if len(counts) > 1]
    row = tag("div", *drawn, class_="controls") if drawn else EMPTY
    first = tag("div", search, tag("div", more, reset, class_="buttons"), class_="first")
    status = tag("p", class_="status", role="status", data_status=True)
    return tag(
        "div",
        first,
        row,
        status,
        class_="toolbar scripted",
        role="search",
        aria_label=f"Filter {noun}s",
        data_for=of,
        data_noun=noun,
    )


def _chips(of: str, key: str, label: str, counts: Mapping[str, int]) -> Html:
    boxes = (
        tag(
            "label",
            tag("input", type="checkbox", value=value, data_key=key, id=f"{of}-{key}-{number}"),
            tag("span", value, tag("span", f"{count:,}", class_="count")),
            class_=f"chip {value.replace(' ', '-')}" if key == "severity" else "chip",
        )
        for number, (value, count) in enumerate(counts.items())
    )
    return tag("fieldset", tag("legend", label), *boxes)


def _choice(of: str, key: str, label: str, counts: Mapping[str, int]) -> Html:
    options = (tag("option", f"{cut(value)} ({count:,})", value=value) for value, count in sorted(counts.items()))
    select = tag("select", tag("option", "all", value=""), *options, data_key=key, id=f"{of}-{key}")
    return tag("div", tag("label", label, for_=f"{of}-{key}"), select, class_="choice")
