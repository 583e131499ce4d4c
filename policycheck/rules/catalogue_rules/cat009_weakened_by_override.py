r"""# CAT009 weakened-by-override

## What it checks

A later file that says something anew and thereby allows what an extended file forbade. For an item: a longer
retention, `refresh: true` where it was false, a demand on attributes, party or value dropped or loosened,
`mustNotContain` dropped, a category that needs consent replaced by one that does not, an exemption added, a feature's
restriction dropped, `sensitive` or `remembersChoice` dropped. For a category: consent no longer required, an exemption
added. For a provider: `mustNotContain` dropped. For a placeholder: its pattern dropped, or one that matches more. For
`consent`: a longer `validity`, a longer `grace`, or a `grace` where the extended file's terms have none.

An item that says `override: true` with a `reason` was changed on purpose: that is shown as a note with the reason.
Items are replaced as a whole, so a demand that the later entry does not repeat is dropped.

## Why

A company's file holds what all its sites must keep. Where a site takes an entry over and changes it, nobody reads the
difference again, unless it is shown.

## Example

```yaml
# company.yaml:  {name: basket, kind: cookie, retention: session, attributes: {secure: true}, ...}
extends: [./company.yaml]
items:
  - {name: basket, kind: cookie, category: necessary, retention: 30 days, purpose: {en: What you chose so far.}}
```

```
CAT009 weakened-by-override: cookie:basket: retention is '30 days', was 'session' at company.yaml:8
CAT009 weakened-by-override: cookie:basket: attributes.secure is not asked for, was 'true' at company.yaml:8
```

## Fix

Keep what the extended file asks, or write `override: true` and a `reason` on the item. For a category, a provider or
a placeholder, change the extended file, put the files into another order, or waive the finding.

## References

The catalogue format, `extends` and `override`.
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.catalogue.entries import Catalogue, Override
from policycheck.model.finding import Breach, Severity
from policycheck.model.storage import StorageKind
from policycheck.rules.rule import Rule

_KINDS = frozenset({*StorageKind, "web"})
_FIX_OF_ITEM = "keep what the extended file asks, or write override: true and a reason on the item"
_FIX_OF_OTHERS = "keep what the extended file asks, change that file, or waive this finding with the reason"


def check(catalogue: Catalogue) -> Iterator[tuple[str, Breach]]:
    """Yield one breach for each weakened field."""
    for override in catalogue.overrides:
        if override.weakens:
            yield override.subject, _breach(override)


def _breach(override: Override) -> Breach:
    now = f"is {override.new!r}" if override.new else "is not asked for"
    before = f"was {override.old!r}" if override.old else "was absent"
    reason = f" (on purpose: {override.reason})" if override.reason else ""
    return Breach(
        f"{override.subject}: {override.what} {now}, {before} at {override.old_location}{reason}",
        expected=f"{override.what}: {override.old}" if override.old else f"no {override.what}",
        actual=f"{override.what}: {override.new}" if override.new else f"no {override.what}",
        fix=_FIX_OF_ITEM if override.subject.partition(":")[0] in _KINDS else _FIX_OF_OTHERS,
        severity=Severity.NOTE if override.reason else None,
        location=override.new_location,
        key=override.what,
    )


RULE = Rule(
    code="CAT009",
    name="weakened-by-override",
    severity=Severity.ERROR,
    why="what an extended file forbids is allowed here, and nobody said so on purpose",
    catalogue=check,
    module=__name__,
)
