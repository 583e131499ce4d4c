"""# ATT001 insecure-cookie

## What it checks
A cookie was stored without the Secure attribute: it travels over plain http too. A warning; an error where its
entry asks for `secure: true`. An entry that says `secure: false` accepts it.

## Why
Whoever listens on the way reads the cookie, and whoever writes into the connection can set it.

## Example
`Set-Cookie: sessionid=...; HttpOnly; Path=/`

## Fix
Set Secure: `SESSION_COOKIE_SECURE` in Django and Flask, `https_only` in Starlette.

## Options
It looks at the header alone, over plain http as well: in the frameworks Secure is a setting and does not depend on
the request, so a test over `http://testserver` shows what production sends. Where the test settings differ on
purpose, ignore the rule there.

## References
- RFC 6265bis, 4.1.2.5 and 8.3
- GDPR Art. 32: security of processing
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach for a cookie without Secure, unless its entry accepts that."""
    cookie = match.observation.set_cookie
    asked = match.item.attributes.secure if match.item else None
    if cookie is None or cookie.secure or asked is False:
        return
    yield breach(
        match,
        "was set without Secure" + (", which its entry asks for" if asked else ""),
        expected="the attribute Secure",
        fix="set Secure on the cookie",
        severity=Severity.ERROR if asked else None,
    )


RULE = Rule(
    "ATT001",
    "insecure-cookie",
    Severity.WARNING,
    "RFC 6265bis, 4.1.2.5: without Secure the cookie goes over plain http.",
    observation=check,
    module=__name__,
)
