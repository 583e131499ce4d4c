"""What a visitor has said about each category, as a value that observations are stamped with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class ConsentStatus(StrEnum):
    """Where one category stands. Only GRANTED permits what needs consent (GDPR Art. 4(11), 7(3))."""

    UNSET = "unset"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Lapse(StrEnum):
    """Why a choice holds no longer, although nobody took it back."""

    EXPIRED = "expired"
    """It is older than a choice may be."""
    REVISED = "revised"
    """It was made about another version of the catalogue."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision on one category, as the visitor made it (GDPR Art. 7(1): it must be possible to demonstrate).

    ``time`` is epoch seconds, ``version`` that of the catalogue which the visitor was shown, ``signal`` what the choice
    was read from (``cc_cookie``; empty: it was told). None where it is not known. ``lapsed`` says why it holds no more.
    """

    status: ConsentStatus
    time: float | None = None
    version: str | None = None
    signal: str = ""
    lapsed: Lapse | None = None


@dataclass(frozen=True, slots=True)
class ConsentState:
    """The status of each category. ``default`` holds for every category that ``statuses`` does not name.

    ``gpc`` says whether the browser sends ``Sec-GPC: 1``. Silence is refusal in law and UNSET here, so that a finding
    can tell "nobody was asked yet" from "somebody said no". ``choices`` says how the statuses came about, where that is
    known; a choice that has lapsed stays there while its category is UNSET again.
    """

    statuses: Mapping[str, ConsentStatus] = field(default_factory=dict[str, ConsentStatus], hash=False)
    default: ConsentStatus = ConsentStatus.UNSET
    gpc: bool = False
    choices: Mapping[str, Choice] = field(default_factory=dict[str, Choice], hash=False)

    def status(self, category: str) -> ConsentStatus:
        """The status of ``category``; never raises."""
        return self.statuses.get(category, self.default)

    def choice(self, category: str) -> Choice | None:
        """How the status of ``category`` came about, None where that is not known."""
        return self.choices.get(category)

    def with_status(self, status: ConsentStatus, *categories: str) -> ConsentState:
        """A new state in which ``categories`` have ``status``; without categories, all of them have."""
        if not categories:
            return replace(self, statuses={}, default=status, choices={})
        statuses = {**self.statuses, **dict.fromkeys(categories, status)}
        choices = {name: choice for name, choice in self.choices.items() if name not in categories}
        return replace(self, statuses=statuses, choices=choices)

    def grant(self, *categories: str) -> ConsentState:
        """Consent to ``categories``, or to everything."""
        return self.with_status(ConsentStatus.GRANTED, *categories)

    def refuse(self, *categories: str) -> ConsentState:
        """Refusal of ``categories``, or of everything."""
        return self.with_status(ConsentStatus.REFUSED, *categories)

    def withdraw(self, *categories: str) -> ConsentState:
        """Withdrawal of ``categories``; without any, of everything that was granted. The rest stays as it is."""
        if categories:
            return self.with_status(ConsentStatus.WITHDRAWN, *categories)
        turned = {
            name: ConsentStatus.WITHDRAWN if status is ConsentStatus.GRANTED else status
            for name, status in self.statuses.items()
        }
        default = ConsentStatus.WITHDRAWN if self.default is ConsentStatus.GRANTED else self.default
        choices = {
            name: choice for name, choice in self.choices.items() if self.status(name) is not ConsentStatus.GRANTED
        }
        return replace(self, statuses=turned, default=default, choices=choices)


UNSET = ConsentState()
