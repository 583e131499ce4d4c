"""# INV004 declared-never-observed

## What it checks
After a whole run: an entry of the catalogue that nothing was observed for. Deleting and reading count as observing.

## Why
Entries outlive what they describe. An overview that lists what is long gone misleads visitors; and an entry that no
test ever touches is one that no test protects.

## Example
The catalogue still declares `_gat`, which the site dropped a year ago.

## Fix
Delete the entry when it is gone, or add a test that reaches what stores it.

## Options
Says nothing about entries of features that are switched off, nor about probes (`transient: true`). A run of few
tests observes little: this is a note, and fails nothing by default.

## References
- GDPR Art. 5(1)(a) and 12(1): information is accurate and concise
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.catalogue.entries import Item
from policycheck.model.finding import Breach, Severity
from policycheck.model.report import Coverage
from policycheck.rules.rule import Context, Outcome, Rule


def check(coverage: Coverage, context: Context) -> Iterator[tuple[Item, Outcome]]:
    """Yield a breach for each enabled item whose key was never observed, in the order of the catalogue."""
    for item in context.catalogue.items:
        if item.key not in coverage.observed and item.enabled and not item.transient:
            outcome = Breach(
                "is declared, and was never observed",
                expected=f"an observation of {item.kind} '{item.name}' in the run",
                fix="delete the entry when it is gone, or test what stores it",
                location=item.location,
            )
            yield item, outcome


RULE = Rule(
    "INV004",
    "declared-never-observed",
    Severity.NOTE,
    "A published overview lists what is there, not what was.",
    run=check,
    module=__name__,
)
