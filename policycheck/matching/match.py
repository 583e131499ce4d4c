"""Observation x catalogue -> match: the entry that wins, and why the others did not."""

from __future__ import annotations

from dataclasses import dataclass

from policycheck.catalogue.entries import Catalogue, Item
from policycheck.catalogue.names import compare_failure
from policycheck.model.observation import Observation
from policycheck.model.storage import StorageKind
from policycheck.wire import domain_match

_NEAREST = 3


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An entry that did not match, and why: a clause such as ``declared for localStorage``."""

    item: Item
    reason: str


@dataclass(frozen=True, slots=True)
class Match:
    """``item`` is the most specific entry that declares the observation, or None.

    ``other_kind`` is an entry that declares the name for another kind of storage; it is looked up only when ``item`` is
    None.
    """

    observation: Observation
    item: Item | None
    other_kind: Item | None = None


def match(catalogue: Catalogue, observation: Observation) -> Match:
    """Find the entry of ``catalogue`` that declares ``observation``. Costs about the length of the name."""
    index = catalogue.index[observation.kind]
    item = index.lookup(observation.name)
    if item is not None and _narrowing(item, observation) is not None:
        item = next(
            (other for other in index.lookup_all(observation.name) if _narrowing(other, observation) is None), None
        )
    if item is not None:
        return Match(observation, item)
    return Match(observation, None, _declared_elsewhere(catalogue, observation))


def near_misses(catalogue: Catalogue, observation: Observation) -> tuple[NearMiss, ...]:
    """The entries nearest to an undeclared observation, each with the reason why it does not match, nearest first."""
    found: dict[int, NearMiss] = {}
    for kind, index in catalogue.index.items():
        for item in index.lookup_all(observation.name):
            reason = _narrowing(item, observation) if item.kind.accepts(observation.kind) else None
            found.setdefault(id(item), NearMiss(item, reason or f"declared for {kind.value}"))
    same_kind = catalogue.index[observation.kind]
    for item in same_kind.nearest(observation.name, _NEAREST):
        found.setdefault(id(item), NearMiss(item, compare_failure(item.pattern, observation.name)))
    return tuple(found.values())[:_NEAREST]


def _declared_elsewhere(catalogue: Catalogue, observation: Observation) -> Item | None:
    for kind in StorageKind:
        if kind is StorageKind.WEB or kind is observation.kind:
            continue
        item = catalogue.index[kind].lookup(observation.name)
        if item is not None and not item.kind.accepts(observation.kind):
            return item
    return None


def _narrowing(item: Item, observation: Observation) -> str | None:
    """Why an entry with a matching name does not speak of this observation, or None when it does."""
    if item.set_by is not None and item.set_by is not observation.set_by:
        return f"declared as set by a {item.set_by.value}, was set by a {observation.set_by.value}"
    host = observation.host
    if item.hosts and host is not None and not any(_host_matches(pattern, host) for pattern in item.hosts):
        return f"declared for {' and '.join(item.hosts)} only"
    if item.partition is not None and observation.partition_key != item.partition:
        return f"declared for the partition {item.partition} only"
    return None


def _host_matches(pattern: str, host: str) -> bool:
    if pattern.startswith("*."):
        return host != pattern[2:] and domain_match(host, pattern[2:])
    return host == pattern
