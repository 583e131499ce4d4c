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


@dataclass(frozen=True, slots=True)
class ConsentState:
    """The status of each category. ``default`` holds for every category that ``statuses`` does not name.

    ``gpc`` says whether the browser sends ``Sec-GPC: 1``. Silence is refusal in law and UNSET here, so that a finding
    can tell "nobody was asked yet" from "somebody said no".
    """

    statuses: Mapping[str, ConsentStatus] = field(default_factory=dict[str, ConsentStatus], hash=False)
    default: ConsentStatus = ConsentStatus.UNSET
    gpc: bool = False

    def status(self, category: str) -> ConsentStatus:
        """The status of ``category``; never raises."""
        return self.statuses.get(category, self.default)

    def with_status(self, status: ConsentStatus, *categories: str) -> ConsentState:
        """A new state in which ``categories`` have ``status``; without categories, all of them have."""
        if not categories:
            return replace(self, statuses={}, default=status)
        return replace(self, statuses={**self.statuses, **dict.fromkeys(categories, status)})

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
        return replace(self, statuses=turned, default=default)


UNSET = ConsentState()
