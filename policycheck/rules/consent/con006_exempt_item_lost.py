"""# CON006 exempt-item-lost

## What it checks
A visitor refused or withdrew, and something that needs no consent was deleted with it: in the very step of the choice,
or with the first page load after it. What went by itself because its end had come is not meant, nor what is declared
`transient` or `remembersChoice`, nor what was stored anew in the same step.

## Why
A "no" to statistics must cost neither the login nor the basket. Who deletes every cookie to be on the safe side makes
the refusal dearer than the consent, which then is not given freely.

## Example
The visitor withdraws `analytics`, the answer clears all cookies of the site, and `sessionid` is gone.

## Fix
Delete by name what needs consent, and leave the rest.

## Options
What comes and goes on its own account is declared `transient: true`.

## References
- GDPR Art. 4(11), 7(4) and recital 42: consent is free only where a refusal brings no detriment
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from policycheck.consent.laws import LawName
from policycheck.consent.steps import Place, Step, ends_at, place_of
from policycheck.matching import Match
from policycheck.model.finding import Severity
from policycheck.model.storage import Operation
from policycheck.rules.history import decides, denies, takes_back
from policycheck.rules.places import describe_place, namesakes
from policycheck.rules.records import is_record
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach


def check(steps: Sequence[Step], context: Context) -> Iterator[tuple[Match, Outcome]]:
    """Yield a warning for each exempt entry that a denial, or the first page after it, deleted."""
    step = steps[-1]
    gone = {
        place: match
        for match in step.matches
        if match.observation.operation is Operation.DELETE and match.observation.rejection is None
        for place in [place_of(match.observation)]
        if place in step.held_before and namesakes(place, step.held) == 1 and place not in step.held
    }
    denial = _denial(steps) if gone else None
    if denial is None:
        return
    for place, match in gone.items():
        lost = step.held_before[place]
        went = ends_at(lost.observation) <= match.observation.time
        if place in denial.held_before and _exempt(lost, context) and not went:
            yield match, _lost(match, place, step.held_before, denial)


def _denial(steps: Sequence[Step]) -> Step | None:
    """The step of the refusal or withdrawal that the last step belongs to: itself, or the one before its page load."""
    if decides(steps[-1]):
        return steps[-1] if denies(steps[-1]) else None
    if not steps[-1].page_load:
        return None
    for step in reversed(steps[:-1]):
        if decides(step):
            return step if denies(step) else None
        if step.page_load:
            return None
    return None


def _exempt(match: Match, context: Context) -> bool:
    item = match.item
    if item is None or item.transient or is_record(match, context):
        return False
    return any(use.enabled and not use.needs_consent for use in item.uses)


def _lost(match: Match, place: Place, before: Mapping[Place, Match], denial: Step) -> Outcome:
    several = namesakes(place, before) > 1
    what = "withdrawal" if takes_back(denial) else "refusal"
    where = f", at {describe_place(place)}" if several else ""
    return breach(
        match,
        f"needs no consent and was deleted with the {what}{where}",
        expected="what needs no consent stays when the visitor says no",
        fix="delete by name what needs consent, and leave the rest; or declare the entry transient",
        key=describe_place(place) if several else "",
        law=LawName.WITHDRAWAL_KEEPS_EXEMPT,
    )


RULE = Rule(
    "CON006",
    "exempt-item-lost",
    Severity.WARNING,
    "GDPR Art. 4(11): consent is free only where a refusal brings no detriment.",
    step=check,
    module=__name__,
)
