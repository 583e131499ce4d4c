"""Whether a choice is still known while it holds, and which one a record keeps: for the rule on the record of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from policycheck.consent.steps import Step, ends_at, place_of
from policycheck.matching import Match
from policycheck.model.consent import Choice, ConsentStatus
from policycheck.model.lifetime import DAY, RetentionKind, describe_exactly
from policycheck.model.profile import ChoiceKind, Figure
from policycheck.model.storage import Operation, StorageKind
from policycheck.rules.history import decides, first_page_since, last_decision
from policycheck.rules.permission import holding
from policycheck.rules.records import consented_categories, is_record, said
from policycheck.rules.rule import Context

_SOON = DAY
"""Without a figure a choice must be known for a day: how much longer nobody has said."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A choice that is known no longer. ``match`` is the record, or its deletion; None where there is neither."""

    match: Match | None
    message: str
    expected: str


@dataclass(frozen=True, slots=True)
class _Known:
    """For how long the choices that hold must be known; all times are epoch seconds.

    ``since`` is when the oldest was made that counts, ``ask`` when the visitor may be asked anew, ``until`` when their
    record may go.
    """

    since: float
    ask: float
    until: float
    expected: str


def keeps(match: Match, figure: Figure, context: Context) -> bool | None:
    """True when the record keeps a choice that ``figure`` speaks of; None when nobody can tell what it keeps."""
    if figure.choice is ChoiceKind.ANY:
        return True
    seen = match.observation
    answers = said(match, context).values()
    statuses = {_SAID[answer] for answer in answers if answer is not None}
    standing = statuses or set(holding(seen.consent, context, seen.time).values())
    return any(figure.binds(status) for status in standing) if standing else None


_SAID = {True: ConsentStatus.GRANTED, False: ConsentStatus.REFUSED}


def forgotten(steps: Sequence[Step], context: Context) -> Forgotten | None:
    """How the last step shows that a choice which still holds is not known any more; None where it does not."""
    step = steps[-1]
    if decides(step):
        return None
    at = last_decision(steps)
    known = _known(step, context, steps[at].time) if at >= 0 else None
    if known is None:
        return None
    return (
        _record_gone(step, context, known)
        or (_never_stored(steps, at, context, known) if first_page_since(steps, at) else None)
        or (_asked(steps, at, known) if _answered(step, context) else None)
    )


def _known(step: Step, context: Context, otherwise: float) -> _Known | None:
    """For how long what holds now must be known; ``otherwise`` is the time of a choice without one.

    Where the profile's figure speaks of some of the choices, those say when the visitor may be asked anew. None: no
    choice holds.
    """
    consent = step.after
    standing = holding(consent, context, step.time)
    if not standing:
        return None
    made = {name: _time(consent.choice(name), otherwise) for name in standing}
    figure = context.profile.choice_kept_at_least if context.profile is not None else None
    if figure is not None and figure.length.kind is RetentionKind.DURATION:
        least = figure.length.min_seconds or 0
        bound = [made[name] for name, status in standing.items() if figure.binds(status)]
        if bound:
            ends = [time + (least if figure.binds(standing[name]) else _SOON) for name, time in made.items()]
            source = f"{figure.citation}, confidence {figure.confidence.value}"
            expected = f"{_WORDS[figure.choice]} that is known for {figure.length} at least: {source}"
            return _Known(min(bound), min(bound) + least, max(ends), expected)
    since = min(made.values())
    return _Known(since, since + _SOON, max(made.values()) + _SOON, "a choice that each page within a day still knows")


_WORDS = {ChoiceKind.ANY: "a choice", ChoiceKind.CONSENT: "a consent", ChoiceKind.REFUSAL: "a refusal"}


def _time(choice: Choice | None, otherwise: float) -> float:
    return otherwise if choice is None or choice.time is None else choice.time


def _answered(step: Step, context: Context) -> bool:
    """True when each category that the visitor decides about has an answer that holds: then there is nothing to ask."""
    return set(consented_categories(context)) <= holding(step.after, context, step.time).keys()


def _record_gone(step: Step, context: Context, known: _Known) -> Forgotten | None:
    """The last record that went in this step, when nothing is left of them and it went too soon."""
    before = {place: match for place, match in step.held_before.items() if is_record(match, context)}
    if not before or any(is_record(match, context) for match in step.held.values()):
        return None
    deleted = {place_of(m.observation): m for m in step.matches if m.observation.operation is Operation.DELETE}
    gone = [
        (deleted[place].observation.time, deleted[place]) if place in deleted else (ends_at(match.observation), match)
        for place, match in before.items()
    ]
    when, match = max(gone, key=lambda pair: pair[0])
    how = "was deleted" if match.observation.operation is Operation.DELETE else "has ended"
    if when + context.tolerance >= known.until:
        return None
    return Forgotten(match, f"keeps the choice and {how} while the choice holds", known.expected)


def _never_stored(steps: Sequence[Step], at: int, context: Context, known: _Known) -> Forgotten | None:
    """Nothing keeps a choice that was made in the application, and the catalogue says what should.

    A test that only tells the choice has not made it. Web storage of which nothing was seen may well hold it.
    """
    records = [item for item in context.catalogue.items if item.remembers_choice and item.enabled]
    if steps[at].transition is None or not records or steps[-1].time >= known.until:
        return None
    if any(is_record(match, context) for match in steps[-1].held.values()):
        return None
    seen = {match.observation.kind for step in steps for match in step.matches}
    if any(item.kind is not StorageKind.COOKIE for item in records) and seen <= {StorageKind.COOKIE}:
        return None
    return Forgotten(None, "the choice was made, and nothing that remembers it is stored", known.expected)


def _asked(steps: Sequence[Step], at: int, known: _Known) -> Forgotten | None:
    """The visitor is asked again, for the first time since step number ``at``."""
    step = steps[-1]
    if not (step.asked and step.page_load) or step.time >= known.ask:
        return None
    if any(earlier.asked and earlier.page_load for earlier in steps[at + 1 : -1]):
        return None
    since = describe_exactly(step.time - known.since)
    return Forgotten(None, f"the visitor is asked again {since} after choosing", known.expected)
