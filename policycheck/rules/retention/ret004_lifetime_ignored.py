"""# RET004 lifetime-ignored

## What it checks
A header says how long the cookie stays, in a form that browsers ignore, and nothing else in the header counts: the
cookie becomes a session cookie.

## Why
Nobody meant that. A login that should last for weeks ends with the browser; and where the header was meant to
delete the cookie (`Max-Age=` with nothing behind it), the cookie stays.

## Example
`Set-Cookie: prefs=1; Max-Age=3600.5` or `Set-Cookie: prefs=1; Expires=in a week`.

## Fix
Max-Age is a whole number of seconds, in digits alone, with a minus sign at most. Expires is an HTTP date: `Wed, 21
Oct 2026 07:28:00 GMT`. Let the framework write both.

## Options
None. A broken attribute beside one that counts is reported by ATT007 instead.

## References
- RFC 6265bis, 5.6.1 (Expires) and 5.6.2 (Max-Age)
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity
from policycheck.rules.lifetimes import lost_lifetime
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach when the header's lifetime is ignored and no other counts."""
    cookie = match.observation.set_cookie
    details = lost_lifetime(cookie) if cookie is not None else ()
    if details:
        yield breach(
            match,
            f"becomes a session cookie, since browsers ignore its lifetime: {'; '.join(details)}",
            expected="Max-Age in whole seconds, or Expires as an HTTP date",
            fix="write Max-Age as digits alone, or Expires as in: Wed, 21 Oct 2026 07:28:00 GMT",
        )


RULE = Rule(
    "RET004",
    "lifetime-ignored",
    Severity.WARNING,
    "RFC 6265bis, 5.6.1 and 5.6.2.",
    observation=check,
    module=__name__,
)
