"""# VAL001 value-breaks-schema

## What it checks
The entry says what its value is, as a JSON Schema (`value.json`) or as a pattern (`value.pattern`), and the stored
value is something else. The value may be JSON as it is, URL-encoded, or in base64. The finding names the place in
the schema, never the value.

## Why
A value that grows beyond what was declared is how a harmless entry comes to carry what nobody agreed to.

## Example
Declared is `value: {pattern: "[0-9a-f]{32}"}`, and the cookie holds forty characters.

## Fix
Store what is declared, or declare what is stored.

## Options
A schema refers to itself alone; nothing is fetched. A value of more than 200,000 characters is reported as not
evaluated.

## References
- JSON Schema 2020-12
- GDPR Art. 5(1)(c): data minimisation
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policycheck.matching import Match
from policycheck.model.finding import Severity, Unevaluated
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.value.readings import MAX_CHARACTERS
from policycheck.rules.value.schema import SchemaUnusableError, broken_keyword
from policycheck.rules.wording import breach


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach when the value does not satisfy the schema, and one when it does not match the pattern."""
    declared = match.item.value if match.item else None
    if declared is None or (declared.json is None and declared.pattern is None):
        return
    value = match.observation.value
    if value is None:
        yield Unevaluated("the evidence does not hold the value")
    elif len(value) > MAX_CHARACTERS:
        yield Unevaluated(f"the value has more than {MAX_CHARACTERS} characters")
    else:
        if declared.pattern is not None and not declared.pattern.matches(value):
            yield breach(
                match,
                "has a value that its declared pattern does not match",
                expected=f"a value that matches {declared.pattern.text}",
                fix="store what is declared, or declare what is stored",
                key="pattern",
            )
        if declared.json is not None:
            yield from _against_schema(match, declared.json, value)


def _against_schema(match: Match, schema: Mapping[str, object], value: str) -> Iterator[Outcome]:
    try:
        place = broken_keyword(schema, value)
    except SchemaUnusableError as error:
        yield Unevaluated(str(error))
        return
    if place is not None:
        yield breach(
            match,
            f"has a value that breaks its declared schema at {place}",
            expected=f"a value that value.json accepts ({place})",
            fix="store what is declared, or declare what is stored",
            key="json",
        )


RULE = Rule(
    "VAL001",
    "value-breaks-schema",
    Severity.ERROR,
    "The value is what the catalogue says; GDPR Art. 5(1)(c).",
    observation=check,
    concerns=lambda item: item is not None and (item.value.json is not None or item.value.pattern is not None),
    module=__name__,
)
