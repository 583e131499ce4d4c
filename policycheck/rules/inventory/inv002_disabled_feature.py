"""# INV002 disabled-feature

## What it checks
Something was stored whose entry has no use but those of features that the site has switched off.

## Why
A feature that is off stores nothing: the published overview does not list it, and no visitor was asked about it.
When its entries appear all the same, the vendor's configuration and the catalogue disagree.

## Example
The feature `smart` is off, and the page's chat writes `ssupp.visits`, which only `smart` uses.

## Fix
Switch the feature off where it is configured (the vendor's dashboard, the embed code), or switch it on in the
catalogue's settings, and ask for the consent that its uses need.

## Options
`features` in the settings of the project, or `features` in the catalogue.

## References
- ePrivacy Directive 2002/58/EC, Art. 5(3)
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach, listed


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach when every use of the entry belongs to a feature that is switched off."""
    if match.item is None or match.item.enabled:
        return
    features = dict.fromkeys(use.feature.key for use in match.item.uses if use.feature is not None)
    shown = listed(features)
    noun = "feature" if len(features) == 1 else "features"
    yield breach(
        match,
        f"was stored by the {noun} {shown}, switched off on this site",
        expected=f"no storage of the {noun} {shown}",
        fix=f"switch {shown} off where it is configured, or on in the catalogue or the settings",
    )


RULE = Rule(
    "INV002",
    "disabled-feature",
    Severity.ERROR,
    "A feature that is switched off is neither published nor consented to.",
    observation=check,
    concerns=lambda item: item is not None and not item.enabled,
    module=__name__,
)
