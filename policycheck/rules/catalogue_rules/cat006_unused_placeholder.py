r"""# CAT006 unused-placeholder

## What it checks

A placeholder that is declared and used in no name. A binding for a placeholder that nobody declares is a problem of
loading, not this rule's.

## Why

Most often the name was meant to use it and spells it otherwise, as literal text without the angle brackets: the entry
then matches one name that never occurs, and what really occurs is undeclared.

## Example

```yaml
placeholders:
  STREAM: {pattern: "[A-Z0-9]+"}
items:
  - {name: _ga_STREAM, kind: cookie, category: analytics, retention: 13 months, purpose: {en: Counts visits.}}
```

```
CAT006 unused-placeholder: placeholder <STREAM> is used in no name
```

## Fix

Write `<STREAM>` in the name, or remove the placeholder.

## References

The catalogue format, "Names".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policycheck.catalogue.entries import Catalogue, Draft, Item
from policycheck.model.finding import Breach, Severity
from policycheck.rules.rule import Rule

_USED = re.compile(r"\\.|<([^>]*)>", re.DOTALL)


def check(catalogue: Catalogue) -> Iterator[tuple[str, Breach]]:
    """Yield one breach for each placeholder that stands in no template, bound or not."""
    named: tuple[Item | Draft, ...] = (*catalogue.items, *catalogue.drafts)
    used = {found[1] for one in named if not one.pattern.is_regex for found in _USED.finditer(one.name)}
    for name in catalogue.placeholders:
        if name not in used:
            yield (
                f"placeholder:{name}",
                Breach(
                    f"placeholder <{name}> is used in no name",
                    expected=f"a name with <{name}> in it",
                    fix=f"write <{name}> in the name that varies, or remove the placeholder",
                    location=catalogue.placeholder_locations.get(name),
                ),
            )


RULE = Rule(
    code="CAT006",
    name="unused-placeholder",
    severity=Severity.WARNING,
    why="a name that spells its placeholder otherwise matches nothing that occurs",
    catalogue=check,
    module=__name__,
)
