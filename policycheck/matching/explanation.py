"""Why a name matches what it matches: the winner, the entries that match and lose, and those that nearly match."""

from __future__ import annotations

from dataclasses import dataclass

from policycheck.catalogue.entries import Catalogue, Draft, Item
from policycheck.matching.match import NearMiss, match, narrowing, near_misses
from policycheck.model.observation import Observation
from policycheck.model.storage import SetBy, StorageKind


@dataclass(frozen=True, slots=True)
class Explanation:
    """``item`` is the entry that wins, or None; ``near`` the others, those that match the name too first.

    ``draft`` is an entry that would win, were it reviewed.
    """

    item: Item | None
    near: tuple[NearMiss, ...]
    draft: Draft | None = None


def explain(
    catalogue: Catalogue, name: str, kind: StorageKind, *, host: str | None = None, set_by: SetBy | None = None
) -> Explanation:
    """Explain ``name``. Without ``set_by`` an entry may win that is declared for a server or for a script.

    Costs about the length of the name, and of the catalogue for near misses.
    """
    usual = SetBy.SERVER if kind is StorageKind.COOKIE else SetBy.SCRIPT
    observation = Observation(kind, name, host=host, set_by=set_by or usual)
    item = match(catalogue, observation).item
    if item is None and set_by is None:
        other_way = Observation(kind, name, host=host, set_by=next(who for who in SetBy if who is not usual))
        item = match(catalogue, other_way).item
        observation = observation if item is None else other_way
    near: dict[int, NearMiss] = {}
    if item is not None:
        for other in catalogue.index[kind].lookup_all(name):
            if other is not item:
                near[id(other)] = NearMiss(other, _loses(item, other, observation))
    for miss in near_misses(catalogue, observation):
        if miss.item is not item:
            near.setdefault(id(miss.item), miss)
    return Explanation(item, tuple(near.values()), None if item else catalogue.draft_of(kind, name))


def _loses(winner: Item, other: Item, observation: Observation) -> str:
    reason = narrowing(other, observation)
    if reason is not None:
        return reason
    if winner.pattern.specificity > other.pattern.specificity:
        return f"matches too, but {winner.name!r} is more specific"
    return f"matches too, but {winner.name!r} is narrower or comes first"
