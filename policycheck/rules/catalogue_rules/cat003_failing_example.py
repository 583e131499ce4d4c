r"""# CAT003 failing-example

## What it checks

`examples` and `counterExamples` are the tests that an entry brings along. An example must match the entry's name, and
the entry must win for it against all others of the catalogue. A counter-example must not be won by the entry: its
name may match it, as long as a more specific entry takes it. An example shows what a placeholder may be: a site that
binds the placeholder to its own value does not fail it.

## Why

A name with placeholders says less than it seems to. Examples show a reviewer what is meant, and fail as soon as
another entry or an edit takes the name away.

## Example

```yaml
items:
  - name: chat_<KEY>
    kind: localStorage
    category: functional
    retention: persistent
    purpose: {en: What the visitor prefers.}
    examples: [chat_1f]
    counterExamples: [chat_1f_cards]      # needs an entry of its own
```

```
CAT003 failing-example: localStorage 'chat_<KEY>' declares its counter-example 'chat_1f_cards'
```

## Fix

Correct the name, the example, or declare the other name on its own.

## References

The catalogue format, "Names".
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.catalogue.comparison import narrowing_accepts
from policycheck.catalogue.entries import Catalogue, Item
from policycheck.catalogue.names import compare_failure
from policycheck.model.finding import Breach, Severity
from policycheck.model.storage import StorageKind
from policycheck.rules.rule import Rule


def check(catalogue: Catalogue) -> Iterator[tuple[str, Breach]]:
    """Yield one breach for each example that fails and each counter-example that holds."""
    for item in catalogue.items:
        for example in item.examples:
            if not item.pattern.matches(example):
                unbound = catalogue.unbound(item)
                if unbound is not None and unbound.matches(example):
                    continue
                reason = compare_failure(item.pattern, example)
                yield item.key, _breach(item, example, f"does not match its example {example!r}: {reason}", reason)
            elif (winner := _winner(catalogue, item, example)) is not None and winner is not item:
                taken = f"{winner.kind.value} {winner.name!r} at {winner.location}"
                yield item.key, _breach(item, example, f"loses its example {example!r} to {taken}", f"{taken} wins")
        for example in item.counter_examples:
            if item.pattern.matches(example) and _winner(catalogue, item, example) is item:
                yield (
                    item.key,
                    _breach(item, example, f"declares its counter-example {example!r}", "the entry wins for it"),
                )


def _winner(catalogue: Catalogue, item: Item, name: str) -> Item | None:
    """The entry that declares ``name`` where ``item`` could: of its kind, for its hosts, partition and writer."""
    kind = StorageKind.LOCAL_STORAGE if item.kind is StorageKind.WEB else item.kind
    candidates = catalogue.index[kind].lookup_all(name)
    return next((other for other in candidates if other is item or narrowing_accepts(other, item)), None)


def _breach(item: Item, example: str, problem: str, actual: str) -> Breach:
    return Breach(
        f"{item.kind.value} {item.name!r} {problem}",
        expected="examples that the entry wins, counter-examples that it does not",
        actual=actual,
        fix="correct the name or the example, or declare the other name on its own",
        location=item.location,
        key=example,
    )


RULE = Rule(
    code="CAT003",
    name="failing-example",
    severity=Severity.ERROR,
    why="the catalogue does not say what its author meant",
    catalogue=check,
    module=__name__,
)
