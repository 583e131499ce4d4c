"""What a test fails with when a law of consent is broken: the findings and the sequence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policycheck.consent.steps import Step
    from policycheck.model.finding import Finding
    from policycheck.testing.visitor import Move


class ConsentViolation(AssertionError):  # noqa: N818 - a test fails with it as with any assertion
    """A sequence of choices after which a law of consent does not hold. The text holds no values.

    ``findings`` are those of the last step, ``laws`` the names of the laws that they break, ``steps`` the whole
    sequence, ``replay`` the same as code in one line: ``grant('analytics'); visit('/')``. ``others`` are violations of
    other laws that the same search found. ``moves`` are the calls that led there, ``journeys`` how many journeys the
    search had begun when it saw the law broken for the first time.
    """

    def __init__(self, text: str, findings: Sequence[Finding], steps: Sequence[Step], moves: Sequence[Move]) -> None:
        super().__init__(text)
        self.findings = tuple(findings)
        self.steps = tuple(steps)
        self.moves = tuple(moves)
        self.others: tuple[ConsentViolation, ...] = ()
        self.journeys = 1

    def __str__(self) -> str:
        """The text, and below it the other laws that the search saw broken, each with its sequence."""
        others = [f"  {', '.join(other.laws)}: {other.replay}" for other in self.others]
        return "\n".join([str(self.args[0]), *(["", "also broken:"] if others else []), *others])

    @property
    def laws(self) -> tuple[str, ...]:
        """The laws that are broken, each once; a finding without a law stands there with its code."""
        return tuple(dict.fromkeys(finding.law or finding.code for finding in self.findings))

    @property
    def replay(self) -> str:
        """The sequence as code in one line."""
        return "; ".join(step.text for step in self.steps)


@cache
def violation_of(law: str) -> type[ConsentViolation]:
    """A class of violations for one law: Hypothesis tells bugs apart by it, and shrinks each to its own end."""
    return type(f"ConsentViolation[{law}]", (ConsentViolation,), {"__doc__": ConsentViolation.__doc__})
