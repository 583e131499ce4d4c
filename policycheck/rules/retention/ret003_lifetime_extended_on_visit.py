"""# RET003 lifetime-extended-on-visit

## What it checks
The entry says `refresh: false`, and a later header for the same cookie of the same device moved its end further
out. A cookie that was deleted in between, or whose end had come, starts anew. The first of the extensions is reported.

## Why
A lifetime that restarts with each visit never ends for whoever returns. The exemption of the CNIL for audience
measurement forbids it by name.

## Example
`refresh: false`, and each response sends `Set-Cookie: visits=...; Max-Age=34164000` again.

## Fix
Send the cookie once, or send the rest of the first lifetime; or declare `refresh: true`.

## Options
It sees what one journey shows: at least two headers for the cookie, at different times. With a clock that stands
still nothing moves. `tolerance` allows the end to move by as much.

## References
- CNIL, deliberation 2020-092 of 17 September 2020, article 5
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policycheck.consent.laws import LawName
from policycheck.matching import Match
from policycheck.model.finding import Severity
from policycheck.model.lifetime import describe_exactly
from policycheck.model.observation import Observation
from policycheck.model.storage import Operation
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach

_REPORTED = float("inf")


def check(matches: Sequence[Match], context: Context) -> Iterator[tuple[Match, Outcome]]:
    """Yield, for each cookie whose entry forbids it, the first header that moved the end."""
    ends: dict[tuple[object, ...], float | None] = {}
    for match in matches:
        observation = match.observation
        if match.item is None or match.item.refresh is not False or observation.rejection is not None:
            continue
        identity = (observation.name, observation.domain, observation.path, observation.partition_key)
        if observation.operation is Operation.DELETE:
            ends.pop(identity, None)
        elif observation.operation is Operation.STORE:
            end = _end(observation)
            before = ends.get(identity)
            if before is None or before <= observation.time:
                ends[identity] = end
            elif end is not None and end - before > context.tolerance:
                ends[identity] = _REPORTED
                yield match, _extended(match, end - before)


def _extended(match: Match, moved: float) -> Outcome:
    by = describe_exactly(moved) if moved >= 1 else "less than a second"
    return breach(
        match,
        f"had its end moved by {by}, declared: refresh: false",
        expected="an end that stays where the first header put it",
        fix="send it once, or with the rest of the first lifetime; or declare refresh: true",
        law=LawName.FIXED_LIFETIME_STAYS,
    )


def _end(observation: Observation) -> float | None:
    """Epoch seconds of the end, None without one; Expires is taken at its word, whatever the clock."""
    return observation.set_cookie.expiry_time(observation.time) if observation.set_cookie else None


RULE = Rule(
    "RET003",
    "lifetime-extended-on-visit",
    Severity.ERROR,
    "The entry promises that visits do not extend it.",
    journey=check,
    module=__name__,
)
