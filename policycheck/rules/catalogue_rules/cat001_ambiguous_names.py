r"""# CAT001 ambiguous-names

## What it checks

Two entries of one kind that both match some name, with nothing to say which of them wins: their names are equally
specific, they are narrowed (`hosts`, `partition`, `setBy`) equally often, and one observation can satisfy both. The
finding shows such a name. For one entry at most three others are named.

## Why

The most specific entry wins: an exact name before a template, more literal characters before fewer, a narrower
placeholder before a wider one, and of equal names the one that is narrowed more. Where that leaves a tie, the order
of the file would decide about category, retention and consent, and nobody would see it.

## Example

```yaml
items:
  - {name: "shop_*_id", kind: cookie, category: necessary, retention: session, purpose: {en: The visitor's basket.}}
  - {name: "shop_ab_*", kind: cookie, category: analytics, retention: 1 year, purpose: {en: The variant of a test.}}
```

```
CAT001 ambiguous-names: cookie 'shop_*_id' and cookie 'shop_ab_*' both declare 'shop_ab_id', neither more narrowly
```

## Fix

Declare the shared name on its own, make one of the two names narrower (a placeholder with a `pattern` instead of
`*`), or narrow one entry by host or by who sets it.

## References

The catalogue format, "Names".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from operator import itemgetter

from policycheck.catalogue.comparison import kinds_meet, narrowings_meet, possible_ties
from policycheck.catalogue.entries import Catalogue, Item
from policycheck.catalogue.names import NameBudgetError, overlap
from policycheck.model.finding import Breach, Severity, Unevaluated
from policycheck.rules.rule import Outcome, Rule

_MOST = 3


def check(catalogue: Catalogue) -> Iterator[tuple[str, Outcome]]:
    """Yield one breach for each pair, on the later entry of the two."""
    position = {id(item): index for index, item in enumerate(catalogue.items)}
    pairs = (*_same_exact_names(catalogue), *possible_ties(catalogue.items))
    ordered = (sorted((position[id(one)], position[id(other)])) for one, other in pairs)
    reported: Counter[int] = Counter()
    for first, second in sorted(ordered, key=itemgetter(1, 0)):
        earlier, later = catalogue.items[first], catalogue.items[second]
        if reported[second] == _MOST or _is_repetition(earlier, later) or not narrowings_meet(earlier, later):
            continue
        try:
            witness = overlap(earlier.pattern, later.pattern)
        except NameBudgetError as error:
            yield later.key, Unevaluated(f"{_named(earlier)} and {_named(later)}: {error}")
            continue
        if witness is not None:
            reported[second] += 1
            yield later.key, _breach(earlier, later, witness)


def _same_exact_names(catalogue: Catalogue) -> Iterator[tuple[Item, Item]]:
    names: dict[str | None, list[Item]] = defaultdict(list)
    for item in catalogue.items:
        if item.pattern.is_exact:
            for other in names[item.pattern.exact]:
                if kinds_meet(item, other) and item.narrowings == other.narrowings:
                    yield other, item
            names[item.pattern.exact].append(item)


def _is_repetition(one: Item, other: Item) -> bool:
    """Whether it is the same entry twice, which is CAT010's to report."""
    return _identity(one) == _identity(other)


def _identity(item: Item) -> Hashable:
    return (item.key, item.pattern.is_regex, frozenset(item.hosts), item.partition, item.set_by)


def _breach(earlier: Item, later: Item, witness: str) -> Breach:
    return Breach(
        f"{_named(earlier)} and {_named(later)} both declare {witness!r}, neither more narrowly",
        expected="one entry that wins for every name",
        actual=f"{witness!r} is declared at {earlier.location} and at {later.location}",
        fix="declare that name on its own, narrow one of the two names with a placeholder's pattern, or narrow one "
        "entry by hosts or setBy",
        location=later.location,
        key=earlier.key,
    )


def _named(item: Item) -> str:
    return f"{item.kind.value} {item.name!r}"


RULE = Rule(
    code="CAT001",
    name="ambiguous-names",
    severity=Severity.ERROR,
    why="a name that two entries declare equally well has no category, no retention and no consent rule",
    catalogue=check,
    module=__name__,
)
