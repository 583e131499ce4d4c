"""# RET001 lifetime-exceeds-retention

## What it checks
Something stays longer than its entry declares. The lifetime is read from the header, where Max-Age counts before
Expires; not from a browser's jar, which cuts it. Months and years are calendar months and years: within `6 months`
is what ends no later than six calendar months after it was set, wherever in the year, so at most 184 days.

## Why
How long an entry stays is part of what the visitor is told, and data is kept no longer than its purpose needs.

## Example
Declared are `6 months`, and the header says `Max-Age=63072000`, which is two years.

## Fix
Shorten Max-Age or Expires, or declare the longer retention and publish it.

## Options
`tolerance` in the settings is added to each retention; there is none by default. An end that is given by Expires
alone is measured against the Date header, and both count whole seconds: a server that caches its Date header may
need one second. Web storage has no end of its own. Against a declared duration it is reported as not evaluated,
since only time shows whether the application deletes it.

## References
- CJEU C-673/17 (Planet49), GDPR Art. 5(1)(e) and 13(2)(a)
- RFC 6265bis, 5.7 step 6: Max-Age before Expires
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity, Unevaluated
from policycheck.model.lifetime import describe_exactly, describe_like
from policycheck.rules.lifetimes import UNKNOWN_LIFETIME, lifetime_of
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach when the lifetime is longer than the longest that the declared duration can mean."""
    longest = match.item.retention.max_seconds if match.item else None
    if match.item is None or not longest:
        return
    lifetime = lifetime_of(match.observation)
    if lifetime is None:
        yield Unevaluated(UNKNOWN_LIFETIME)
    elif lifetime.persistent:
        kind = match.observation.kind.value
        yield Unevaluated(f"{kind} has no end of its own; only time shows whether it is deleted within the retention")
    elif lifetime.seconds is not None and lifetime.seconds > longest + context.tolerance:
        retention = match.item.retention
        like = describe_like(lifetime.seconds, retention)
        exactly = describe_exactly(lifetime.seconds)
        most = describe_exactly(longest)
        yield breach(
            match,
            f"is kept for {_with(like, exactly)}, declared: {retention}",
            expected=f"a lifetime of at most {_with(retention.text, most)}",
            fix=f"shorten its lifetime to {retention}, or declare the longer retention",
        )


def _with(text: str, exactly: str) -> str:
    return text if text == exactly else f"{text} ({exactly})"


RULE = Rule(
    "RET001",
    "lifetime-exceeds-retention",
    Severity.ERROR,
    "CJEU C-673/17: the duration is part of the information; GDPR Art. 5(1)(e).",
    observation=check,
    concerns=lambda item: item is not None and bool(item.retention.max_seconds),
    module=__name__,
)
