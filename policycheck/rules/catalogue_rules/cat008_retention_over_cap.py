r"""# CAT008 retention-over-cap

## What it checks

A cookie whose declared retention is longer than 400 days. Web storage has no such cap and is not looked at.

## Why

Browsers cut the lifetime of a cookie to 400 days (Chromium since version 104, Firefox too), so the page tells
visitors something that does not happen, and a maximum that regulators ask about. It is a warning: vendors publish
such figures, and browsers without the cap (WebKitGTK) do keep the cookie that long.

## Example

```yaml
items:
  - {name: _ga, kind: cookie, category: analytics, retention: 2 years, purpose: {en: Counts visits.}}
```

```
CAT008 retention-over-cap: cookie '_ga' may stay 2 years, browsers keep it for 400 days
```

## Fix

Have the cookie set for less (most vendors have a setting for it: `cookie_expires` for `_ga`) and declare that.

## References

RFC 6265bis, 5.6.1 and 5.6.2 (the limit of 400 days).
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.catalogue.entries import Catalogue
from policycheck.model.finding import Breach, Severity
from policycheck.model.lifetime import DAY
from policycheck.model.storage import StorageKind
from policycheck.rules.rule import Rule

_CAP_DAYS = 400


def check(catalogue: Catalogue) -> Iterator[tuple[str, Breach]]:
    """Yield one breach for each cookie that may stay longer than browsers keep it."""
    for item in catalogue.items:
        longest = item.retention.max_seconds
        if item.kind is StorageKind.COOKIE and longest is not None and longest > _CAP_DAYS * DAY:
            yield (
                item.key,
                Breach(
                    f"cookie {item.name!r} may stay {item.retention}, browsers keep it for {_CAP_DAYS} days",
                    expected=f"at most {_CAP_DAYS} days",
                    actual=f"retention: {item.retention}",
                    fix="have it set for less, and declare that",
                    location=item.location,
                ),
            )


RULE = Rule(
    code="CAT008",
    name="retention-over-cap",
    severity=Severity.WARNING,
    why="RFC 6265bis, 5.6: user agents limit the lifetime of a cookie to 400 days",
    catalogue=check,
    module=__name__,
)
