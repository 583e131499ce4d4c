"""What was observed beside what the packs declare: each name has an item, each observed item was seen again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from policycheck.catalogue.entries import Catalogue, Item
from policycheck.catalogue.loading import load_catalogue
from policycheck.catalogue.packs import open_pack
from policycheck.model.lifetime import RetentionKind, longest_months
from policycheck.model.storage import StorageKind

from .install import label
from .writes import Seen

RECORD = Path(__file__).parent / "observed.json"


@dataclass
class Entry:
    """What was seen under one name of a pack."""

    item: str
    kind: str
    lifetimes: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    steps: list[str] = field(default_factory=list)
    devices: set[str] = field(default_factory=set)
    set_by: set[str] = field(default_factory=set)
    lasting: bool = False

    def as_json(self) -> dict[str, Any]:
        """The entry as it stands in the record."""
        return {
            "kind": self.kind,
            "name": self.item,
            "lifetimes": sorted(self.lifetimes),
            **({"attributes": sorted(self.attributes)} if self.attributes else {}),
            "setBy": sorted(self.set_by),
            "steps": self.steps,
            "devices": sorted(self.devices),
            **({} if self.lasting else {"transient": True}),
        }


def entries(name: str, seen: Iterable[Seen]) -> list[Entry]:
    """What was seen, under the names of the pack's items; what has none keeps its own name."""
    catalogue = load_catalogue(f"pack:{name}")
    found: dict[tuple[str, str], Entry] = {}
    for one in seen:
        item = _item(catalogue, one.kind, one.name)
        entry = found.setdefault(
            (one.kind, item.name if item else one.name), Entry(item.name if item else one.name, one.kind)
        )
        entry.lifetimes |= one.lifetimes
        entry.attributes |= one.attributes
        entry.devices |= one.devices
        entry.set_by |= one.set_by
        entry.lasting |= one.lasting
        entry.steps += [step for step in one.steps if step not in entry.steps]
    return sorted(found.values(), key=lambda entry: (entry.kind, entry.item))


def differences(name: str, seen: Iterable[Entry]) -> Iterator[str]:
    """Sentences on what the pack and the observation do not agree in; none when they do."""
    catalogue = load_catalogue(f"pack:{name}")
    items = {(item.kind.value, item.name): item for item in catalogue.items}
    observed = {(entry.kind, entry.item): entry for entry in seen}
    for key, entry in observed.items():
        if (item := items.get(key)) is None:
            yield f"{key[0]} {key[1]!r} is stored ({', '.join(entry.steps)}) and not declared"
        else:
            yield from (f"{key[0]} {key[1]!r}: {what}" for what in _item_differences(item, entry))
    for key in sorted(observed_items(name) - observed.keys()):
        yield f"{key[0]} {key[1]!r} is declared as observed with {label(name)} and was not seen"


def observed_items(name: str) -> set[tuple[str, str]]:
    """Kind and name of the pack's items whose source is an observation of the version that is pinned."""
    data = yaml.safe_load(open_pack(name) or b"")
    return {
        (item["kind"], item["name"])
        for item in data["items"]
        if item["source"]["kind"] == "observed" and item["source"]["version"] == label(name)
    }


def record() -> dict[str, Any]:
    """The record of the last whole observation, by SDK."""
    data: dict[str, Any] = json.loads(RECORD.read_text("utf-8"))
    return data


def _item(catalogue: Catalogue, kind: str, name: str) -> Item | None:
    return catalogue.index[StorageKind(kind)].lookup(name)


def _item_differences(item: Item, entry: Entry) -> Iterator[str]:
    if not any(_meets(item, lifetime) for lifetime in entry.lifetimes):
        yield f"declared for {item.retention}, set for {' or '.join(sorted(entry.lifetimes))}"
    if item.transient and entry.lasting:
        yield "declared as transient, and it stays"
    if not item.transient and not entry.lasting:
        yield "is gone at once, and not declared as transient"
    asked = item.attributes
    wanted = {
        f"sameSite {asked.same_site}": asked.same_site,
        "secure": asked.secure,
        "hostOnly": asked.host_only,
    }
    opposites = {"secure": "not secure", "hostOnly": "for the domain"}
    for word, value in wanted.items():
        refuted = (
            {said for said in entry.attributes if "sameSite" in said and said != word} if "sameSite" in word else set()
        )
        if value and (word not in entry.attributes or refuted or opposites.get(word) in entry.attributes):
            yield f"declared {word}, set {', '.join(sorted(entry.attributes))}"


def _meets(item: Item, lifetime: str) -> bool:
    retention = item.retention
    if retention.kind is not RetentionKind.DURATION:
        return lifetime == retention.kind.value
    from policycheck.model.lifetime import parse_retention

    if lifetime in {"session", "persistent"}:
        return False
    told = parse_retention(lifetime)
    return told.seconds == retention.seconds + longest_months(retention.months) * 86_400
