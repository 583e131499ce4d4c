"""# CON001 stored-before-consent

## What it checks
Something was stored that needs consent, while nobody had been asked yet: the status of its categories is UNSET. An
item with several uses may be stored as soon as one of them is switched on and allowed, without consent or with it.

## Why
Consent comes first. Silence and a banner on the screen are no consent, and a tag that fires before the banner's
default is in force stores without any ground.

## Example
`GET /` of a first visit answers with `Set-Cookie: _ga=...`, which is declared in the category `analytics`.

## Fix
Store it after the visitor has granted the category. Where the law needs no consent, declare the exemption and say
why.

## Options
A test that has consented says so: `@pytest.mark.policycheck(consent=["analytics"])`.

## References
- ePrivacy Directive 2002/58/EC, Art. 5(3)
- CJEU C-673/17 (Planet49): a pre-ticked box is no consent
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity
from policycheck.rules.permission import Cause, asks_consent, blocked_by
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach, listed


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach when no use is allowed, and nobody said no."""
    found = blocked_by(Cause.UNSET, match, context)
    if found is None:
        return
    yield breach(
        match,
        f"({', '.join(found.categories)}) was stored before consent",
        expected=f"no {listed(found.categories, 'or')} storage while consent is unset",
        fix=f"set it after the visitor grants {listed(found.categories, 'or')}, or declare it exempt and say why",
        law=found.law,
    )


RULE = Rule(
    "CON001",
    "stored-before-consent",
    Severity.ERROR,
    "ePrivacy Directive Art. 5(3).",
    observation=check,
    concerns=asks_consent,
    module=__name__,
)
