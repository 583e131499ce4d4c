"""# GAT002 unused-waiver

## What it checks
After a whole run: a waiver that still counts, of rules that ran, and that held no finding.

## Why
What it was agreed for is mended, or is called otherwise now. Left in place it would hide the next finding that
happens to have the same name.

## Example
A waiver for `_gat`, which the site dropped; the day on which a new script brings `_gat` back, nobody would notice.

## Fix
Delete it; where the name has changed, agree on the new one.

## Options
A run of some tests alone, or one that was stopped, cannot tell: then it is not evaluated. A warning, which fails
nothing by default.

## References
- GDPR Art. 5(2): accountability
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.model.acceptance import Acceptances
from policycheck.model.finding import Breach, Severity, Unevaluated
from policycheck.rules.rule import Outcome, Rule


def check(accepted: Acceptances) -> Iterator[tuple[str, Outcome]]:
    """Yield a breach for each valid waiver that held nothing; Unevaluated where the run was not whole."""
    for use in accepted.waivers:
        waiver = use.waiver
        if use.findings or waiver.expires < accepted.today:
            continue
        if not use.whole:
            yield (
                waiver.subject,
                Unevaluated("this was not the whole run, which alone can tell that a waiver is not needed"),
            )
            continue
        yield (
            waiver.subject,
            Breach(
                f"the waiver of {waiver.owner} for {', '.join(waiver.codes)} on {waiver.subject!r} held nothing",
                expected="a finding that it holds",
                fix="delete it, or correct the name that it speaks of",
                location=waiver.location,
                key=",".join(waiver.codes),
            ),
        )


RULE = Rule(
    "GAT002",
    "unused-waiver",
    Severity.WARNING,
    "A waiver that nothing needs hides what comes next.",
    acceptance=check,
    module=__name__,
)
