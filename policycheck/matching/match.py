"""Observation x catalogue -> match: the entry that wins, and why the others did not."""

from __future__ import annotations

from dataclasses import dataclass

from policycheck.catalogue.entries import Catalogue, Item
from policycheck.matching.hosts import host_matches
from policycheck.model.observation import Observation

NEAREST = 3
"""How many near misses are named: more of them help nobody."""


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
    """Find the entry of ``catalogue`` that declares ``observation``. Costs about the length of the name.

    An entry that is narrowed to hosts, a partition or a setter is passed over where the observation has another one;
    the next most specific entry gets its turn. Evidence that does not say on which host it was stored meets every host,
    and what nobody saw being written every setter.
    """
    index = catalogue.index[observation.kind]
    item = index.lookup(observation.name)
    if item is not None and narrowing(item, observation) is not None:
        item = next(
            (other for other in index.lookup_all(observation.name) if narrowing(other, observation) is None), None
        )
    if item is not None:
        return Match(observation, item)
    return Match(observation, None, _declared_elsewhere(catalogue, observation))


def near_misses(catalogue: Catalogue, observation: Observation) -> tuple[NearMiss, ...]:
    """The entries nearest to an undeclared observation, each with the reason why it does not match.

    First those whose name matches and that are narrowed to something else, then those of other kinds, those that would
    match without the site's bindings, and those whose names come near. Entries that do declare the observation are not
    among them.
    """
    from policycheck.catalogue.names.failure import compare_failure

    same_kind = catalogue.index[observation.kind]
    found = [(item, narrowing(item, observation)) for item in same_kind.lookup_all(observation.name)]
    for kind, index in catalogue.index.items():
        if kind is not observation.kind:
            found += [
                (item, f"declared for {item.kind.value}")
                for item in index.lookup_all(observation.name)
                if not item.kind.accepts(observation.kind)
            ]
    found += _bound_otherwise(catalogue, observation)
    found += [
        (item, compare_failure(item.pattern, observation.name)) for item in same_kind.nearest(observation.name, NEAREST)
    ]
    misses = {id(item): NearMiss(item, reason) for item, reason in reversed(found) if reason is not None}
    return tuple(misses.values())[::-1][:NEAREST]


def _bound_otherwise(catalogue: Catalogue, observation: Observation) -> list[tuple[Item, str]]:
    """Entries whose template matches the name, and does not once the site's own values are bound in it."""
    found: list[tuple[tuple[int, ...], Item, str]] = []
    for item in catalogue.items:
        unbound = catalogue.unbound(item) if item.kind.accepts(observation.kind) else None
        if unbound is None or not unbound.matches(observation.name) or item.pattern.matches(observation.name):
            continue
        bound = [f"<{name}>" for name in dict.fromkeys(unbound.placeholders) if name in catalogue.bindings]
        reason = f"{' and '.join(bound)} {'is' if len(bound) == 1 else 'are'} bound to another value"
        found.append((unbound.specificity, item, reason))
    found.sort(key=lambda entry: entry[0], reverse=True)
    return [(item, reason) for _, item, reason in found]


def _declared_elsewhere(catalogue: Catalogue, observation: Observation) -> Item | None:
    """The entry that would declare the observation, were it of another kind; one that takes any name says nothing."""
    for kind, index in catalogue.index.items():
        if kind is not observation.kind:
            for item in index.lookup_all(observation.name):
                _, literal_characters, *_ = item.pattern.specificity
                if literal_characters and narrowing(item, observation) is None:
                    return item
    return None


def narrowing(item: Item, observation: Observation) -> str | None:
    """Why an entry with a matching name does not speak of this observation, or None when it does."""
    writer = observation.set_by
    if item.set_by is not None and writer is not None and item.set_by is not writer:
        return f"declared as set by a {item.set_by.value}, was set by a {writer.value}"
    host = observation.host
    if item.hosts and host is not None and not any(host_matches(pattern, host) for pattern in item.hosts):
        return f"declared for {' and '.join(item.hosts)} only"
    if item.partition is not None and observation.partition_key != item.partition:
        return f"declared for the partition {item.partition} only"
    return None
