"""Which uses of an item the visitor's choice allows: shared by the rules of consent and of values."""

from __future__ import annotations

from dataclasses import dataclass

from policycheck.catalogue.entries import Item, Use
from policycheck.model.consent import ConsentState, ConsentStatus

_HEAVIEST_FIRST = (ConsentStatus.WITHDRAWN, ConsentStatus.REFUSED, ConsentStatus.UNSET)


@dataclass(frozen=True, slots=True)
class Blocked:
    """No use of an item is allowed: where the categories stand, and which stand there.

    Of several statuses the heaviest counts, so that one breach is one finding: withdrawn, refused, unset.
    """

    status: ConsentStatus
    categories: tuple[str, ...]


def allows(use: Use, consent: ConsentState) -> bool:
    """True when the use is switched on, and needs no consent or has it."""
    return use.enabled and _consented(use, consent)


def asks_consent(item: Item | None) -> bool:
    """True when a use of ``item`` needs consent; of any other item nothing can be blocked."""
    return item is not None and any(use.needs_consent for use in item.uses)


def blocked(item: Item, consent: ConsentState) -> Blocked | None:
    """Why ``item`` must not be stored under ``consent``; None when one of its uses is allowed.

    Uses that are switched off allow nothing. Where all of them are, the item is another breach already, and consent is
    asked for as if they were on: what should not be there at all needs no less of it.
    """
    uses = [use for use in item.uses if use.enabled] or item.uses
    if any(_consented(use, consent) for use in uses):
        return None
    standing = {use.category.key: consent.status(use.category.key) for use in uses}
    heaviest = next(status for status in _HEAVIEST_FIRST if status in standing.values())
    return Blocked(heaviest, tuple(category for category, status in standing.items() if status is heaviest))


def _consented(use: Use, consent: ConsentState) -> bool:
    return not use.needs_consent or consent.status(use.category.key) is ConsentStatus.GRANTED
