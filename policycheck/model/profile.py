"""What a jurisdiction asks for: figures as data, each with its source and how far it can be relied upon."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from policycheck.model.consent import ConsentStatus
from policycheck.model.legal import Exemption
from policycheck.model.lifetime import Retention


class Confidence(StrEnum):
    """How a figure is known. Only A was read in the law or the regulator's own text; the others warn and never fail."""

    A = "A"
    """Read in the primary text."""
    B = "B"
    """Read in a secondary page that names the instrument."""
    C = "C"
    """Widely repeated, the primary text not read."""


class ConsentModel(StrEnum):
    """What silence means in a jurisdiction."""

    OPT_IN = "optIn"
    """Nothing that needs consent before the visitor agreed (ePrivacy Directive Art. 5(3))."""
    OPT_OUT = "optOut"
    """Everything until the visitor objects, by choice or by signal (as in the privacy acts of US states)."""


class ChoiceKind(StrEnum):
    """Which choices a figure speaks of."""

    ANY = "any"
    CONSENT = "consent"
    """Choices that agree."""
    REFUSAL = "refusal"
    """Choices that refuse or withdraw."""


_AGREED = frozenset({ConsentStatus.GRANTED})
_DENIED = frozenset({ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN})
_KINDS = {ChoiceKind.ANY: _AGREED | _DENIED, ChoiceKind.CONSENT: _AGREED, ChoiceKind.REFUSAL: _DENIED}


@dataclass(frozen=True, slots=True)
class Figure:
    """One length of time with its source. ``note`` says what the length alone does not: whom it binds, and when.

    ``choice`` is the kind of choice that it speaks of, category by category.
    """

    length: Retention
    citation: str
    url: str
    confidence: Confidence
    note: str = ""
    choice: ChoiceKind = ChoiceKind.ANY

    def binds(self, status: ConsentStatus) -> bool:
        """True when the figure speaks of the choices that left a category with ``status``; silence is no choice."""
        return status in _KINDS[self.choice]


@dataclass(frozen=True, slots=True)
class RetentionLimit:
    """The longest lifetime of what is stored without consent on the ground of ``exemption``."""

    exemption: Exemption
    longest: Retention
    citation: str
    url: str
    confidence: Confidence
    note: str = ""


@dataclass(frozen=True, slots=True)
class GpcTerms:
    """The categories for which ``Sec-GPC: 1`` counts as a refusal, as long as the visitor has not agreed explicitly."""

    categories: tuple[str, ...]
    citation: str
    url: str
    confidence: Confidence
    note: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What one jurisdiction asks for. ``key`` is how settings name it (``FR``); ``version`` is of the data.

    ``limits`` bind what is stored without consent. ``choice_kept_at_least`` is how long a choice is remembered before
    the visitor may be asked again, ``choice_kept_at_most`` how long it may count. ``preview`` marks what is not law
    yet. None: the jurisdiction gives no such figure. ``date`` reads YYYY-MM-DD and is when the sources were last looked
    at; ``extends`` is the profile whose figures hold too; ``notes`` are for people, those of that profile first.
    """

    key: str
    title: str
    version: str = ""
    model: ConsentModel = ConsentModel.OPT_IN
    limits: tuple[RetentionLimit, ...] = ()
    choice_kept_at_least: Figure | None = None
    choice_kept_at_most: Figure | None = None
    gpc: GpcTerms | None = None
    preview: bool = False
    date: str = ""
    extends: str | None = None
    notes: tuple[str, ...] = ()
