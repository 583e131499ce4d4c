"""Which names two patterns share, and whether one pattern makes another unreachable.

Both are questions about finite automata: a shared name is a shortest path through the product of the two, and
inclusion holds where no path of the narrow one leaves the wide one. The work is bounded; see :data:`BUDGET`.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, TypeVar

from policycheck.catalogue.names.automaton import Program
from policycheck.catalogue.names.errors import NameBudgetError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policycheck.catalogue.names.chars import CharSet
    from policycheck.catalogue.names.pattern import NamePattern

BUDGET: Final = 400_000
"""How many steps one comparison may take: pairs of states looked at. Names as people write them need under 2,000."""
_CHAR_COST: Final = 1000

T = TypeVar("T")
Pair = tuple[int, int]


def overlap(a: NamePattern, b: NamePattern, *, budget: int = BUDGET) -> str | None:
    """Give a shortest name that both match, in letters that read well, or None where there is none.

    Raises :class:`NameBudgetError` where the two are so large that it cannot be decided within the budget.
    """
    for one, other in ((a, b), (b, a)):
        if one.exact is not None:
            return one.exact if other.matches(one.exact) else None
    if not _ends_agree(a, b):
        return None
    return _shortest_shared(Program(a.node), Program(b.node), budget)


def _ends_agree(a: NamePattern, b: NamePattern) -> bool:
    """Whether the literal ends leave room for a shared name."""
    first, second = a.shape, b.shape
    return (first.prefix.startswith(second.prefix) or second.prefix.startswith(first.prefix)) and (
        first.suffix.endswith(second.suffix) or second.suffix.endswith(first.suffix)
    )


def _shortest_shared(left: Program, right: Program, budget: int) -> str | None:
    """Search the product by cost: length first, then how the characters read."""
    first = (left.start, right.start)
    best: dict[Pair, int] = {first: 0}
    came: dict[Pair, tuple[Pair, str]] = {}
    queue: list[tuple[int, int, Pair]] = [(0, 0, first)]
    made = 0
    while queue:
        cost, _, pair = heappop(queue)
        if cost > best[pair]:
            continue
        if pair == (left.accept, right.accept):
            return _spell(came, pair, first)
        for target, char, step in _moves(left, right, pair):
            made += 1
            if cost + step < best.get(target, cost + step + 1):
                best[target] = cost + step
                came[target] = (pair, char)
                heappush(queue, (cost + step, made, target))
        if made > budget:
            raise NameBudgetError(
                f"two names are too large to compare: more than {budget} steps; write one of them simpler"
            )
    return None


def _moves(left: Program, right: Program, pair: Pair) -> Iterator[tuple[Pair, str, int]]:
    p, q = pair
    mine, theirs = left.sets[p], right.sets[q]
    if mine is None and p != left.accept:
        for target in left.outs[p]:
            yield (target, q), "", 0
    elif theirs is None and q != right.accept:
        for target in right.outs[q]:
            yield (p, target), "", 0
    elif mine is not None and theirs is not None:
        both = mine.intersect(theirs)
        if both.ranges:
            penalty, char = both.pick()
            yield (left.outs[p][0], right.outs[q][0]), char, _CHAR_COST + penalty


def _spell(came: dict[Pair, tuple[Pair, str]], pair: Pair, first: Pair) -> str:
    chars: list[str] = []
    while pair != first:
        pair, char = came[pair]
        chars.append(char)
    return "".join(reversed(chars))


def covers(wide: NamePattern, narrow: NamePattern, *, budget: int = BUDGET) -> bool:
    """Whether ``wide`` matches every name that ``narrow`` matches.

    True is always right. False may also mean that the two are too large to compare within the budget.
    """
    if narrow.exact is not None:
        return wide.matches(narrow.exact)
    if wide.exact is not None or not _ends_agree(wide, narrow):
        return False
    inner, outer = Program(narrow.node), Program(wide.node)
    start = (inner.start, outer.closure((outer.start,)))
    pending, seen = [start], {start}
    left = budget
    while pending:
        state, around = pending.pop()
        if state == inner.accept:
            if outer.accept not in around:
                return False
            continue
        charset = inner.sets[state]
        if charset is None:
            targets = [(target, around) for target in inner.outs[state]]
        else:
            chars = _one_of_each(charset, [s for member in around if (s := outer.sets[member]) is not None])
            after = inner.outs[state][0]
            targets = [(after, outer.step(around, char)) for char in chars]
            left -= len(chars) * (1 + len(around))
        left -= 1
        if left < 0:
            return False
        for target in targets:
            if target not in seen:
                seen.add(target)
                pending.append(target)
    return True


def _one_of_each(charset: CharSet, others: Iterable[CharSet]) -> list[str]:
    """One character for each way in which the other sets divide this one."""
    cuts = {low for low, _ in charset.ranges}
    for other in others:
        for low, high in other.ranges:
            cuts |= {low, high + 1}
    return [chr(cut) for cut in sorted(cuts) if cut <= 0x10FFFF and chr(cut) in charset]


def find_ambiguous(entries: Iterable[tuple[NamePattern, T]], *, budget: int = BUDGET) -> Iterator[tuple[T, T, str]]:
    """Find the pairs that can both win for one name: equally specific, with a name that both match.

    Each comes once, as (the one given first, the other, the shared name). Only patterns whose literal ends agree are
    compared in full. Raises :class:`NameBudgetError` like :func:`overlap`.
    """
    groups: dict[tuple[int, ...], list[tuple[str, int, NamePattern, T]]] = {}
    for number, (pattern, value) in enumerate(entries):
        key = pattern.exact if pattern.exact is not None else pattern.shape.prefix
        groups.setdefault(pattern.specificity, []).append((key, number, pattern, value))
    for group in groups.values():
        group.sort(key=lambda member: member[:2])
        for at, (key, number, pattern, value) in enumerate(group):
            for other_key, other_number, other, other_value in group[at + 1 :]:
                if not other_key.startswith(key):
                    break
                if (shared := overlap(pattern, other, budget=budget)) is not None:
                    pair = (value, other_value) if number < other_number else (other_value, value)
                    yield (*pair, shared)
