"""# CON005 stored-under-expired-consent

## What it checks
Something was stored that needs consent, under a consent that counts no longer: it is older than a choice may be, or
it was given to another version of the catalogue. How long a choice counts is `consent.validity` of the catalogue, else
the longest that the profile allows. An item with several uses may still be stored when another of its uses is allowed.

## Why
Consent is informed: to what was shown, at the time. What was added since nobody has agreed to, and after a year or
two nobody remembers what they agreed to. The visitor stands where everybody starts, and has to be asked anew.

## Example
`consent: {validity: 6 months}`, the visitor agreed in January, and in September a page still sends `_ga`.

## Fix
Keep the time of the choice and the version of the catalogue in the record of the choice, and ask again when the one is
too old or the other has changed. Store nothing until then.

## Options
`tolerance` of the settings is added to the validity. Consent whose time nobody knows does not grow old, and consent
to an unknown version is to every version.

## References
- GDPR Art. 4(11): consent is informed; Art. 7(1): the controller can demonstrate it
- EDPB Guidelines 05/2020 on consent, section 5.1: how long it lasts; where the processing changes, it is asked anew
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity
from policycheck.rules.permission import Blocked, Cause, asks_consent, blocked_by
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach, listed


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach when no use is allowed, and consent to a category has lapsed."""
    expired = blocked_by(Cause.EXPIRED, match, context)
    if expired is not None:
        yield _breach(match, expired, "consent that has expired", "keep the time of the choice")
    revised = blocked_by(Cause.REVISED, match, context)
    if revised is not None:
        yield _breach(match, revised, "consent to another version of the catalogue", "keep its version")


def _breach(match: Match, found: Blocked, what: str, keep: str) -> Outcome:
    categories = listed(found.categories, "or")
    return breach(
        match,
        f"({', '.join(found.categories)}) was stored under {what}",
        expected=f"no {categories} storage until the visitor consents anew",
        fix=f"{keep}, and ask anew before storing for {categories}",
        law=found.law,
    )


RULE = Rule(
    "CON005",
    "stored-under-expired-consent",
    Severity.ERROR,
    "GDPR Art. 4(11) and 7(1): consent to what was shown, for as long as it counts.",
    observation=check,
    concerns=asks_consent,
    module=__name__,
)
