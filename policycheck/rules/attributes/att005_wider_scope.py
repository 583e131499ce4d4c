"""# ATT005 wider-scope

## What it checks
A cookie reaches further than its entry declares: a Domain attribute where `hostOnly: true` is declared, a Domain
that is not the declared one or below it, a Path that is not the declared one or below it, or no Partitioned where
`partitioned: true` is declared. What is narrower than declared passes.

## Why
Each host below the Domain, and each path below the Path, receives the cookie, and may set it. An unpartitioned
cookie follows the visitor from site to site.

## Example
The entry says `hostOnly: true`, and the header is `Set-Cookie: session=...; Domain=example.com`.

## Fix
Leave Domain out, or narrow it; narrow Path; set Partitioned. Or declare the wider scope.

## Options
`attributes.hostOnly`, `.domain`, `.path` and `.partitioned` of the entry; what is left out is not asked for. A
cookie without a Domain attribute is never wider, whatever the name of the host that the test runs on.

## References
- RFC 6265bis, 5.1.3 (domain match), 5.1.4 (path match), 8.6 (weak confidentiality)
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.catalogue.entries import Attributes, Item
from policycheck.matching import Match
from policycheck.model.cookie import SetCookie
from policycheck.model.finding import Severity, Unevaluated
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach, printable
from policycheck.wire.hosts import canonical_host, domain_match, path_match


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach for each way in which the cookie is wider than declared."""
    cookie = match.observation.set_cookie
    if match.item is None or cookie is None:
        return
    asked = match.item.attributes
    yield from _domain(match, cookie, asked)
    if asked.path is not None:
        path = cookie.path if cookie.path is not None else match.observation.path
        if path is None:
            yield Unevaluated("the header has no Path, and the evidence does not say which URL set it")
        elif not path_match(path, asked.path):
            message = f"has the path {printable(path)}, declared: {asked.path}"
            fix = f"set Path={asked.path}, or correct the entry"
            yield breach(match, message, expected=f"the path {asked.path} or one below it", fix=fix, key="path")
    if asked.partitioned and not cookie.partitioned and "Partitioned" in match.observation.untold:
        yield Unevaluated("the evidence does not tell whether it is partitioned")
    elif asked.partitioned and not cookie.partitioned:
        fix = "set Partitioned, with Secure"
        yield breach(match, "is not partitioned", expected="the attribute Partitioned", fix=fix, key="partitioned")


def _asks(item: Item | None) -> bool:
    asked = item.attributes if item else None
    if asked is None:
        return False
    return bool(asked.host_only or asked.partitioned) or asked.domain is not None or asked.path is not None


def _domain(match: Match, cookie: SetCookie, asked: Attributes) -> Iterator[Outcome]:
    if cookie.domain is None:
        return
    shown = printable(cookie.domain)
    if asked.host_only:
        message = f"goes to {shown} and every host below it, declared: hostOnly"
        yield breach(match, message, expected="no Domain attribute", fix="leave Domain out", key="domain")
    elif asked.domain is not None and not domain_match(cookie.domain, canonical_host(asked.domain)):
        message = f"goes to {shown} and every host below it, declared: {asked.domain}"
        fix = f"set Domain={asked.domain}, or leave Domain out"
        yield breach(match, message, expected=f"the domain {asked.domain} or one below it", fix=fix, key="domain")


RULE = Rule(
    "ATT005",
    "wider-scope",
    Severity.ERROR,
    "RFC 6265bis, 8.6: every host and path in its scope receives the cookie.",
    observation=check,
    concerns=_asks,
    module=__name__,
)
