"""When two sources speak of one thing."""

from __future__ import annotations

from collections.abc import Sequence

from policycheck.capture.browser.events import OriginSnapshot, StorageChange, StoredEntry
from policycheck.capture.browser.hooks import HookRecord
from policycheck.capture.browser.places import host_of
from policycheck.model.observation import Observation
from policycheck.model.storage import Operation

OPERATIONS = {
    "store": Operation.STORE,
    "access": Operation.ACCESS,
    "delete": Operation.DELETE,
    "clear": Operation.DELETE,
}
"""What a hook calls an operation -> what it is."""


def same_change(change: StorageChange, record: HookRecord) -> bool:
    """True when the browser's word and a hook's are about one call."""
    if record.error or change.kind.value != record.kind:
        return False
    if record.op == "clear":
        return change.operation is Operation.DELETE and change.name is None
    if change.name != record.name or change.operation is not OPERATIONS[record.op]:
        return False
    if change.operation is Operation.DELETE or record.value is None or change.value is None:
        return True
    return change.value.startswith(record.value)  # a long value comes cut


def unchanged(known: Observation, entry: StoredEntry) -> bool:
    """True when what lies there is what was seen being written, as far as both show a value."""
    if known.value is None or entry.value is None:
        return True
    return entry.value.startswith(known.value)


def joined(origins: Sequence[OriginSnapshot]) -> list[OriginSnapshot]:
    """One snapshot for each host and partition: several tabs have a sessionStorage each."""
    joined: dict[tuple[str | None, str | None], OriginSnapshot] = {}
    for seen in origins:
        key = (host_of(seen.place.frame), seen.place.partition)
        before = joined.get(key)
        if before is None:
            joined[key] = seen
        else:
            entries = tuple(dict.fromkeys((*before.entries, *seen.entries)))
            joined[key] = OriginSnapshot(before.place, before.looked & seen.looked, entries)
    return list(joined.values())
