"""Comparing entries of one catalogue: can two speak of one observation, does one speak of all that another does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import itemgetter

from policycheck.catalogue.entries import Item
from policycheck.catalogue.names import NameBudgetError, overlap
from policycheck.model.storage import StorageKind


def kinds_meet(one: Item, other: Item) -> bool:
    """True when an entry of the one's kind can be an entry of the other's."""
    return one.kind.accepts(other.kind) or other.kind.accepts(one.kind)


def narrowings_meet(one: Item, other: Item) -> bool:
    """True when some host, partition and writer satisfy both entries."""
    if one.set_by is not None and other.set_by is not None and one.set_by is not other.set_by:
        return False
    if one.partition is not None and other.partition is not None and one.partition != other.partition:
        return False
    if not one.hosts or not other.hosts:
        return True
    return any(_hosts_meet(host, other_host) for host in one.hosts for other_host in other.hosts)


def narrowing_accepts(wide: Item, narrow: Item) -> bool:
    """True when every host, partition and writer that satisfies ``narrow`` satisfies ``wide``."""
    if wide.set_by is not None and wide.set_by is not narrow.set_by:
        return False
    if wide.partition is not None and wide.partition != narrow.partition:
        return False
    if not wide.hosts:
        return True
    return bool(narrow.hosts) and all(any(host_accepts(host, other) for host in wide.hosts) for other in narrow.hosts)


def host_accepts(wide: str, narrow: str) -> bool:
    """True when every host that the pattern ``narrow`` stands for is one that ``wide`` stands for."""
    return wide == narrow or (wide.startswith("*.") and narrow.endswith(wide[1:]))


def _hosts_meet(one: str, other: str) -> bool:
    return host_accepts(one, other) or host_accepts(other, one)


def possible_ties(items: Iterable[Item]) -> Iterator[tuple[Item, Item]]:
    """Pairs of entries with templates or regexes of equal rank that may share a name, each pair once.

    Only names that start alike or of which one's beginning is the other's are compared: sorted by their literal
    beginnings such entries stand together, so the cost follows the number of pairs found, not that of all pairs.
    """
    ranks: dict[tuple[StorageKind, int, tuple[int, ...]], list[Item]] = defaultdict(list)
    for item in items:
        if not item.pattern.is_exact:
            for kind in _observable(item.kind):
                ranks[kind, item.narrowings, item.pattern.specificity].append(item)
    seen: set[frozenset[int]] = set()
    for group in ranks.values():
        for one, other in _sharing_prefixes(group):
            identity = frozenset((id(one), id(other)))
            if identity not in seen:
                seen.add(identity)
                yield one, other


def possible_covers(items: Iterable[Item]) -> Iterator[tuple[Item, Item]]:
    """Pairs (wide, narrow) of templates or regexes: ``wide`` goes first and may match all that ``narrow`` does.

    ``wide`` has been seen to match one name of ``narrow``, which rules out nearly all pairs at the cost of a match.
    """
    by_prefix: dict[str, list[Item]] = defaultdict(list)
    entries = [item for item in items if not item.pattern.is_exact]
    for item in entries:
        by_prefix[item.pattern.literal_prefix].append(item)
    for narrow in entries:
        sample = _sample(narrow)
        if sample is None:
            continue
        for length in range(len(sample) + 1):
            for wide in by_prefix.get(sample[:length], ()):
                if _rank(wide) > _rank(narrow) and _accepts(wide, narrow) and wide.pattern.matches(sample):
                    yield wide, narrow


def _sample(item: Item) -> str | None:
    """A name that the entry matches, or None when there is none to be had."""
    try:
        return overlap(item.pattern, item.pattern)
    except NameBudgetError:
        return None


def _accepts(wide: Item, narrow: Item) -> bool:
    return wide.kind.accepts(narrow.kind) and narrowing_accepts(wide, narrow)


def _rank(item: Item) -> tuple[tuple[int, ...], int]:
    return item.pattern.specificity, item.narrowings


def _observable(kind: StorageKind) -> tuple[StorageKind, ...]:
    return tuple(other for other in StorageKind if other is not StorageKind.WEB and kind.accepts(other))


def _sharing_prefixes(group: list[Item]) -> Iterator[tuple[Item, Item]]:
    """Pairs of which one's literal beginning begins the other's, and one's literal end ends the other's."""
    ordered = sorted(((item.pattern.literal_prefix, item) for item in group), key=itemgetter(0))
    for index, (prefix, one) in enumerate(ordered):
        suffix = one.pattern.literal_suffix
        for other_prefix, other in ordered[index + 1 :]:
            if not other_prefix.startswith(prefix):
                break
            other_suffix = other.pattern.literal_suffix
            if suffix.endswith(other_suffix) or other_suffix.endswith(suffix):
                yield one, other
