"""# RET007 over-profile-limit

## What it checks
Something is stored without consent on the ground of an exemption, and stays longer than the profile of the
jurisdiction allows for that exemption: in France 13 months for audience measurement.

## Why
An exemption comes with conditions. What breaks them needs consent after all. The limit binds the exemption, not
every cookie: what the visitor consented to is not measured against it.

## Example
`_pk_id` is declared with `exemption: audienceMeasurement` and lives for two years, under the profile `FR`.

## Fix
Shorten the lifetime to the limit, or ask for consent.

## Options
The profile of the project. Without one, nothing is checked. Each limit carries its citation and how well it is
known; it warns and does not fail by default.

## References
- CNIL, deliberation 2020-092 of 17 September 2020, article 5
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.catalogue.entries import Item
from policycheck.matching import Match
from policycheck.model.finding import Severity, Unevaluated
from policycheck.model.legal import Exemption
from policycheck.model.lifetime import describe_exactly, describe_like
from policycheck.rules.lifetimes import UNKNOWN_LIFETIME, lifetime_of
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a warning for each limit of the profile that the lifetime exceeds."""
    limits = context.profile.limits if context.profile else ()
    for limit in limits:
        if match.item is None or limit.exemption not in _exemptions(match.item):
            continue
        lifetime = lifetime_of(match.observation)
        longest = limit.longest.max_seconds or 0
        if lifetime is None:
            yield Unevaluated(UNKNOWN_LIFETIME)
        elif lifetime.persistent:
            yield Unevaluated(f"{match.observation.kind.value} has no end of its own to hold against {limit.longest}")
        elif lifetime.seconds is not None and lifetime.seconds > longest + context.tolerance:
            yield breach(
                match,
                f"is exempt as {limit.exemption.value} and kept for {describe_like(lifetime.seconds, limit.longest)}, "
                f"allowed: {limit.longest}",
                expected=f"at most {limit.longest} ({describe_exactly(longest)}): {limit.citation}, "
                f"confidence {limit.confidence.value}",
                fix=f"shorten its lifetime to {limit.longest}, or ask for consent",
                key=limit.exemption.value,
            )


def _exemptions(item: Item) -> frozenset[Exemption | None]:
    """The exemptions that uses which are switched on and stored without consent rest on."""
    return frozenset(
        use.exemption or use.category.exemption for use in item.uses if use.enabled and not use.needs_consent
    )


RULE = Rule(
    "RET007",
    "over-profile-limit",
    Severity.WARNING,
    "An exemption holds under its conditions only.",
    observation=check,
    concerns=lambda item: item is not None and bool(_exemptions(item)),
    module=__name__,
)
