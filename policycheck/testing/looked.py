"""Which laws one step could have shown to be broken: a law that nobody came near is not evaluated, never passed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from policycheck.consent.laws.names import LawName
from policycheck.consent.steps import Step
from policycheck.consent.transitions import TransitionKind
from policycheck.matching.match import Match
from policycheck.model.consent import ConsentState, ConsentStatus, Lapse
from policycheck.model.profile import ConsentModel

if TYPE_CHECKING:
    from policycheck.testing.setup import ConsentSetup
    from policycheck.testing.visitor import Visitor

_DENIALS = frozenset({TransitionKind.WITHDRAW, TransitionKind.REFUSE_ALL, TransitionKind.CHANGE})
_LAPSES = {Lapse.EXPIRED: LawName.EXPIRY_RETURNS_TO_UNSET, Lapse.REVISED: LawName.REVISION_RETURNS_TO_UNSET}
_UNSET, _GRANTED, _REFUSED, _WITHDRAWN = ConsentStatus


def looked_at(visitor: Visitor, step: Step) -> Iterator[LawName]:
    """The laws that ``step``, the last of ``visitor``, could have broken."""
    setup = visitor.setup
    if step.page_load:
        yield from _at_rest(setup, step.before)
        yield from _after_withdrawal(visitor, step.before)
        yield from _remembering(setup, step)
    if step.transition in _DENIALS:
        yield from _denying(visitor, step)
    if step.comparison is not None:
        yield LawName(step.comparison.law)


def _at_rest(setup: ConsentSetup, consent: ConsentState) -> Iterator[LawName]:
    profile = setup.session.settings.profile
    terms = profile.gpc if profile is not None and consent.gpc else None
    if terms and any(n in terms.categories and consent.status(n) is not _GRANTED for n in setup.categories):
        yield LawName.GPC_REFUSES
    statuses = {consent.status(name) for name in setup.categories}
    silence = profile is None or profile.model is ConsentModel.OPT_IN
    lapsed = {choice.lapsed for choice in consent.choices.values() if choice.status is _GRANTED and choice.lapsed}
    yield from (_LAPSES[lapse] for lapse in lapsed)
    if _GRANTED in statuses and statuses & {_UNSET, _REFUSED}:
        yield LawName.GRANT_IS_SPECIFIC
    elif _UNSET in statuses and silence and not lapsed:
        yield LawName.SILENCE_IS_REFUSAL
    if _REFUSED in statuses and _GRANTED not in statuses:
        yield LawName.REFUSAL_STORES_NOTHING
    if _WITHDRAWN in statuses:
        yield LawName.WITHDRAWAL_STOPS


def _after_withdrawal(visitor: Visitor, consent: ConsentState) -> Iterator[LawName]:
    withdrawn = {name for name in visitor.setup.categories if consent.status(name) is _WITHDRAWN}
    if withdrawn and any(
        match.item is not None and not withdrawn.isdisjoint(match.item.categories)
        for step in visitor.steps
        if step.transition in _DENIALS
        for match in step.held_before.values()
    ):
        yield LawName.WITHDRAWAL_ERASES


def _remembering(setup: ConsentSetup, step: Step) -> Iterator[LawName]:
    chosen = any(choice.lapsed is None for choice in step.before.choices.values())
    if chosen and (step.asked is not None or setup.has_record):
        yield LawName.CHOICE_IS_REMEMBERED
    if any(match.item is not None and match.item.refresh is False for match in step.held_before.values()):
        yield LawName.FIXED_LIFETIME_STAYS
    if any(setup.signals.find(place[0], place[1]) is not None for place in step.held):
        yield LawName.SIGNAL_FOLLOWS_CHOICE


def _denying(visitor: Visitor, step: Step) -> Iterator[LawName]:
    if any(match.item is not None and not _asks(match) for match in step.held_before.values()):
        yield LawName.WITHDRAWAL_KEEPS_EXEMPT
    taken_back = [
        name
        for name in visitor.setup.categories
        if step.before.status(name) is _GRANTED and step.after.status(name) is _WITHDRAWN
    ]
    if taken_back and step.interactions is not None:
        yield LawName.WITHDRAWAL_IS_AS_EASY


def _asks(match: Match) -> bool:
    return match.item is not None and all(use.needs_consent for use in match.item.uses)
