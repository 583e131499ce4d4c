"""PyYAML's parser, and what its errors mean to the person who wrote the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from policycheck.catalogue.documents import Mark
from policycheck.catalogue.problems import CatalogueInvalid

_TABS = "indent with spaces, not with tabs"


def parse_events(text: str, stop: Callable[[Mark, str, str], CatalogueInvalid]) -> Iterator[Any]:
    """PyYAML's events of ``text``, by its C parser where there is one; ``stop`` makes the error of a broken one."""
    import yaml

    untyped: Any = yaml
    try:
        yield from untyped.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark, began = _mark_of(error.problem_mark), _mark_of(error.context_mark)
        message = " ".join(part for part in (error.problem, error.context) if part)
        if "quoted scalar" in message and began:
            mark = began
        elif mark and began and mark != began:
            message += f" that begins at {began.line}:{began.column}"
        mark = mark or began or Mark(0, 0)
        tab = "\t" in text and _tab_at(text, mark)
        raise stop(mark, f"this is not YAML: {message}", _TABS if tab else _hint(message)) from None
    except yaml.YAMLError as error:
        message = str(getattr(error, "reason", "") or "a character is not allowed")
        raise stop(
            Mark(0, 0), f"this is not YAML: {message}", "remove the character, or write it as an escape"
        ) from None


def _tab_at(text: str, mark: Mark) -> bool:
    """True when the line holds a tab in its indentation or at ``mark``."""
    line = text.split("\n")[max(mark.line - 1, 0) :][:1]
    return bool(line) and "\t" in line[0][: max(mark.column, len(line[0]) - len(line[0].lstrip()))]


def _hint(message: str) -> str:
    if "cannot start any token" in message or "alias" in message:
        return "put the text in quotes"
    if "mapping values are not allowed" in message:
        return "put a text that holds ': ' in quotes, or mend the indentation"
    if "quoted scalar" in message:
        return "close the quotes"
    return "look at the indentation and the quotes of this line and the one before"


def _mark_of(place: Any) -> Mark | None:
    return Mark(place.line + 1, place.column + 1) if place else None
