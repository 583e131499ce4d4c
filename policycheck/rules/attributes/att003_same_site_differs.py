"""# ATT003 same-site-differs

## What it checks
The entry declares `sameSite`, and the header says something else, weaker or stricter. A header without SameSite, or
with a value that browsers do not know, meets none of the three, `Lax` neither.

## Why
SameSite decides with which requests of other sites the cookie goes. Only Chromium reads a missing attribute as Lax,
and for two minutes less strictly than Lax; Firefox does so behind a preference, and Safari does not.

## Example
The entry says `sameSite: Lax`, and the header is `Set-Cookie: sessionid=...; Path=/`.

## Fix
Write the attribute into the header, or correct the entry.

## Options
An entry without `sameSite` asks for nothing.

## References
- RFC 6265bis, 5.6.7 (the attribute) and 5.6.7.1 (the default)
- Browser compatibility data: default Lax since Chromium 80, nowhere else by default
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity, Unevaluated
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach when SameSite is not what the entry declares."""
    cookie = match.observation.set_cookie
    asked = match.item.attributes.same_site if match.item else None
    if cookie is None or asked is None or cookie.same_site == asked:
        return
    if "SameSite" in match.observation.untold:
        yield Unevaluated("the evidence does not tell its SameSite")
        return
    if cookie.same_site is not None:
        message = f"was set with SameSite={cookie.same_site}, declared: {asked}"
    else:
        default = ", which only Chromium assumes" if asked == "Lax" else ""
        message = f"was set without a valid SameSite, declared: {asked}{default}"
    yield breach(match, message, expected=f"SameSite={asked}", fix=f"set SameSite={asked}, or correct the entry")


RULE = Rule(
    "ATT003",
    "same-site-differs",
    Severity.WARNING,
    "RFC 6265bis, 5.6.7.",
    observation=check,
    concerns=lambda item: item is not None and item.attributes.same_site is not None,
    module=__name__,
)
