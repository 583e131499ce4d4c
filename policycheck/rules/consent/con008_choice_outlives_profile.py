"""# CON008 choice-outlives-profile

## What it checks
The record of the choice (an entry with `remembersChoice: true`, or one of a known consent manager) is kept for longer
than the profile lets a choice count, or without an end. And the other way round: a choice holds, and its record is
gone, was never stored, or the visitor is being asked again, sooner than the profile allows. Without such a figure each
page within a day of the choice must still know it.

## Why
A choice that never ends is no choice of today. A question that comes back until the answer is yes is no free choice,
which is why Italy and others let six months pass after a refusal.

## Example
"Reject all" is kept in a cookie of the session, "accept all" in one of a year: who refuses is asked at each visit.

## Fix
Keep yes and no alike, for as long as the profile says, and delete the record in no other case.

## Options
The profile of the project has the figures, each with its source. One that speaks of consent alone, or of refusals,
binds no other choice: which it is says the record, where it can be read, else the consent that the test told. A session
cookie is a record for the session. Whether the visitor is asked only a driver can tell (`asked()`). Asking is right
while a category has no answer, and when the choice has expired or the catalogue has changed. Web storage counts only
where it is seen.

## References
- GDPR Art. 7(1), 7(3); the profile's own citation
- EDPB Guidelines 05/2020 on consent, section 5.1
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policycheck.consent.laws import LawName
from policycheck.consent.signals import SignalError
from policycheck.consent.steps import Step
from policycheck.matching import Match
from policycheck.model.finding import Breach, Severity, Unevaluated
from policycheck.model.lifetime import describe_exactly, describe_like
from policycheck.rules.lifetimes import UNKNOWN_LIFETIME, lifetime_of
from policycheck.rules.records import is_record, read_record
from policycheck.rules.remembering import forgotten, keeps
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a warning when the record of the choice is kept for longer than a choice may count."""
    figure = context.profile.choice_kept_at_most if context.profile is not None else None
    if figure is None or figure.length.max_seconds is None or not is_record(match, context):
        return
    lifetime = lifetime_of(match.observation)
    if lifetime is None:
        yield Unevaluated(UNKNOWN_LIFETIME)
        return
    kept = _own_end(match, context) if lifetime.persistent else lifetime.seconds
    if kept is None and not lifetime.persistent:
        return
    if kept is None or kept > figure.length.max_seconds + context.tolerance:
        bound = keeps(match, figure, context)
        if bound is None:
            yield Unevaluated(f"{_UNKNOWN_CHOICE} {figure.choice.value}")
        if not bound:
            return
        how = "without an end" if kept is None else f"for {describe_like(kept, figure.length)}"
        longest = f"{figure.length} ({describe_exactly(figure.length.max_seconds)})"
        yield breach(
            match,
            f"keeps the visitor's choice {how}, allowed: {figure.length}",
            expected=f"at most {longest}: {figure.citation}, confidence {figure.confidence.value}",
            fix=f"let it end after {figure.length}, and ask anew then",
            key="longer",
            law=LawName.CHOICE_IS_REMEMBERED,
        )


def _own_end(match: Match, context: Context) -> float | None:
    """Seconds until the end that a record without an end on the device has written in it; None without one."""
    try:
        found = read_record(match.observation, context)
    except SignalError:
        return None
    return found[0].expires - match.observation.time if found is not None and found[0].expires is not None else None


_UNKNOWN_CHOICE = "nobody said what the visitor chose; tell it, since the profile's figure speaks of this choice alone:"


def check_step(steps: Sequence[Step], context: Context) -> Iterator[tuple[Match | None, Outcome]]:
    """Yield a warning when a choice that holds is known no longer, or asked for again too soon."""
    found = forgotten(steps, context)
    if found is None:
        return
    match, message, expected = found.match, found.message, found.expected
    fix = "keep the choice, yes and no alike, and ask again only after that time"
    law, key = LawName.CHOICE_IS_REMEMBERED, "sooner"
    if match is None:
        yield None, Breach(message, expected=expected, fix=fix, key=key, law=law.value)
    else:
        yield match, breach(match, message, expected=expected, fix=fix, key=key, law=law.value)


RULE = Rule(
    "CON008",
    "choice-outlives-profile",
    Severity.WARNING,
    "GDPR Art. 7(1): a choice is remembered, and not for ever.",
    observation=check,
    step=check_step,
    module=__name__,
)
