"""# ATT002 script-readable-cookie

## What it checks
A cookie that its entry marks `sensitive: true` (it holds a session or signs somebody in) was stored without
HttpOnly. A warning; an error for any cookie whose entry asks for `httpOnly: true`. An entry that says `httpOnly:
false` accepts it.

## Why
Any script in the page can read the cookie and send it away: a single injected script takes over the session.

## Example
`Set-Cookie: sessionid=...; Secure; Path=/` without HttpOnly.

## Fix
Set HttpOnly. A token that scripts must read, such as one against request forgery, is not sensitive in this sense.

## Options
`sensitive` and `attributes.httpOnly` of the entry. Other cookies are left alone, since many are made for scripts.

## References
- RFC 6265bis, 4.1.2.6
- GDPR Art. 32: security of processing
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity, Unevaluated
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach when scripts can read a cookie that they should not."""
    cookie = match.observation.set_cookie
    if match.item is None or cookie is None or cookie.http_only:
        return
    asked = match.item.attributes.http_only
    if asked or (match.item.sensitive and asked is None):
        if "HttpOnly" in match.observation.untold:
            yield Unevaluated("the evidence does not tell whether it is HttpOnly")
            return
        yield breach(
            match,
            "can be read by scripts" + (", its entry asks for HttpOnly" if asked else ", and its entry is sensitive"),
            expected="the attribute HttpOnly",
            fix="set HttpOnly on the cookie",
            severity=Severity.ERROR if asked else None,
        )


RULE = Rule(
    "ATT002",
    "script-readable-cookie",
    Severity.WARNING,
    "RFC 6265bis, 4.1.2.6: HttpOnly keeps scripts away from the cookie.",
    observation=check,
    concerns=lambda item: item is not None and (bool(item.attributes.http_only) or item.sensitive),
    module=__name__,
)
