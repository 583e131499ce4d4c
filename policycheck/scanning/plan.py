"""What a scan is to do: the pages, the phases, how a choice is made, and how patient it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from policycheck.scanning.scope import Scope


class Phase(StrEnum):
    """The four looks at a site. The values are names of files, in order."""

    BEFORE = "before-choice"
    REFUSED = "after-refusal"
    GRANTED = "after-grant"
    WITHDRAWN = "after-withdrawal"

    @property
    def number(self) -> int:
        """1 for the first."""
        return list(Phase).index(self) + 1

    @property
    def stem(self) -> str:
        """``2-after-refusal``: what the files of the phase are called."""
        return f"{self.number}-{self}"

    @property
    def earlier(self) -> Phase:
        """The phase whose consent holds until the choice of this one is made."""
        return Phase.GRANTED if self is Phase.WITHDRAWN else Phase.BEFORE

    @property
    def words(self) -> str:
        """``after refusal``."""
        return self.replace("-", " ")


class Choice(StrEnum):
    """What a visitor says to a banner."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


CHOICES: Mapping[Phase, Choice] = {
    Phase.REFUSED: Choice.REFUSE,
    Phase.GRANTED: Choice.ACCEPT,
    Phase.WITHDRAWN: Choice.WITHDRAW,
}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a choice is made. ``selectors`` are pressed one after the other, ``settings`` open what they stand in.

    ``manager`` is the key of a consent manager. With neither, the page is looked at for a manager, then for buttons.
    """

    selectors: Mapping[Choice, tuple[str, ...]] = field(default_factory=dict[Choice, tuple[str, ...]])
    settings: tuple[str, ...] = ()
    manager: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``start`` and ``pages`` are absolute URLs within ``scope``; ``limit`` counts the pages of each phase.

    ``timeout`` is seconds for a page to load, ``wait`` seconds that are looked at it afterwards, ``patience`` seconds
    that a banner may take to show up. ``browser`` is a program that the user named. ``out`` is the folder of the files.
    """

    start: str
    scope: Scope
    pages: tuple[str, ...]
    limit: int = 10
    phases: tuple[Phase, ...] = tuple(Phase)
    manner: Manner = Manner()
    timeout: float = 30.0
    wait: float = 1.0
    patience: float = 5.0
    out: Path | None = None
    screenshots: bool = True
    headed: bool = False
    gpc: bool = False
    hide_webdriver: bool = False
    browser: str | None = None
