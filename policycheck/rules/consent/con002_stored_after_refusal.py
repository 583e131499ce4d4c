"""# CON002 stored-after-refusal

## What it checks
Something was stored that needs consent, although the visitor refused its category. An item with several uses may
still be stored when another of its uses is allowed.

## Why
A refusal that changes nothing is worse than no question: the visitor was told that nothing would be stored. It is
what supervisory authorities test first.

## Example
The visitor clicks "reject all", and the next page still sends `Set-Cookie: _fbp=...`, declared in `marketing`.

## Fix
Ask the consent manager before the tag is loaded, on the server too. Delete what was stored for the category
earlier.

## Options
A test that has refused says so: `@pytest.mark.policycheck(consent="refused")`.

## References
- ePrivacy Directive 2002/58/EC, Art. 5(3)
- GDPR Art. 4(11) and 7: consent is freely given
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity
from policycheck.rules.permission import Cause, asks_consent, blocked_by
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach, listed


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach when no use is allowed, and a category was refused."""
    found = blocked_by(Cause.REFUSED, match, context)
    if found is None:
        return
    yield breach(
        match,
        f"({', '.join(found.categories)}) was stored after refusal",
        expected=f"no {listed(found.categories, 'or')} storage after the visitor refused",
        fix=f"ask for the choice about {listed(found.categories, 'or')} before storing, on the server too",
        law=found.law,
    )


RULE = Rule(
    "CON002",
    "stored-after-refusal",
    Severity.ERROR,
    "ePrivacy Directive Art. 5(3); GDPR Art. 4(11).",
    observation=check,
    concerns=asks_consent,
    module=__name__,
)
