"""# RET002 persistent-though-session

## What it checks
The entry is declared as `session`, and what was stored outlives the browser's session: a cookie with Max-Age or
Expires, or web storage other than sessionStorage.

## Why
"Session" tells the visitor that closing the browser ends it. Exemptions from consent often hang on that.

## Example
Declared is `retention: session`, and the header says `Max-Age=86400`.

## Fix
Leave Max-Age and Expires out, or declare how long it stays.

## Options
None. A tolerance does not apply: a session cookie has no end in time that could be compared.

## References
- RFC 6265bis, 5.7 step 6: neither Max-Age nor Expires makes a session cookie
- Article 29 Working Party, Opinion 04/2012, 2.3: exemptions for session cookies
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity, Unevaluated
from policycheck.model.lifetime import RetentionKind, describe_exactly
from policycheck.rules.lifetimes import UNKNOWN_LIFETIME, lifetime_of
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach when an entry declared as session outlives the session."""
    if match.item is None or match.item.retention.kind is not RetentionKind.SESSION:
        return
    lifetime = lifetime_of(match.observation)
    if lifetime is None:
        yield Unevaluated(UNKNOWN_LIFETIME)
    elif not lifetime.session:
        kept = "until somebody deletes it" if lifetime.seconds is None else f"for {describe_exactly(lifetime.seconds)}"
        yield breach(
            match,
            f"is kept {kept}, declared: session",
            expected="an entry that ends with the browser's session",
            fix="leave Max-Age and Expires out, or declare how long it stays"
            if lifetime.seconds is not None
            else "use sessionStorage, or declare how long it stays",
        )


RULE = Rule(
    "RET002",
    "persistent-though-session",
    Severity.ERROR,
    "CJEU C-673/17: the duration is part of the information; GDPR Art. 5(1)(e).",
    observation=check,
    concerns=lambda item: item is not None and item.retention.kind is RetentionKind.SESSION,
    module=__name__,
)
