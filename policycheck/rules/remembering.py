"""Whether a choice is still known while it holds: what the rule on the record of the choice looks at step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from policycheck.consent.steps import Step, place_of
from policycheck.matching import Match
from policycheck.model.consent import ConsentStatus
from policycheck.model.lifetime import DAY, RetentionKind, describe_exactly
from policycheck.model.storage import Operation, StorageKind
from policycheck.rules.history import decides, first_page_since, last_decision
from policycheck.rules.permission import lapse_of
from policycheck.rules.places import ends_at
from policycheck.rules.records import consented_categories, is_record
from policycheck.rules.rule import Context

_SOON = DAY
"""Without a figure a choice must be known for a page that comes within a day: how much longer nobody has said."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A choice that is known no longer. ``match`` is the record, or its deletion; None where there is neither."""

    match: Match | None
    message: str
    expected: str


def forgotten(steps: Sequence[Step], context: Context) -> Forgotten | None:
    """How the last step shows that a choice which still holds is not known any more; None where it does not."""
    step = steps[-1]
    if not (step.after.statuses or step.after.default is not ConsentStatus.UNSET) or decides(step):
        return None
    at = last_decision(steps)
    made = _made(step, context, steps[at].time) if at >= 0 else None
    if made is None:
        return None
    least, expected = _least(context)
    first = first_page_since(steps, at)
    if least is None and not first:
        return None
    lasting = _SOON if least is None else least
    return (
        _record_gone(step, context, made[1] + lasting, expected)
        or (_never_stored(steps, at, context, expected) if first and step.time < made[1] + lasting else None)
        or (_asked(steps, at, made, lasting, expected) if _answered(step, context) else None)
    )


def _least(context: Context) -> tuple[float | None, str]:
    """How many seconds a choice must be known for, None without a figure; and what is expected, in words."""
    figure = context.profile.choice_kept_at_least if context.profile is not None else None
    if figure is None or figure.length.kind is not RetentionKind.DURATION:
        return None, "a choice that the next page still knows"
    source = f"{figure.citation}, confidence {figure.confidence.value}"
    return figure.length.min_seconds, f"a choice that is known for {figure.length} at least: {source}"


def _made(step: Step, context: Context, otherwise: float) -> tuple[float, float] | None:
    """When the oldest and the newest choice were made that hold now; None when none does."""
    consent = step.after
    names = {*consent.statuses, *consented_categories(context)}
    choices = [consent.choice(name) for name in names if consent.status(name) is not ConsentStatus.UNSET]
    holding = [choice for choice in choices if choice is None or lapse_of(choice, context, step.time) is None]
    times = [otherwise if choice is None or choice.time is None else choice.time for choice in holding]
    return (min(times), max(times)) if times else None


def _answered(step: Step, context: Context) -> bool:
    """True when each category that the visitor decides about has an answer that holds: then there is nothing to ask."""
    for name in consented_categories(context):
        choice = step.after.choice(name)
        open_ = step.after.status(name) is ConsentStatus.UNSET
        if open_ or (choice is not None and lapse_of(choice, context, step.time) is not None):
            return False
    return True


def _record_gone(step: Step, context: Context, until: float, expected: str) -> Forgotten | None:
    """The last record that went in this step, when nothing is left of them and it went before ``until``."""
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
    return Forgotten(match, f"keeps the choice and {how} while the choice holds", expected) if when < until else None


def _never_stored(steps: Sequence[Step], at: int, context: Context, expected: str) -> Forgotten | None:
    """Nothing keeps a choice that was made in the application, and the catalogue says what should.

    A test that only tells the choice has not made it. Web storage of which nothing was seen may well hold it.
    """
    records = [item for item in context.catalogue.items if item.remembers_choice and item.enabled]
    if steps[at].transition is None or not records:
        return None
    if any(is_record(match, context) for match in steps[-1].held.values()):
        return None
    seen = {match.observation.kind for step in steps for match in step.matches}
    if any(item.kind is not StorageKind.COOKIE for item in records) and seen <= {StorageKind.COOKIE}:
        return None
    return Forgotten(None, "the choice was made, and nothing that remembers it is stored", expected)


def _asked(
    steps: Sequence[Step], at: int, made: tuple[float, float], lasting: float, expected: str
) -> Forgotten | None:
    """The visitor is asked again, for the first time since step number ``at``."""
    step = steps[-1]
    if not (step.asked and step.page_load) or step.time >= made[0] + lasting:
        return None
    if any(earlier.asked and earlier.page_load for earlier in steps[at + 1 : -1]):
        return None
    since = describe_exactly(step.time - made[0])
    return Forgotten(None, f"the visitor is asked again {since} after choosing", expected)
