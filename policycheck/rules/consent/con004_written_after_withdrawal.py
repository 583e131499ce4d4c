"""# CON004 written-after-withdrawal

## What it checks
Something was written that needs consent, after the visitor withdrew it. Deleting is no writing: the deletions that
a withdrawal asks for pass. An item with several uses may still be written when another of its uses is allowed.

## Why
Withdrawing is as easy as giving consent and takes effect at once. A script that stays loaded, or a server that
remembers the old choice, writes on.

## Example
The visitor revokes `analytics` in the settings, and the next response renews `_ga`.

## Fix
Stop what writes it when consent is withdrawn: unload the tag, or reload the page without it. Then delete what lies
there.

## Options
None. What merely survives a withdrawal is the matter of CON003.

## References
- GDPR Art. 7(3)
- ePrivacy Directive 2002/58/EC, Art. 5(3)
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity
from policycheck.rules.permission import Cause, asks_consent, blocked_by
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach, listed


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach when no use is allowed, and consent to a category was withdrawn."""
    found = blocked_by(Cause.WITHDRAWN, match, context)
    if found is None:
        return
    yield breach(
        match,
        f"({', '.join(found.categories)}) was written after withdrawal",
        expected=f"no {listed(found.categories, 'or')} storage after consent was withdrawn",
        fix=f"stop what writes it when {listed(found.categories, 'or')} is withdrawn, and delete what lies there",
        law=found.law,
    )


RULE = Rule(
    "CON004",
    "written-after-withdrawal",
    Severity.ERROR,
    "GDPR Art. 7(3); ePrivacy Directive Art. 5(3).",
    observation=check,
    concerns=asks_consent,
    module=__name__,
)
