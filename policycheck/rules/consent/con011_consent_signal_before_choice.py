"""# CON011 consent-signal-before-choice

## What it checks
A record of the choice that policycheck can read (a TC string, the cookie of a consent manager) says yes to a category
that the visitor has not granted. And once the visitor has chosen, it must say what they chose: at the end of the choice
if it was written then, else with the next page load at the latest.

## Why
Everybody down the line acts on the record: tags, partners, the server. A yes that nobody said is consent made up; a
record that lags behind keeps a withdrawn consent alive. The TCF forbids positive signals before the user has acted.

## Example
On the first page, before anybody clicks, `cc_cookie` is stored with `"categories": ["necessary", "analytics"]`.

## Fix
Start with everything denied or with no record, and write the record when the visitor chooses, each time they do.

## Options
Tell the choice before the request that makes it, as for CON001. Which key of a record stands for which category is the
setting of the signal; a key that is named like a category stands for it. A category with several keys is granted when
all of them are. A record that says itself that nobody has chosen yet is none; one that cannot be read is not evaluated.
Where each choice in a record has a version of its own, an old yes that stands there after a revision is no new one.

## References
- GDPR Art. 4(11), 7(1), 7(3)
- IAB TCF, consent string and vendor list formats: no positive consent before an action of the user
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policycheck.consent.laws import LawName
from policycheck.consent.signals import SignalError
from policycheck.consent.steps import Step
from policycheck.matching import Match
from policycheck.model.consent import ConsentStatus
from policycheck.model.finding import Severity, Unevaluated
from policycheck.rules.history import decides, first_page_since, last_decision
from policycheck.rules.permission import Cause, forbids
from policycheck.rules.records import read_record, said
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach, listed

_UNCHOSEN = frozenset({Cause.UNSET, Cause.GPC})
_DENIED = frozenset({ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN})


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach when the record that was stored says yes to what is not granted."""
    seen = match.observation
    try:
        found = read_record(seen, context)
    except SignalError as error:
        yield Unevaluated(str(error))
        return
    if found is None or not found[0].chosen:
        return
    causes = {
        category: forbids(category, seen.consent, context, seen.time) for category, yes in found[1].items() if yes
    }
    older = Cause.REVISED if found[0].versioned else None
    denied = [category for category, cause in causes.items() if cause not in (None, older)]
    if denied:
        when = "before" if all(causes[category] in _UNCHOSEN for category in denied) else "against"
        yield _breach(match, "says yes to", denied, f" {when} the visitor's choice")


def check_step(steps: Sequence[Step], context: Context) -> Iterator[tuple[Match, Outcome]]:
    """Yield a breach for each record that says something else than what was chosen, when it has had its time."""
    step = steps[-1]
    if not context.signals:
        return
    chosen, at = decides(step), last_decision(steps)
    if at < 0 or not (chosen or first_page_since(steps, at)):
        return
    written = [match for match in steps[at].matches if match.observation.consent == steps[at].after]
    for match in step.held.values():
        if chosen is any(match is other for other in written):
            yield from ((match, outcome) for outcome in _lags(match, step, context))


def _lags(match: Match, step: Step, context: Context) -> Iterator[Outcome]:
    told, consent, seen = said(match, context), step.after, match.observation
    granted = [
        category
        for category, yes in told.items()
        if yes is False and not consent.gpc and consent.status(category) is ConsentStatus.GRANTED
        if forbids(category, consent, context, step.time) is None
    ]
    if granted:
        yield _breach(match, "says no to", granted, ", which the visitor granted")
    denied = [category for category, yes in told.items() if yes and consent.status(category) in _DENIED]
    denied = [category for category in denied if forbids(category, seen.consent, context, seen.time) is None]
    if denied:
        yield _breach(match, "still says yes to", denied, ", which the visitor denied")


def _breach(match: Match, says: str, categories: list[str], rest: str) -> Outcome:
    return breach(
        match,
        f"{says} {listed(categories)}{rest}",
        expected="a record that says what the visitor chose, and nothing before",
        fix="write the record when the visitor chooses, with what they chose; a test says first what it will choose",
        key=says,
        law=LawName.SIGNAL_FOLLOWS_CHOICE,
    )


RULE = Rule(
    "CON011",
    "consent-signal-before-choice",
    Severity.ERROR,
    "GDPR Art. 4(11) and 7(1): consent is what the visitor said.",
    observation=check,
    step=check_step,
    module=__name__,
)
