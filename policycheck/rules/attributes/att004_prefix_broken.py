"""# ATT004 prefix-broken

## What it checks
A cookie's name starts with `__Host-`, `__Secure-`, `__Http-` or `__Host-Http-`, in any letter case, and the header
lacks what the prefix promises: browsers refuse the cookie. And: the entry asks for a prefix that the name does not
have.

## Why
A prefix is a promise that browsers enforce. A header that breaks it sets nothing, or deletes nothing, and often
nobody notices, since a browser that does not know the prefix stores the cookie.

| prefix | promises |
|---|---|
| `__Secure-` | Secure |
| `__Host-` | Secure, Path=/, no Domain |
| `__Http-` | Secure, HttpOnly, set by a header |
| `__Host-Http-` | both of the above |

## Example
`Set-Cookie: __Host-session=...; Secure; Path=/app`

## Fix
Send what the prefix asks for, or take the prefix off the name.

## Options
None. A cookie that is refused for a broken prefix is reported here, and not by ATT006.

## References
- RFC 6265bis, 4.1.3 and 5.7 steps 20 to 22
- draft-ietf-httpbis-layered-cookies: `__Http-` and `__Host-Http-`
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity
from policycheck.rules.attributes.rejections import PREFIX_REASONS
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach for a prefix that the header breaks, else for one that the entry asks for in vain."""
    observation = match.observation
    rejection = observation.rejection
    if rejection is not None:
        if rejection.reason in PREFIX_REASONS:
            yield breach(
                match,
                f"is refused by browsers: {rejection.message}",
                expected=f"a header that keeps what the prefix promises ({rejection.step})",
                fix="send what the prefix asks for, or take the prefix off the name",
            )
        return
    asked = match.item.attributes.prefix if match.item else None
    if asked is not None and observation.stored and not observation.name.lower().startswith(asked.lower()):
        yield breach(
            match,
            f"has no prefix {asked}, which its entry asks for",
            expected=f"a name that starts with {asked}",
            fix=f"put {asked} before the name, and send what it promises",
        )


RULE = Rule(
    "ATT004",
    "prefix-broken",
    Severity.ERROR,
    "RFC 6265bis, 4.1.3: a prefix is a promise that browsers enforce.",
    observation=check,
    only_stored=False,
    module=__name__,
)
