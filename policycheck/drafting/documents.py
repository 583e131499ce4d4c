"""The first text of a catalogue: a head, and entries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from policycheck.catalogue.plain import is_object
from policycheck.drafting.entries import Drafted, key_of
from policycheck.drafting.labels import Labels
from policycheck.drafting.spelling import json_text, wrapped, yaml_flow, yaml_item, yaml_member, yaml_scalar
from policycheck.drafting.suggestions import Confidence

_REVIEW = (
    "A draft: an entry declares nothing until a person has reviewed it and removed its field draft.",
    "Each TODO is for that person: a category, a purpose in words, and who sets what belongs to others.",
)


def yaml_document(
    title: str, entries: Sequence[Drafted], labels: Labels, today: date, notes: Iterable[str] = ()
) -> str:
    """A catalogue in YAML. ``notes`` stand at its top as comments."""
    remarks = [*notes, *(_REVIEW if entries else ()), *overview(entries)]
    lines = [f"# {line}\n" for remark in remarks for line in wrapped(remark)]
    head = {**_head(title, today)}
    lines += [f"{key}: {_head_value(value)}\n" for key, value in head.items()]
    for section, members in (("providers", providers(entries)), ("placeholders", labels.new)):
        if members:
            lines += [f"\n{section}:\n", *(yaml_member(key, value, 2) for key, value in members.items())]
    lines.append("\nitems:\n" if entries else "\nitems: []\n")
    lines += "\n".join(yaml_item(entry.data, entry.remarks, 2) for entry in entries)
    return "".join(lines)


def json_document(
    title: str, entries: Sequence[Drafted], labels: Labels, today: date, notes: Iterable[str] = ()
) -> str:
    """A catalogue in JSON, whose comments stand in fields that start with x-."""
    items = [{**entry.data, "x-remarks": list(entry.remarks)} for entry in entries]
    remarks = [*notes, *(_REVIEW if entries else ()), *overview(entries)]
    sections = {"providers": providers(entries), "placeholders": labels.new}
    document = {
        **_head(title, today),
        **({"x-remarks": remarks} if remarks else {}),
        **{section: members for section, members in sections.items() if members},
        "items": items,
    }
    return json_text(document, "  ") + "\n"


def toml_document(
    title: str, entries: Sequence[Drafted], labels: Labels, today: date, notes: Iterable[str] = ()
) -> str:
    """A catalogue in TOML."""
    from policycheck.drafting.tomlediting import TomlEditor

    remarks = [*notes, *(_REVIEW if entries else ()), *overview(entries)]
    lines = [f"# {line}" for remark in remarks for line in wrapped(remark)]
    lines += [f"{key} = {_toml_value(value)}" for key, value in _head(title, today).items()]
    editor = TomlEditor("\n".join(lines) + "\n")
    editor.add_members("providers", providers(entries))
    editor.add_members("placeholders", labels.new)
    editor.add_items(entries)
    return editor.text()


DOCUMENTS = {".yaml": yaml_document, ".yml": yaml_document, ".json": json_document, ".toml": toml_document}


def providers(entries: Iterable[Drafted], known: Iterable[str] = ()) -> dict[str, dict[str, str]]:
    """The section ``providers`` of what entries name and is not ``known``; one that nobody knows is left out."""
    found = [
        (entry.data["provider"], entry.suggestion.provider[1])
        for entry in entries
        if entry.suggestion is not None and entry.suggestion.provider is not None and "provider" in entry.data
    ]
    had = set(known)
    return {key: {"name": name} for key, name in sorted(dict(found).items()) if key not in had}


def overview(entries: Sequence[Drafted]) -> list[str]:
    """How much of a draft is suggested, and which packs may take its place."""
    told = [entry.suggestion for entry in entries]
    counts = {level: sum(one is not None and one.confidence is level for one in told) for level in Confidence}
    lines: list[str] = []
    if entries:
        words = [f"{count} with {level} confidence" for level, count in counts.items() if count]
        unknown = sum(one is None for one in told)
        words += [f"{unknown} that nobody knows"] if unknown else []
        lines.append(f"Suggestions: {', '.join(words)}.")
    packs = dict.fromkeys(one.pack for one in told if one is not None and one.pack is not None)
    if packs:
        named = ", ".join(f'"pack:{pack}"' for pack in packs)
        lines.append(f"Packs declare some of these names; where it is that, their entries will do:  extends: [{named}]")
    return lines


def _head(title: str, today: date) -> Mapping[str, Any]:
    return {"catalogue": 1, "id": key_of(title), "version": f"{today.year}.1", "title": {"en": title}}


def _head_value(value: Any) -> str:
    return yaml_scalar(value) if isinstance(value, str) else yaml_flow(value)


def _toml_value(value: Any) -> str:
    if is_object(value):
        return "{" + ", ".join(f"{key} = {json.dumps(text)}" for key, text in value.items()) + "}"
    return json.dumps(value)
