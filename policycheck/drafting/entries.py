"""From what was seen and what others know to the entries of a draft."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from policycheck.catalogue.entries import UNDECIDED
from policycheck.catalogue.names.template import escape_template
from policycheck.drafting.folding import fold
from policycheck.drafting.labels import Labels
from policycheck.drafting.remarks import remarks_of
from policycheck.drafting.sighting import Sighting
from policycheck.drafting.suggestions import Suggestion, Suggestions
from policycheck.drafting.tokens import PERSONAL, tokens
from policycheck.model.storage import StorageKind

EXAMPLES = 3
"""How many of the names that were seen a template shows."""
_LABEL = re.compile(r"(?<!\\)<([^<>]*)>")
_KINDS = list(StorageKind)


@dataclass(frozen=True, slots=True)
class Drafted:
    """One entry of a draft. ``data`` is the item as a catalogue writes it, ``remarks`` stand beside it as comments."""

    data: dict[str, Any]
    remarks: tuple[str, ...]
    names: tuple[str, ...]
    sighting: Sighting
    suggestion: Suggestion | None = None

    @property
    def subject(self) -> str:
        """``cookie '_ga'``."""
        return f"{self.data['kind']} {self.data.get('name') or self.names[0]!r}"


@dataclass(frozen=True)
class Group:
    """Names that are one entry: how it is written, and what was seen of each."""

    name: str
    members: tuple[Sighting, ...]
    suggestion: Suggestion | None = None
    personal: bool = False
    apart: bool = False

    @property
    def exact(self) -> bool:
        """True where it stands for one name alone."""
        return not self.personal and {_exact(one.name) for one in self.members} == {self.name}

    @cached_property
    def sighting(self) -> Sighting:
        """All that was seen, as of one name."""
        return self.members[0].joined(*self.members[1:])


def draft_entries(
    sightings: Iterable[Sighting], suggestions: Suggestions, labels: Labels, today: date
) -> list[Drafted]:
    """The entries for ``sightings``, by kind and name. What names need besides goes into ``labels``."""
    groups = grouped(sightings, suggestions, labels)
    return [to_entry(group, today) for group in groups]


def grouped(sightings: Iterable[Sighting], suggestions: Suggestions, labels: Labels) -> list[Group]:
    """Sightings that are one entry, together: after the template of a pack, else folded, else each by itself."""
    writable = sorted((one for one in sightings if can_be_written(one.name)), key=_order)
    known = [(one, suggestions.of(one.kind, one.name)) for one in writable]
    templates: dict[tuple[StorageKind, str, str], list[tuple[Sighting, Suggestion]]] = defaultdict(list)
    rest: dict[StorageKind, list[tuple[Sighting, Suggestion | None]]] = defaultdict(list)
    for sighting, suggestion in known:
        template = None if suggestion is None else suggestion.template
        if suggestion is None or template is None or suggestion.pack is None:
            rest[sighting.kind].append((sighting, suggestion))
        else:
            templates[sighting.kind, suggestion.pack, template.name].append((sighting, suggestion))
    found = [_of_pack(members, labels) for members in templates.values()]
    for members in rest.values():
        found += _folded(members, labels)
    return sorted(found, key=lambda group: _order(group.members[0]))


def can_be_written(name: str) -> bool:
    """False for a name with half a character in it, which no UTF-8 file can hold."""
    return not any("\ud800" <= char <= "\udfff" for char in name)


def digest(data: Mapping[str, Any]) -> str:
    """What ``draft`` says of an entry that was recorded: it changes with any other field."""
    told = json.dumps(
        {key: value for key, value in data.items() if key != "draft" and not key.startswith("x-")}, sort_keys=True
    )
    return f"recorded-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def observed_fields(group: Group) -> dict[str, Any]:
    """The fields that an entry has from what was seen, in order."""
    seen = group.sighting
    attributes = _attributes(seen)
    path = seen.trait("path")
    fields: dict[str, Any] = {
        "name": group.name,
        "kind": seen.kind.value,
        "retention": seen.retention or UNDECIDED,
        "refresh": True if seen.refresh else None,
        "party": "third" if seen.third else None,
        "path": path if path not in {None, "/"} and seen.kind is StorageKind.COOKIE else None,
        "attributes": attributes or None,
        "transient": True if seen.probe else None,
        "examples": None if group.exact or group.personal else sorted({one.name for one in group.members})[:EXAMPLES],
    }
    if not group.name:
        fields = {"regex": "()", **{key: value for key, value in fields.items() if key != "name"}}
    return {key: value for key, value in fields.items() if value is not None}


def to_entry(group: Group, today: date) -> Drafted:
    """The entry for a group, which says TODO wherever nobody knows."""
    suggestion = group.suggestion
    seen = observed_fields(group)
    data: dict[str, Any] = {key: seen.pop(key) for key in ("name", "regex") if key in seen}
    data |= {"draft": "", "kind": seen.pop("kind")}
    if suggestion is not None and suggestion.provider is not None:
        data["provider"] = key_of(suggestion.provider[0])
    elif group.sighting.third and suggestion is None:
        data["provider"] = UNDECIDED
    data["category"] = UNDECIDED if suggestion is None or suggestion.category is None else suggestion.category
    examples = seen.pop("examples", None)
    data |= seen
    if suggestion is not None and suggestion.record:
        data["remembersChoice"] = True
    known = None if suggestion is None else suggestion.purpose
    data["purpose"] = {key: " ".join(text.split()) for key, text in known.items()} if known else {"en": UNDECIDED}
    if examples is not None:
        data["examples"] = examples
    data["source"] = {"kind": "observed", "date": today.isoformat()}
    data["draft"] = digest(data)
    remarks = remarks_of(group, data["category"])
    return Drafted(data, tuple(remarks), tuple(one.name for one in group.members), group.sighting, suggestion)


def _attributes(seen: Sighting) -> dict[str, Any]:
    """What holds for every observation, where asking for it makes the entry stricter."""
    asked: dict[str, Any] = {
        key: True for key in ("secure", "httpOnly", "hostOnly", "partitioned") if seen.trait(key) == "True"
    }
    if same_site := seen.trait("sameSite"):
        asked["sameSite"] = same_site
    return asked


def _of_pack(members: Sequence[tuple[Sighting, Suggestion]], labels: Labels) -> Group:
    """After the template of a pack, with the patterns that it has there."""
    suggestion = members[0][1]
    template, source = suggestion.template, suggestion.source
    patterns = dict[str, str | None]() if source is None else source.placeholders
    written = "" if template is None else template.name
    name = _LABEL.sub(lambda found: f"<{labels.label(found[1], patterns.get(found[1]))}>", written)
    personal = any(_personal(one.name) for one, _ in members)
    return Group(name, tuple(one for one, _ in members), suggestion, personal=personal)


def _folded(members: Collection[tuple[Sighting, Suggestion | None]], labels: Labels) -> Iterator[Group]:
    known = {sighting.name: (sighting, suggestion) for sighting, suggestion in members}
    likeness = {name: _likeness(sighting, suggestion) for name, (sighting, suggestion) in known.items()}
    folding = fold(likeness)
    for one in folding.folds:
        slots = {slot: labels.label(slot.label, slot.pattern) for slot in one.slots}
        sightings = tuple(known[name][0] for name in one.names)
        suggestion = known[one.names[0]][1]
        yield Group(one.template(slots), sightings, suggestion, personal=one.personal)
    folded = {name for one in folding.folds for name in one.names}
    for name, (sighting, suggestion) in known.items():
        if name not in folded:
            yield Group(_exact(name), (sighting,), suggestion, apart=name in folding.apart)


def _likeness(sighting: Sighting, suggestion: Suggestion | None) -> tuple[object, ...]:
    """What names must share to be folded."""
    told = None if suggestion is None else (suggestion.category, suggestion.provider, suggestion.record)
    return sighting.third, sighting.span, sighting.probe, told


def _personal(name: str) -> bool:
    return any(token.kind in PERSONAL for token in tokens(name))


def _exact(name: str) -> str:
    return escape_template(name) if name else ""


def key_of(text: str) -> str:
    """A key of the catalogue made of ``text``."""
    key = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-")
    return key if key[:1].isalpha() else f"site-{key}".rstrip("-")


def _order(sighting: Sighting) -> tuple[int, str, str]:
    return _KINDS.index(sighting.kind), sighting.name.casefold(), sighting.name
