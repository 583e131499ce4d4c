"""# GAT003 mended-baseline-entry

## What it checks
After a whole run: a finding of the baseline that the run did not find again, although its rule ran.

## Why
What is mended should not come back unseen. As long as the entry stands, it would hide the same finding.

## Example
The baseline holds `INV001` on `_fbp`; the pixel is gone, and so is the finding.

## Fix
`policycheck check ... --baseline-update`, or `pytest --policycheck-baseline-update`: takes out what was not found, and
takes nothing in.

## Options
A run of some tests alone, or one that was stopped, cannot tell: then it is not evaluated. A note, which fails nothing
by default; with `severity = {GAT003 = "error"}` the baseline must shrink with the code.

## References
- GDPR Art. 5(2): accountability
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.model.acceptance import Acceptances
from policycheck.model.finding import Breach, Severity, Unevaluated
from policycheck.rules.rule import Outcome, Rule


def check(accepted: Acceptances) -> Iterator[tuple[str, Outcome]]:
    """Yield a breach for each entry that was not found again; one Unevaluated for all where the run was not whole."""
    gone = [use for use in accepted.baseline if not use.found]
    if any(not use.whole for use in gone):
        yield "baseline", Unevaluated("this was not the whole run, which alone can tell that a finding is mended")
        return
    for use in gone:
        known = use.known
        yield (
            known.subject,
            Breach(
                f"the baseline still holds {known.code} on {known.subject!r}, which was not found again",
                expected="findings that are still there",
                fix="let it shrink: --baseline-update (pytest: --policycheck-baseline-update)",
                location=known.location,
                key=known.fingerprint,
            ),
        )


RULE = Rule(
    "GAT003",
    "mended-baseline-entry",
    Severity.NOTE,
    "What is mended should not come back unseen.",
    acceptance=check,
    module=__name__,
)
