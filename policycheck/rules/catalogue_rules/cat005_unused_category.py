r"""# CAT005 unused-category

## What it checks

A category that the catalogue itself declares and that no item uses, and no provider names for its hosts. Categories
that come built in, or with a pack or another file that the catalogue extends, are not reported: they are there to be
used by some sites and not by others.

## Why

The banner asks for consent to something that does not happen, or, more often, an item stands in the wrong category
because of a slip in its key.

## Example

```yaml
categories:
  personalisation: {title: {en: Personalisation}, consent: required, legalBasis: consent}
items:
  - {name: theme, kind: cookie, category: functional, retention: 1 year, purpose: {en: The colours that you chose.}}
```

```
CAT005 unused-category: category 'personalisation' is used by no item
```

## Fix

Remove the category, or give it the items that belong to it.

## References

GDPR Art. 7(2), recital 32: consent is asked for specific purposes.
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.catalogue.entries import Catalogue
from policycheck.model.finding import Breach, Severity
from policycheck.rules.rule import Rule


def check(catalogue: Catalogue) -> Iterator[tuple[str, Breach]]:
    """Yield one breach for each category of the catalogue's own file that no use and no provider names."""
    used = {use.category.key for item in catalogue.items for use in item.uses}
    used |= {category.key for provider in catalogue.providers.values() for category in provider.categories}
    for category in catalogue.categories.values():
        if category.key in used or category.location is None or category.location.file != catalogue.location:
            continue
        yield (
            f"category:{category.key}",
            Breach(
                f"category {category.key!r} is used by no item",
                expected="an item in each category that visitors choose about",
                fix="remove the category, or give it the items that belong to it",
                location=category.location,
            ),
        )


RULE = Rule(
    code="CAT005",
    name="unused-category",
    severity=Severity.WARNING,
    why="GDPR recital 32: consent is asked for specific purposes, not for purposes that do not occur",
    catalogue=check,
    module=__name__,
)
