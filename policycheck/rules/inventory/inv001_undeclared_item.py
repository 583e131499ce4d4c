"""# INV001 undeclared-item

## What it checks
Something was stored, and no entry of the catalogue matches its name, kind, host, partition and setter. The finding
shows the nearest entries, each with the reason why it does not match. An entry with `draft` is one that nobody has
reviewed, and declares nothing: the finding says so and where it stands.

## Why
A visitor can only agree to what is declared: the law asks for clear and comprehensive information before anything
is stored, and the published overview is made from the catalogue.

## Example
The catalogue declares `_ga`, and a response sends `Set-Cookie: _gat=1; Max-Age=60`.

## Fix
Declare the entry, with a purpose and a retention; or stop storing it. Where a near entry is meant, mend its name.

## Options
None of its own. A probe that is written and removed at once is declared with `transient: true`.

## References
- ePrivacy Directive 2002/58/EC, Art. 5(3)
- CJEU C-673/17 (Planet49): duration and access by third parties are part of the information
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match, near_misses
from policycheck.model.finding import Severity
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach, printable


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach when nothing declares the observation, for this kind or another."""
    if match.item is not None or match.other_kind is not None:
        return
    draft = context.catalogue.draft_of(match.observation.kind, match.observation.name)
    if draft is not None:
        yield breach(
            match,
            "was stored, and its entry was not reviewed yet",
            expected=f"an entry that a person has reviewed ({draft.location})",
            fix="review the entry, then remove its field draft; or stop storing it",
        )
        return
    lines = [f"an entry that declares {match.observation.kind.value} '{printable(match.observation.name)}'"]
    lines += [
        f"near: {miss.item.kind.value} '{miss.item.name}' ({miss.item.location}): {printable(miss.reason)}"
        for miss in near_misses(context.catalogue, match.observation)
    ]
    yield breach(
        match,
        "was stored, and no entry of the catalogue declares it",
        expected="\n".join(lines),
        fix="declare it with a purpose, a category and a retention, or stop storing it",
    )


RULE = Rule(
    "INV001",
    "undeclared-item",
    Severity.ERROR,
    "ePrivacy Directive Art. 5(3): the visitor is told what is stored.",
    observation=check,
    concerns=lambda item: item is None,
    module=__name__,
)
