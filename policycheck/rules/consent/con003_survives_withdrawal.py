"""# CON003 survives-withdrawal

## What it checks
Consent to a category was withdrawn, the next page has loaded, and something stored for it before is still there:
cookies and web storage, on every domain and path, also with an empty value. Each place is told where there are several.
An item with several uses may stay while another of its uses is allowed. What was written since is CON004's matter.

## Why
What still lies there is still read and sent. A deletion works only with the name, domain and path that the cookie was
set with, so that "delete everything" often deletes another cookie, or none.

## Example
`_ga` was set with `Domain=shop.example`. The withdrawal answers with `Set-Cookie: _ga=; Max-Age=0` without a domain,
and `_ga` stays.

## Fix
Delete each entry with the attributes it was set with, when the visitor withdraws or with the next page at the latest.

## Options
`consent: {grace: 1 hour}` in the catalogue gives that time from the withdrawal in the place of the next page load,
where it is known when the visitor withdrew. While neither has come nobody can look, and nothing is said.

## References
- GDPR Art. 7(3), 17(1)(b)
- RFC 6265bis, section 5.7: name, domain, host-only and path make a cookie
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policycheck.consent.laws import LawName
from policycheck.consent.steps import Place, Step, place_of
from policycheck.matching import Match
from policycheck.model.finding import Severity
from policycheck.model.lifetime import RetentionKind
from policycheck.model.storage import Operation
from policycheck.rules.history import holds_withdrawal, withdrawal
from policycheck.rules.permission import Cause, asks_consent, blocked, blocked_by
from policycheck.rules.places import describe_place, namesakes
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach, listed


def check(steps: Sequence[Step], context: Context) -> Iterator[tuple[Match, Outcome]]:
    """Yield a breach for each survivor, in the step in which its time is up."""
    step = steps[-1]
    if not holds_withdrawal(step.before):
        return
    for place, match in step.held.items():
        if match.item is None or not asks_consent(match.item):
            continue
        found = blocked(match.item, step.after, context, step.time)
        if found is None or found.cause is not Cause.WITHDRAWN:
            continue
        at, category = max((withdrawal(steps, category), category) for category in found.categories)
        end = _end(step, category, context)
        if _due(steps, at, end) and _older(steps, at, place, match, context):
            when = "once the next page has loaded" if end is None else f"{context.catalogue.consent.grace} later"
            yield match, _survives(steps[max(at, 0) :], place, match, found.categories, when)


def _end(step: Step, category: str, context: Context) -> float | None:
    """Epoch seconds at which the grace of a withdrawal is over; None: with the next page load."""
    choice, grace = step.before.choice(category), context.catalogue.consent.grace
    if choice is None or choice.time is None or grace is None or grace.kind is not RetentionKind.DURATION:
        return None
    return choice.time + (grace.max_seconds or 0) + context.tolerance


def _due(steps: Sequence[Step], at: int, end: float | None) -> bool:
    """True in the first step after the withdrawal, which is number ``at``, in which nothing may be there any more."""
    up = [step.page_load if end is None else step.time > end for step in steps[at + 1 :]]
    return bool(up) and up[-1] and not any(up[:-1])


def _older(steps: Sequence[Step], at: int, place: Place, match: Match, context: Context) -> bool:
    """True when the entry was stored before the withdrawal. Clocks may stand still, so time does not tell."""
    withdrawal_step = steps[max(at, 0)]
    if withdrawal_step.held_before.get(place) is match:
        return True
    return withdrawal_step.held.get(place) is match and blocked_by(Cause.WITHDRAWN, match, context) is None


def _survives(since: Sequence[Step], place: Place, match: Match, categories: tuple[str, ...], when: str) -> Outcome:
    """``since`` are the steps from the withdrawal on."""
    where, named = describe_place(place), listed(categories, "or")
    several = namesakes(place, since[0].held_before, since[-1].held) > 1
    deleted = [m.observation for step in since for m in step.matches if m.observation.operation is Operation.DELETE]
    missed = [place_of(seen) for seen in deleted if (seen.kind, seen.name) == place[:2]]
    fix = f"delete it when {named} is withdrawn"
    if missed:
        fix += f", at {where}: what was deleted is another one, at {describe_place(missed[-1])}"
    return breach(
        match,
        f"({', '.join(categories)}) is still there after withdrawal" + (f", at {where}" if several else ""),
        expected=f"no {named} storage {when}",
        fix=fix,
        key=where if several else "",
        law=LawName.WITHDRAWAL_ERASES,
    )


RULE = Rule(
    "CON003",
    "survives-withdrawal",
    Severity.ERROR,
    "GDPR Art. 7(3) and 17(1)(b): what rests on consent goes with it.",
    step=check,
    module=__name__,
)
