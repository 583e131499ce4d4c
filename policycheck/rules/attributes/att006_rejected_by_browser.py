"""# ATT006 rejected-by-browser

## What it checks
A cookie that browsers refuse, by the storage model of RFC 6265bis: SameSite=None without Secure, Secure over plain
http, a Domain that does not cover the host or is a public suffix, more than 4,096 bytes, control characters, and so
on. The finding names the step. A deletion that is refused counts too: the cookie stays.

## Why
The application believes that it set the cookie, and in a browser it is not there. Since it was never stored, no
other rule speaks about it.

## Example
`Set-Cookie: embed=1; SameSite=None` without Secure.

## Fix
As the finding says for each reason. A Secure cookie of a server that was asked over plain http, and not on a loopback
address: ask it over https. A test client that calls the application in its own process says http by default, whatever
the site does; there no Secure cookie counts as refused.

## Options
None. A refusal for a name prefix is reported by ATT004 instead. Where the browser of the run blocks third-party cookies
altogether, the rule is reported as not evaluated: another visitor's browser may take it. A probe (`transient: true`)
may be refused, since finding that out is what it is for.

## References
- RFC 6265bis, 5.6 and 5.7
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity, Unevaluated
from policycheck.model.observation import THIRD_PARTY_BLOCKED
from policycheck.model.storage import Operation
from policycheck.rules.attributes.rejections import PREFIX_REASONS, fix_for
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach when a browser would have refused the cookie, or its deletion."""
    rejection = match.observation.rejection
    if rejection is None or rejection.reason in PREFIX_REASONS or (match.item is not None and match.item.transient):
        return
    if rejection.reason == THIRD_PARTY_BLOCKED:
        yield Unevaluated("the browser of this run blocks third-party cookies; another may store it")
        return
    deleting = match.observation.operation is Operation.DELETE
    yield breach(
        match,
        f"is {'not deleted' if deleting else 'refused'} by browsers: {rejection.message}",
        expected=f"a header that browsers accept ({rejection.step})",
        fix=fix_for(rejection.reason),
        key=rejection.reason,
    )


RULE = Rule(
    "ATT006",
    "rejected-by-browser",
    Severity.ERROR,
    "A cookie that a browser refuses is not there.",
    observation=check,
    only_stored=False,
    module=__name__,
)
