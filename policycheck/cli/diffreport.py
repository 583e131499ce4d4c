"""A comparison of two catalogues as text, as Markdown for a pull request, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from policycheck.catalogue.diffing import CatalogueDiff, ChangeKind, Difference, FieldChange, Side
from policycheck.cli import output
from policycheck.disclosure.escaping import markdown_code, markdown_text
from policycheck.model.finding import Location
from policycheck.reports.json import location_document
from policycheck.reports.visible import visible

VERSION = 1
"""Of the JSON format; see schemas/diff.schema.json."""
_LONGEST = 160
_COLOURS = {
    ChangeKind.WEAKENED: "bold red",
    ChangeKind.ADDED: "bold yellow",
    ChangeKind.REMOVED: "bold cyan",
    ChangeKind.CHANGED: "bold",
    ChangeKind.STRENGTHENED: "bold green",
}


def respelled(found: CatalogueDiff, old: Callable[[str], str], new: Callable[[str], str]) -> CatalogueDiff:
    """The same comparison with every place spelled by ``old`` and ``new``, such as with the revision before it."""

    def place(location: Location | None, spell: Callable[[str], str]) -> Location | None:
        return None if location is None else replace(location, file=spell(location.file))

    return CatalogueDiff(
        replace(found.old, location=old(found.old.location)),
        replace(found.new, location=new(found.new.location)),
        tuple(
            replace(difference, old=place(difference.old, old), new=place(difference.new, new))
            for difference in found.differences
        ),
    )


def summary(found: CatalogueDiff) -> str:
    """``2 differences: 1 weakened, 1 added``; that there is none, where there is none."""
    total = len(found.differences)
    if not total:
        return "no difference in what is permitted or said"
    counts = ", ".join(f"{count} {kind}" for kind, count in found.counts.items() if count)
    return f"{total} {'difference' if total == 1 else 'differences'}: {counts}"


def _named(side: Side) -> str:
    return f"{side.location} (version {side.version})" if side.version else side.location


def headline(difference: Difference) -> str:
    """``weakened cookie:_ga``, with the entry that took names of it over."""
    taken = f", whose names {difference.taken_by} now declares" if difference.taken_by else ""
    return f"{difference.kind} {difference.subject}{taken}"


def rows(difference: Difference) -> Iterator[tuple[str, str]]:
    """Label and text of each line below the headline."""
    for field in difference.fields:
        gone = difference.kind is ChangeKind.REMOVED
        yield field.field, _shortened(field.old) if gone else _change(field)
    if difference.items:
        yield "entries", ", ".join(difference.items)
    places = [str(place) for place in (difference.old, difference.new) if place is not None]
    yield "where", " -> ".join(places)


def _change(field: FieldChange) -> str:
    old, new = _shortened(field.old), _shortened(field.new)
    if not field.old:
        text = new
    elif not field.new:
        text = f"{old} -> nothing"
    else:
        text = f"{old} -> {new}"
    return f"{text}   ({field.reason})" if field.reason else text


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 3]}..."


def print_text(found: CatalogueDiff) -> None:
    """Print it for a terminal or a pipe."""
    screen = output.console()
    output.write(f"{visible(_named(found.old))} -> {visible(_named(found.new))}\n\n")
    for difference in found.differences:
        title = visible(headline(difference))
        if screen is None:
            output.write(f"{title}\n")
        else:
            from rich.text import Text

            line = Text(title)
            line.stylize(_COLOURS[difference.kind], 0, len(difference.kind))
            with screen.capture() as captured:
                screen.print(line)
            output.write(captured.get())
        output.write_rows(list(rows(difference)))
        output.write("\n")
    output.write(f"{summary(found)}\n")


def to_markdown(found: CatalogueDiff) -> str:
    """A comment for a pull request: what weakens and what is new in sight, the rest behind a click."""
    lines = [f"**Catalogue {markdown_code(found.new.location)}: {summary(found)}**"]
    lines += ["", f"Compared with {markdown_code(found.old.location)}{_versions(found)}."]
    for kind in ChangeKind:
        group = found.of(kind)
        if not group:
            continue
        title = f"{len(group)} {kind}"
        if kind in {ChangeKind.WEAKENED, ChangeKind.ADDED}:
            lines += ["", f"### {title}", "", *_table(kind, group)]
        else:
            lines += ["", "<details>", f"<summary>{title}</summary>", "", *_table(kind, group), "", "</details>"]
    return "\n".join(lines) + "\n"


def _versions(found: CatalogueDiff) -> str:
    if found.old.version == found.new.version:
        return ""
    old, new = (markdown_text(side.version) or "none" for side in (found.old, found.new))
    return f"; version {old} before, {new} now"


def _table(kind: ChangeKind, group: Sequence[Difference]) -> Iterator[str]:
    one_sided = kind in {ChangeKind.ADDED, ChangeKind.REMOVED}
    if one_sided:
        yield "| Declaration | What it says | Where |"
        yield "| --- | --- | --- |"
    else:
        yield "| Declaration | Field | Before | After | Why | Where |"
        yield "| --- | --- | --- | --- | --- | --- |"
    for difference in group:
        where = "<br>".join(markdown_code(str(place)) for place in (difference.old, difference.new) if place)
        if one_sided:
            said = "<br>".join(
                f"{markdown_text(field.field)}: {markdown_text(_shortened(field.old or field.new))}"
                for field in difference.fields
            )
            yield f"| {_declaration(difference)} | {said} | {where} |"
            continue
        for number, field in enumerate(difference.fields):
            first = number == 0
            cells = (
                _declaration(difference) if first else "",
                markdown_text(field.field),
                markdown_text(_shortened(field.old)) or "(none)",
                markdown_text(_shortened(field.new)) or "(none)",
                markdown_text(field.reason),
                where if first else "",
            )
            yield f"| {' | '.join(cells)} |"


def _declaration(difference: Difference) -> str:
    text = markdown_code(difference.subject)
    if difference.taken_by:
        text += f", names now declared by {markdown_code(difference.taken_by)}"
    if not difference.items:
        return text
    entries = ", ".join(map(markdown_code, difference.items))
    if len(difference.items) <= 3:
        return f"{text}: {entries}"
    return f"{text}<details><summary>{len(difference.items)} entries</summary>{entries}</details>"


def to_json(found: CatalogueDiff) -> str:
    """The versioned JSON format."""
    document = {
        "version": VERSION,
        "old": _side(found.old),
        "new": _side(found.new),
        "counts": {kind.value: count for kind, count in found.counts.items()},
        "differences": [_difference(difference) for difference in found.differences],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _side(side: Side) -> dict[str, Any]:
    return {"location": side.location, "id": side.id, "version": side.version}


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "kind": difference.kind.value,
        "subject": difference.subject,
        "takenBy": difference.taken_by,
        "fields": [
            {
                "field": field.field,
                "old": field.old,
                "new": field.new,
                "weakens": field.weakens,
                "strengthens": field.strengthens,
                "reason": field.reason,
            }
            for field in difference.fields
        ],
        "items": list(difference.items),
        "old": location_document(difference.old),
        "new": location_document(difference.new),
    }
