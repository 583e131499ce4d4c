"""# RET006 shorter-than-declared

## What it checks
Something ends clearly earlier than its entry declares: a session cookie where a duration is declared, or a lifetime
that falls short of the shortest reading of the duration (181 days for `6 months`) by more than a hundredth, or a
day if that is less.

## Why
It harms nobody's privacy, so it is a note. But the overview says something else than what happens, and often the
shorter lifetime is a mistake in the code.

## Example
Declared are `6 months`, and the header has neither Max-Age nor Expires.

## Fix
Declare what is true, or mend the header.

## Options
`tolerance` widens what counts as equal. `persistent` promises no length, so every cookie with an end in time meets
it. Of a cookie that was found, in a browser's saved state, only the rest of its lifetime is known: where that is
shorter than declared, the rule is reported as not evaluated.

## References
- GDPR Art. 12(1) and 13(2)(a): information on the period of storage
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity, Unevaluated
from policycheck.model.lifetime import DAY, RetentionKind, describe_exactly, describe_like
from policycheck.rules.lifetimes import lifetime_of, lost_lifetime
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach

_SLACK_SHARE = 100


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a note when the entry ends earlier than declared; nothing where browsers ignored what the header said."""
    item, cookie = match.item, match.observation.set_cookie
    lifetime = lifetime_of(match.observation)
    if item is None or lifetime is None or item.retention.kind is RetentionKind.SESSION:
        return
    if lifetime.session:
        kept = "ends with the browser's session"
    elif lifetime.seconds is not None and lifetime.seconds < _least(item.retention.min_seconds) - context.tolerance:
        if lifetime.left:
            yield Unevaluated("the evidence says what was left of its lifetime, not how long it was set to stay")
            return
        like, exactly = describe_like(lifetime.seconds, item.retention), describe_exactly(lifetime.seconds)
        kept = f"is kept for {like}" if like == exactly else f"is kept for {like} ({exactly})"
    else:
        return
    if cookie is not None and lost_lifetime(cookie):
        return
    yield breach(
        match,
        f"{kept}, declared: {item.retention}",
        expected=f"a lifetime of {item.retention}",
        fix="declare the shorter retention, or mend the lifetime in the code",
    )


def _least(shortest: int) -> float:
    return shortest - min(DAY, shortest / _SLACK_SHARE)


RULE = Rule(
    "RET006",
    "shorter-than-declared",
    Severity.NOTE,
    "The published retention is what happens.",
    observation=check,
    module=__name__,
)
