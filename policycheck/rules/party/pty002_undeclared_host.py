"""# PTY002 undeclared-host

## What it checks
A page sent a request to a host of another party, and no provider of the catalogue declares that host under `hosts`.
Scripts, images, frames, beacons (`navigator.sendBeacon`, `fetch` with `keepalive`), pixels and sockets count alike.

## Why
Whoever is asked learns the visitor's address, the page and whatever the request carries, also where nothing is stored
on the device. A visitor must be told who that is.

## Example
`shop.example` loads a font from `fonts.example.net`, and no provider of the catalogue has this host.

## Fix
Declare the host under `hosts` of its provider: `hosts: [fonts.example.net]`, or `"*.example.net"` for all hosts below
a name. Or serve it from the site itself.
[Declare the hosts of a provider](../../how-to/declare-the-hosts-of-a-provider.md) has both.

## Options
Hosts of the page's own site count for no request of another party: same-site is what has the same registrable domain.
What leads to no other machine (`data:`, `blob:`, an extension) and what the visitor opens in the address bar is not
looked at. Each host counts once, whatever the URL. Where the evidence does not say which page sent the request, the
rule is reported as not evaluated.

## References
- GDPR Art. 13(1)(e): the recipients of personal data are part of the information
- CJEU C-40/17 (Fashion ID): who embeds a third party's content is responsible for what is sent by it
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from policycheck.catalogue.entries import Catalogue
from policycheck.jar.suffixes import default_public_suffix
from policycheck.matching import providers_at
from policycheck.model.finding import Breach, Severity, Unevaluated
from policycheck.model.party import Party
from policycheck.model.request import SentRequest
from policycheck.rules.requests import asked, sender
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import printable
from policycheck.wire.hosts import canonical_host, registrable_domain

_RESEMBLANCE = 0.75


def check(sent: SentRequest, context: Context) -> Iterator[Outcome]:
    """Yield a breach for a host of another party that no provider declares."""
    if sent.host is None or sent.party is Party.FIRST or providers_at(context.catalogue, sent.host):
        return
    if sent.party is None:
        yield Unevaluated("the evidence does not say which page sent the request")
        return
    host = printable(sent.host)
    yield Breach(
        f"{asked(sent)}, a third party that no provider declares{sender(sent)}",
        expected="requests to hosts that a provider declares",
        fix=f"declare {host} under hosts of its provider, or leave the request out"
        + _guess(sent.host, context.catalogue),
    )


def _guess(host: str, catalogue: Catalogue) -> str:
    """The declared host of the same site, else the one whose site's name resembles this one's most."""
    site = _site(host)
    declared = {pattern: provider.key for provider in catalogue.providers.values() for pattern in provider.hosts}
    sites = {pattern: _site(canonical_host(pattern.removeprefix("*."))) for pattern in declared}
    near = next((pattern for pattern, other in sites.items() if other == site), None)
    if near is None:
        alike = {pattern: _resemblance(site, other) for pattern, other in sites.items()}
        near = max(alike, key=alike.__getitem__, default=None)
        near = near if near is not None and alike[near] >= _RESEMBLANCE else None
    return "" if near is None else f"; did you mean {near!r} of {declared[near]!r}?"


def _resemblance(one: str, other: str) -> float:
    """Of two sites, by the label before their suffix: 1.0 where it is the same."""
    return SequenceMatcher(None, one.partition(".")[0], other.partition(".")[0]).ratio()


def _site(host: str) -> str:
    return registrable_domain(host, default_public_suffix())


RULE = Rule(
    "PTY002",
    "undeclared-host",
    Severity.WARNING,
    "GDPR Art. 13(1)(e): who receives the data is part of the information.",
    request=check,
    module=__name__,
)
