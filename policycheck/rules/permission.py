"""What the visitor's choice permits, and which one cause and law speak where it does not: shared by several rules.

A category that needs consent is judged alone first: granted permits, unless the grant has lapsed. Under a profile that
lets things be stored until the visitor objects, silence permits too. Global Privacy Control refuses where the profile
ties it to the category and nobody has decided, or the decision has lapsed: an explicit grant wins over it, and an
explicit no needs it not. Of the uses of an item one that is permitted is enough; otherwise the heaviest cause speaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from policycheck.catalogue.entries import Item, Use
from policycheck.consent.laws import LawName
from policycheck.matching import Match
from policycheck.model.consent import Choice, ConsentState, ConsentStatus, Lapse
from policycheck.model.legal import ConsentNeed
from policycheck.model.lifetime import Retention, RetentionKind
from policycheck.model.profile import ConsentModel
from policycheck.rules.rule import Context


class Cause(StrEnum):
    """Why a category permits nothing, the heaviest first: what was taken back weighs more than what was never given."""

    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    GPC = "gpc"
    EXPIRED = "expired"
    REVISED = "revised"
    UNSET = "unset"

    @property
    def status(self) -> ConsentStatus:
        """Where the category stands: what has lapsed is unset, and a signal is no decision."""
        return _STATUSES.get(self, ConsentStatus.UNSET)

    @property
    def when(self) -> str:
        """``before consent``: when something happened that this cause forbids, as messages say it."""
        return _WHEN[self]


_WHEN = {
    Cause.WITHDRAWN: "after withdrawal",
    Cause.REFUSED: "after refusal",
    Cause.GPC: "although the browser sends Sec-GPC: 1",
    Cause.EXPIRED: "under consent that has expired",
    Cause.REVISED: "under consent to another version of the catalogue",
    Cause.UNSET: "before consent",
}
_STATUSES = {Cause.WITHDRAWN: ConsentStatus.WITHDRAWN, Cause.REFUSED: ConsentStatus.REFUSED}
_CAUSES = {status: cause for cause, status in _STATUSES.items()}
_LAPSES = {Lapse.EXPIRED: Cause.EXPIRED, Lapse.REVISED: Cause.REVISED}
_LAWS = {
    Cause.WITHDRAWN: LawName.WITHDRAWAL_STOPS,
    Cause.REFUSED: LawName.REFUSAL_STORES_NOTHING,
    Cause.GPC: LawName.GPC_REFUSES,
    Cause.EXPIRED: LawName.EXPIRY_RETURNS_TO_UNSET,
    Cause.REVISED: LawName.REVISION_RETURNS_TO_UNSET,
    Cause.UNSET: LawName.SILENCE_IS_REFUSAL,
}


@dataclass(frozen=True, slots=True)
class Blocked:
    """No use of an item is allowed: the one cause that speaks, the categories that it is about, the law it breaks."""

    cause: Cause
    categories: tuple[str, ...]
    law: LawName

    @property
    def status(self) -> ConsentStatus:
        """Where those categories stand."""
        return self.cause.status


def asks_consent(item: Item | None) -> bool:
    """True when a use of ``item`` needs consent; of any other item nothing can be blocked."""
    return item is not None and any(use.needs_consent for use in item.uses)


def allows(use: Use, consent: ConsentState, context: Context, time: float) -> bool:
    """True when the use is switched on, and needs no consent or has it at ``time`` (epoch seconds)."""
    return use.enabled and _cause_of(use, consent, context, time) is None


def blocked(item: Item, consent: ConsentState, context: Context, time: float) -> Blocked | None:
    """Why ``item`` must not be stored under ``consent`` at ``time`` (epoch seconds); None when a use is allowed."""
    return blocked_uses(item.uses, consent, context, time)


def blocked_uses(uses: Sequence[Use], consent: ConsentState, context: Context, time: float) -> Blocked | None:
    """Why none of ``uses``, of which there is one at least, is allowed at ``time`` (epoch seconds); None when one is.

    Uses that are switched off allow nothing. Where all of them are, the item is another breach already, and consent is
    asked for as if they were on: what should not be there at all needs no less of it.
    """
    standing: dict[str, Cause] = {}
    for use in [use for use in uses if use.enabled] or uses:
        cause = _cause_of(use, consent, context, time)
        if cause is None:
            return None
        standing[use.category.key] = cause
    heaviest = next(cause for cause in Cause if cause in standing.values())
    categories = tuple(category for category, cause in standing.items() if cause is heaviest)
    law = _LAWS[heaviest]
    if heaviest in {Cause.REFUSED, Cause.UNSET} and _another_granted(consent, context, time):
        law = LawName.GRANT_IS_SPECIFIC
    return Blocked(heaviest, categories, law)


def blocked_by(cause: Cause, match: Match, context: Context) -> Blocked | None:
    """Why the entry of ``match`` must not be stored when it was, if ``cause`` is the reason; None for any other."""
    item = match.item
    if item is None:
        return None
    found = blocked(item, match.observation.consent, context, match.observation.time)
    return found if found is not None and found.cause is cause else None


def forbids(category: str, consent: ConsentState, context: Context, time: float) -> Cause | None:
    """Why ``category`` permits nothing at ``time`` (epoch seconds), given that it needs consent; None: it permits."""
    status = consent.status(category)
    if status in _CAUSES:
        return _CAUSES[status]
    choice = consent.choice(category)
    lapse = lapse_of(choice, context, time) if choice is not None else None
    if status is ConsentStatus.GRANTED and lapse is None:
        return None
    profile = context.profile
    if consent.gpc and profile is not None and profile.gpc is not None and category in profile.gpc.categories:
        return Cause.GPC
    if profile is not None and profile.model is ConsentModel.OPT_OUT:
        return None
    granted = choice is not None and choice.status is ConsentStatus.GRANTED
    return _LAPSES[lapse] if lapse is not None and granted else Cause.UNSET


def lapse_of(choice: Choice, context: Context, time: float) -> Lapse | None:
    """Why ``choice`` holds no longer at ``time``: it says so, is too old, or was made about another version.

    How long it holds is what the catalogue says, else the longest that the profile lets such a choice count: where that
    speaks of consent, a refusal holds without an end.
    """
    if choice.lapsed is not None:
        return choice.lapsed
    version = context.catalogue.version
    if choice.version is not None and version and choice.version != version:
        return Lapse.REVISED
    validity = _validity(choice.status, context)
    if choice.time is None or validity is None or validity.kind is not RetentionKind.DURATION:
        return None
    return Lapse.EXPIRED if choice.time + (validity.max_seconds or 0) + context.tolerance < time else None


def holding(consent: ConsentState, context: Context, time: float) -> dict[str, ConsentStatus]:
    """Where each category stands that has an answer which holds at ``time`` (epoch seconds)."""
    declared = (
        key for key, category in context.catalogue.categories.items() if category.consent is ConsentNeed.REQUIRED
    )
    standing: dict[str, ConsentStatus] = {}
    for name in dict.fromkeys((*consent.statuses, *declared)):
        choice = consent.choice(name)
        if consent.status(name) is not ConsentStatus.UNSET and (
            choice is None or lapse_of(choice, context, time) is None
        ):
            standing[name] = consent.status(name)
    return standing


def _validity(status: ConsentStatus, context: Context) -> Retention | None:
    validity = context.catalogue.consent.validity
    if validity is not None:
        return validity
    longest = context.profile.choice_kept_at_most if context.profile is not None else None
    return longest.length if longest is not None and longest.binds(status) else None


def _cause_of(use: Use, consent: ConsentState, context: Context, time: float) -> Cause | None:
    return forbids(use.category.key, consent, context, time) if use.needs_consent else None


def _another_granted(consent: ConsentState, context: Context, time: float) -> bool:
    """True when a category that needs consent has it. The blocked ones do not, so it is another one."""
    declared = context.catalogue.categories
    names = {**dict.fromkeys(declared), **dict.fromkeys(consent.statuses)}
    return any(
        consent.status(name) is ConsentStatus.GRANTED
        and (name not in declared or declared[name].consent is ConsentNeed.REQUIRED)
        and forbids(name, consent, context, time) is None
        for name in names
    )
