"""Looking at one application with one seed, and what was found."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from policycheck.testing import ConsentViolation, HttpDriver, run_consent_machine

CATALOGUE = Path(__file__).parents[1] / "catalogue.yaml"


@dataclass(frozen=True)
class Trial:
    """What the machine found with one seed. ``laws`` are all that it saw broken, ``replay`` the shortest sequence.

    ``journeys`` is how many it had begun when it first saw a law broken (or how many there were); ``text`` is what it
    says.
    """

    seed: int
    laws: tuple[str, ...]
    replay: str
    journeys: int
    seconds: float
    text: str = ""

    @property
    def steps(self) -> int:
        """The number of steps of the sequence."""
        return len(self.replay.split("; ")) if self.replay else 0


def try_once(
    make_driver: Callable[[], HttpDriver], seed: int, profile: str | None = None, journeys: int = 100
) -> Trial:
    """Run the machine once, with as many journeys as it makes by default. ``laws`` is empty where nothing was found."""
    begun = time.perf_counter()
    try:
        outcome = run_consent_machine(CATALOGUE, make_driver, profile=profile, seed=seed, examples=journeys)
    except ConsentViolation as found:
        all_found = (found, *found.others)
        laws = tuple(dict.fromkeys(law for violation in all_found for law in violation.laws))
        return Trial(seed, laws, found.replay, found.journeys, time.perf_counter() - begun, str(found))
    return Trial(seed, (), "", outcome.reach.journeys, time.perf_counter() - begun, outcome.summary)
