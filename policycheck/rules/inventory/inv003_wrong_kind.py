"""# INV003 wrong-kind

## What it checks
Something was stored under a declared name, but in another kind of storage than the entry says: a cookie that is
declared as localStorage, for example.

## Why
The kinds differ in what a visitor is told and in what can happen to the data. A cookie travels with every request
and ends by its attributes; web storage stays until somebody deletes it. The published overview would be wrong.

## Example
The catalogue declares `cart` as localStorage, and a response sends `Set-Cookie: cart=...`.

## Fix
Correct the kind of the entry, or add a second entry when both are used. `kind: web` stands for any web storage,
never for a cookie.

## Options
None.

## References
- EDPB Guidelines 2/2023: Art. 5(3) covers every kind of storage
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Breach, Severity
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import shown


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach when the name is declared, for another kind alone."""
    other = match.other_kind
    if match.item is not None or other is None:
        return
    observed = match.observation.kind.value
    yield Breach(
        f"was stored as {observed}, and is declared as {other.kind.value}",
        expected=f"{other.kind.value} '{other.name}'",
        actual=shown(match.observation),
        fix=f"correct the kind of the entry, or declare {observed} as well",
        location=other.location,
    )


RULE = Rule(
    "INV003",
    "wrong-kind",
    Severity.ERROR,
    "The overview names the kind of storage (ePrivacy Directive Art. 5(3): clear information).",
    observation=check,
    concerns=lambda item: item is None,
    module=__name__,
)
