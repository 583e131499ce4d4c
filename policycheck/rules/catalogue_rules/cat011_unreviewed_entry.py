r"""# CAT011 unreviewed-entry

## What it checks

An entry that was recorded or suggested and still has its field `draft`, and an entry without that field whose purpose
still says `TODO`.

## Why

A draft says what was seen, or what others say of a name. Whether it is necessary, what it is for and how long it may
stay is for a person to decide. Until then the entry declares nothing: whatever matches it is reported (INV001).

## Example

```yaml
items:
  - name: basket
    draft: true
    kind: cookie
    category: TODO
    retention: session
```

```
CAT011 unreviewed-entry: cookie 'basket' is a draft that nobody has reviewed; TODO: category
```

## Fix

Read the entry, decide what says TODO, correct what is wrong, and remove the line `draft`.

## References

The catalogue format, "Drafts"; docs/how-to/adopt-in-a-project.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.catalogue.entries import Catalogue
from policycheck.model.finding import Breach, Severity
from policycheck.rules.rule import Rule

_FIX = "decide what says TODO, correct what is wrong, then remove the field draft"


def check(catalogue: Catalogue) -> Iterator[tuple[str, Breach]]:
    """Yield one breach for each draft, and for each other entry with a purpose that still says TODO."""
    for draft in catalogue.drafts:
        left = f"; TODO: {', '.join(draft.missing)}" if draft.missing else ""
        message = f"{draft.kind.value} {draft.name!r} is a draft that nobody has reviewed{left}"
        yield (
            draft.key,
            Breach(message, expected="an entry that a person has reviewed", fix=_FIX, location=draft.location),
        )
    for item in catalogue.items:
        if item.undecided:
            message = f"{item.kind.value} {item.name!r} is no draft any more, and its purpose still says TODO"
            yield (
                item.key,
                Breach(message, expected="a purpose in words", fix="say what it is for", location=item.location),
            )


RULE = Rule(
    code="CAT011",
    name="unreviewed-entry",
    severity=Severity.ERROR,
    why="what a visitor is told, a person has to answer for: ePrivacy Directive Art. 5(3), GDPR Art. 5(2).",
    catalogue=check,
    module=__name__,
)
