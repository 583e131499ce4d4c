"""# PTY001 third-party-storage

## What it checks
The entry says `party: first`, and a third party stored it: the storing host is not same-site with the page that the
visitor looks at.

## Why
"First party" tells the visitor that the site alone gets the data. A third party recognises the visitor on other
sites too.

## Example
`_pk_id` is declared `party: first`, and the response that sets it comes from `stats.example.net`, embedded in
`shop.example`.

## Fix
Serve it from the site itself, or declare `party: third`, and the provider with it.

## Options
An entry without `party` asks for nothing. Where the evidence does not say which page embeds the response, the rule
is reported as not evaluated.

## References
- HTML, "same site"
- CJEU C-673/17 (Planet49): whether third parties have access is part of the information
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity, Unevaluated
from policycheck.model.party import Party
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach, printable


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach when a third party stores what is declared as first-party."""
    if match.item is None or match.item.party is not Party.FIRST:
        return
    if match.observation.party is None:
        yield Unevaluated("the evidence does not say which page it was stored for")
    elif match.observation.party is Party.THIRD:
        host = f", {printable(match.observation.host)}" if match.observation.host else ""
        yield breach(
            match,
            f"was stored by a third party{host}, declared: first party",
            expected="storage by the site of the page alone",
            fix="serve it from the site itself, or declare party: third with its provider",
        )


RULE = Rule(
    "PTY001",
    "third-party-storage",
    Severity.ERROR,
    "CJEU C-673/17: access by third parties is part of the information.",
    observation=check,
    concerns=lambda item: item is not None and item.party is Party.FIRST,
    module=__name__,
)
