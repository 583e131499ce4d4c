"""What a comparison of two journeys comes to: shared by the rules whose law wants them to end alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policycheck.consent.laws import LawName
from policycheck.consent.steps import Step
from policycheck.matching import Match
from policycheck.model.finding import Breach
from policycheck.rules.wording import breach


def differences(steps: Sequence[Step], law: LawName, fix: str) -> Iterator[tuple[Match | None, Breach]]:
    """Yield a breach of ``law`` for each difference, when the last step compared two journeys on its account."""
    comparison = steps[-1].comparison
    if comparison is None or comparison.law != law:
        return
    expected = f"the same after {comparison.first} as after {comparison.second}"
    for difference in comparison.differences:
        what = difference.what
        if difference.match is not None:
            yield difference.match, breach(difference.match, what, expected=expected, fix=fix, key=what, law=str(law))
        else:
            message = f"the record of the choice {what}"
            yield None, Breach(message, expected=expected, fix=fix, key=what, law=str(law))
