"""# CON010 read-before-consent

## What it checks
Something was read on the device that needs consent, and the visitor has not given it, or has taken it back. An item
with several uses may be read as soon as one of them is switched on and allowed.

## Why
Article 5(3) covers gaining access to what is stored, not only storing it. Who reads an identifier that an earlier
visit left behind recognises the visitor without a new line being written.

## Example
On the first page a script asks `localStorage` for `_uid`, which is declared in `analytics`, and sends it home.

## Fix
Ask for the choice before reading, as before writing.

## Options
Reads are seen only where the evidence has them: a browser that is observed with `reads=True`, `operation: access` of an
observations file, or of a driver. That a browser sends a cookie with a request is no reading that this rule speaks of.

## References
- ePrivacy Directive 2002/58/EC, Art. 5(3)
- EDPB Guidelines 2/2023 on the technical scope of Art. 5(3)
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity
from policycheck.model.storage import Operation
from policycheck.rules.permission import asks_consent, blocked
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach, listed


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a warning when something was read of which no use is allowed."""
    seen = match.observation
    if seen.operation is not Operation.ACCESS or match.item is None:
        return
    found = blocked(match.item, seen.consent, context, seen.time)
    if found is None:
        return
    yield breach(
        match,
        f"({', '.join(found.categories)}) was read {found.cause.when}",
        expected=f"no reading of {listed(found.categories, 'or')} entries without consent",
        fix=f"ask for the choice about {listed(found.categories, 'or')} before reading",
    )


RULE = Rule(
    "CON010",
    "read-before-consent",
    Severity.WARNING,
    "ePrivacy Directive Art. 5(3): gaining access counts as storing does.",
    observation=check,
    concerns=asks_consent,
    only_stored=False,
    module=__name__,
)
