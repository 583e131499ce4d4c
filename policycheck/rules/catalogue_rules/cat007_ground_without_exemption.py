r"""# CAT007 ground-without-exemption

## What it checks

A category that needs no consent (`consent: notRequired`), names no `exemption`, and holds items that name none
either. Above all the case that the only ground given is `legalBasis: legitimateInterests`.

## Why

Two laws ask two questions. The ePrivacy Directive, Art. 5(3), asks whether something may be stored on the device
without consent, and knows two exemptions: what communication needs, and what the visitor's requested service strictly
needs (national law adds some). The GDPR, Art. 6, asks on which ground personal data is processed. A legitimate
interest answers the second question and not the first. Vendors declare it all the same, and the format allows it, so
this is a note: it says that somebody has to decide, and who. No tool can.

## Example

```yaml
categories:
  functional: {title: {en: Functional}, consent: notRequired, legalBasis: legitimateInterests}
```

```
CAT007 ground-without-exemption: category 'functional' stores 7 items without consent on legitimate interests alone
```

## Fix

The controller (the site, not the vendor), with its data protection officer or counsel, decides: name the exemption on
the category or on each use, or ask for consent. Until then the note stays; waive it with the decision as its reason.

## References

ePrivacy Directive 2002/58/EC Art. 5(3); GDPR Art. 6(1)(f); Art. 29 Working Party, opinion 04/2012 (WP 194).
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.catalogue.entries import Catalogue, Category
from policycheck.model.finding import Breach, Severity
from policycheck.model.legal import ConsentNeed, LegalBasis
from policycheck.rules.rule import Rule


def check(catalogue: Catalogue) -> Iterator[tuple[str, Breach]]:
    """Yield one breach for each category whose items nothing exempts from consent."""
    for category in catalogue.categories.values():
        if category.consent is ConsentNeed.REQUIRED or category.exemption is not None:
            continue
        count = _without_exemption(catalogue, category.key)
        if count:
            yield f"category:{category.key}", _breach(category, count)


def _without_exemption(catalogue: Catalogue, key: str) -> int:
    return sum(any(use.category.key == key and use.exemption is None for use in item.uses) for item in catalogue.items)


def _breach(category: Category, count: int) -> Breach:
    items = "1 item" if count == 1 else f"{count} items"
    if category.legal_basis is LegalBasis.LEGITIMATE_INTERESTS:
        ground = "on legitimate interests alone"
    elif category.legal_basis is None:
        ground = "and names neither an exemption nor a legal basis"
    else:
        ground = f"and names no exemption, only the legal basis {category.legal_basis.value}"
    return Breach(
        f"category {category.key!r} stores {items} without consent {ground}",
        expected="an exemption (ePrivacy Directive Art. 5(3)), or consent",
        actual="consent: notRequired, no exemption",
        fix="the controller decides, with its data protection officer or counsel: name the exemption, or ask for "
        "consent; waive this note with the decision as its reason",
        location=category.location,
    )


RULE = Rule(
    code="CAT007",
    name="ground-without-exemption",
    severity=Severity.NOTE,
    why="ePrivacy Directive Art. 5(3): a ground of processing (GDPR Art. 6) is no exemption from consent to storing",
    catalogue=check,
    module=__name__,
)
