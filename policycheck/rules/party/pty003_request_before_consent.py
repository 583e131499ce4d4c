"""# PTY003 request-before-consent

## What it checks
A page sent a request to a host of a provider, all that the provider's hosts are asked for needs consent, and the
visitor has not given it, or has taken it back. Beacons, pixels and scripts count alike.

## Why
The request alone tells the provider who visits which page, and makes the browser send what lies there already. It is
no less a reason to ask than a cookie is.

## Example
The first page loads `https://stats.example/tag.js`; the provider `stats` declares `hosts: [stats.example]`, and its
items are all in `analytics`.

## Fix
Load what asks the host once the visitor has agreed. Where the host serves something that needs no consent, say so:
`categories: [necessary]` of the provider, or an item of it that is exempt.

## Options
`categories` of the provider say for what its hosts are asked; without them the uses of its items do. One use that is
allowed or exempt is enough. A provider with neither is reported as not evaluated. Of several providers that declare a
host those count that declare it most closely. The host of the page itself is not looked at, and neither is what the
visitor opens in the address bar.

## References
- ePrivacy Directive 2002/58/EC, Art. 5(3)
- EDPB Guidelines 2/2023 on the technical scope of Art. 5(3): pixels and tracked links
- CJEU C-40/17 (Fashion ID)
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import providers_at
from policycheck.model.finding import Breach, Severity, Unevaluated
from policycheck.model.request import SentRequest
from policycheck.rules.permission import blocked_uses
from policycheck.rules.requests import asked, page_host, sender
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import listed, printable


def check(sent: SentRequest, context: Context) -> Iterator[Outcome]:
    """Yield a breach for a host of which no use is allowed."""
    if sent.host is None or sent.host == page_host(sent):
        return
    providers = providers_at(context.catalogue, sent.host)
    if not providers:
        return
    uses = [use for provider in providers for use in context.catalogue.host_uses(provider)]
    keys = listed(provider.key for provider in providers)
    if not uses:
        yield Unevaluated(f"nothing says for what the hosts of {keys} are asked: no items, and no categories")
        return
    found = blocked_uses(uses, sent.consent, context, sent.time)
    if found is None:
        return
    names = " and ".join(printable(provider.name) for provider in providers)
    yield Breach(
        f"{asked(sent)} of {names} ({', '.join(found.categories)}) {found.cause.when}{sender(sent)}",
        expected=f"no request for {listed(found.categories, 'or')} without consent",
        fix=f"ask the host once the visitor has agreed to {listed(found.categories, 'or')}, or say under categories "
        f"of {keys} for what else it is asked",
        location=providers[0].location,
        key="/".join((*(provider.key for provider in providers), *found.categories)),
    )


RULE = Rule(
    "PTY003",
    "request-before-consent",
    Severity.ERROR,
    "ePrivacy Directive Art. 5(3): a pixel or a tag makes the device give information as a cookie does.",
    request=check,
    module=__name__,
)
