"""# CON009 value-beyond-consent

## What it checks
One entry, several uses, and not all of them are allowed: the value must not hold what only a use without consent
(or of a feature that is switched off) puts there. What a use may hold is declared by the properties of its
`value.json`. A property that only such uses declare must be absent from the stored JSON. Where a single use is allowed
and has a `value.json`, that schema must accept the stored JSON too.

## Why
A key that is stored for one purpose must not become the way around the consent that another purpose needs.

## Example
`chat` serves the chat (`{"sounds": true}`) and, with consent, marketing (`{"visits": 3}`): `visits` without it.

## Fix
Keep the parts in separate keys, or write the part only after consent.

## Options
Not evaluated are a value that is unknown or no JSON, and a use that is switched on, not allowed and does not say what
it holds, unless the schema of the one allowed use was applied (not where the entry has a `value.json` of its own, which
may declare more). An entry that may not be stored at all is the matter of CON001, CON002 and CON004.

## References
- ePrivacy Directive 2002/58/EC, Art. 5(3); GDPR Art. 6(1)(a): consent is given for specific purposes
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policycheck.catalogue.entries import Use
from policycheck.matching import Match
from policycheck.model.finding import Severity, Unevaluated
from policycheck.rules.permission import allows
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.value.readings import read_json
from policycheck.rules.value.schema import SchemaUnusableError, broken_keyword, declared_paths, present
from policycheck.rules.wording import breach, listed

_Paths = frozenset[tuple[str, ...]]


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach for each use that is not allowed and whose own properties the value holds."""
    item = match.item
    if item is None or len(item.uses) == 1:
        return
    seen = match.observation
    allowed = [use for use in item.uses if allows(use, seen.consent, context, seen.time)]
    others = [use for use in item.uses if use not in allowed]
    if not allowed or not others:
        return
    only = allowed[0].value.json if len(allowed) == 1 and allowed[0].value and item.value.json is None else None
    mute = [use.category.key for use in others if use.enabled and not _declares(use)]
    if mute and only is None:
        yield Unevaluated(f"the entry does not say what its use {listed(dict.fromkeys(mute))} keeps in the value")
    within = frozenset(declared_paths(item.value.json)).union(*map(_paths, allowed))
    beyond = [(use, paths) for use in others if (paths := _paths(use) - within)]
    if not beyond and only is None:
        return
    value = match.observation.value
    reading = None if value is None else read_json(value)
    if value is None or (beyond and reading is None):
        yield Unevaluated("the evidence does not hold the value" if value is None else "the value is no JSON")
        return
    document = reading.document if reading else None
    held = [(use, sorted(path for path in paths if present(document, path))) for use, paths in beyond]
    yield from (_breach(match, use, paths) for use, paths in held if paths)
    if only is not None and not any(paths for _, paths in held):
        yield from _within(match, allowed[0].category.key, only, value)


def _within(match: Match, category: str, schema: Mapping[str, object], value: str) -> Iterator[Outcome]:
    try:
        place = broken_keyword(schema, value)
    except SchemaUnusableError as error:
        yield Unevaluated(str(error))
        return
    if place is not None:
        yield breach(
            match,
            f"holds what its use '{category}' does not allow, the only one that may be kept there now",
            expected=f"a value that the value.json of that use accepts ({place})",
            fix="write the rest after its category is granted, or under another key",
            key=category,
        )


def _breach(match: Match, use: Use, held: list[tuple[str, ...]]) -> Outcome:
    category = use.category.key
    reason, until = f"{category} is not granted", f"after {category} is granted"
    if not use.enabled:
        reason, until = "its feature is switched off", "with the feature alone"
    return breach(
        match,
        f"holds {listed('.'.join(path) for path in held)}, which only its use '{category}' allows",
        expected=f"a value without that part while {reason}",
        fix=f"write that part {until}, or under another key",
        key=category,
    )


def _declares(use: Use) -> bool:
    return use.value is not None and use.value.json is not None


def _paths(use: Use) -> _Paths:
    return frozenset(declared_paths(use.value.json)) if use.value is not None else frozenset()


RULE = Rule(
    "CON009",
    "value-beyond-consent",
    Severity.ERROR,
    "ePrivacy Directive Art. 5(3): consent is given for a purpose.",
    observation=check,
    concerns=lambda item: item is not None and len(item.uses) > 1,
    module=__name__,
)
