r"""# CAT010 duplicate-entry

## What it checks

Two entries of one file with the same kind, the same name and the same narrowing (`hosts`, `partition`, `setBy`). An
entry of an extended file that is declared anew is an override, not a duplicate.

## Why

Only one of the two counts, and which one is an accident of order. Where one name serves two purposes, the format has
`uses` for it.

## Example

```yaml
items:
  - {name: prefs, kind: cookie, category: functional, retention: 1 year, purpose: {en: The language.}}
  - {name: prefs, kind: cookie, category: marketing,  retention: 30 days, purpose: {en: The campaign.}}
```

```
CAT010 duplicate-entry: cookie 'prefs' is declared again, first at shop.yaml:2
```

## Fix

Remove one of the two, or write one entry with two `uses`.

## References

The catalogue format, "Items" and `uses`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from policycheck.catalogue.entries import Catalogue, Item
from policycheck.model.finding import Breach, Severity
from policycheck.rules.rule import Rule


def check(catalogue: Catalogue) -> Iterator[tuple[str, Breach]]:
    """Yield one breach for each entry that an earlier one of its file declares already."""
    first: dict[Hashable, Item] = {}
    for item in catalogue.items:
        identity = (
            item.location.file, item.kind, item.name, item.pattern.is_regex,
            frozenset(item.hosts), item.partition, item.set_by,
        )  # fmt: skip
        earlier = first.setdefault(identity, item)
        if earlier is not item:
            yield (
                item.key,
                Breach(
                    f"{item.kind.value} {item.name!r} is declared again, first at {earlier.location}",
                    expected="one entry, with several uses where it serves several purposes",
                    fix="remove one of the two, or write one entry with two uses",
                    location=item.location,
                ),
            )


RULE = Rule(
    code="CAT010",
    name="duplicate-entry",
    severity=Severity.ERROR,
    why="of two entries with one name only one counts, and nobody sees which",
    catalogue=check,
    module=__name__,
)
