r"""# CAT002 unreachable-entry

## What it checks

An entry that can never be the one that declares something:

- every name that it matches is matched by another entry that goes first (a more specific name, or an equal one that
  is narrowed less far than this one's hosts, partition and writer reach);
- its name has a prefix that browsers enforce and its own `attributes` contradict it (`__Host-` with a `domain`), or
  it asks for `sameSite: None` or `partitioned: true` together with `secure: false`: no browser stores such a cookie.

Coverage by several entries together is not looked for, and a comparison that would grow too large is given up: this
rule misses rather than invents.

## Why

What can never be observed is a mistake or a leftover. It stays unobserved for ever in the coverage of the catalogue,
and its retention and consent rule protect nothing.

## Example

```yaml
items:
  - {name: "visit_*", kind: cookie, category: analytics, retention: 1 day, purpose: {en: Counts visits.}}
  - {regex: "visit_[0-9]+", kind: cookie, category: necessary, retention: session, purpose: {en: The basket.}}
```

```
CAT002 unreachable-entry: cookie 'visit_[0-9]+' never wins: cookie 'visit_*' goes first for all its names
```

## Fix

Remove the entry, or make its name more specific than the one that hides it.

## References

The catalogue format, "Names"; RFC 6265bis, 4.1.3 (cookie name prefixes) and 5.7 (the storage model); CHIPS
(Partitioned).
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.catalogue.comparison import possible_covers
from policycheck.catalogue.entries import Catalogue, Item
from policycheck.catalogue.names import covers
from policycheck.model.finding import Breach, Severity
from policycheck.model.storage import StorageKind
from policycheck.rules.rule import Outcome, Rule


def check(catalogue: Catalogue) -> Iterator[tuple[str, Outcome]]:
    """Yield one breach for each entry that is hidden or impossible."""
    hidden: set[int] = set()
    for wide, narrow in possible_covers(catalogue.items):
        if id(narrow) in hidden:
            continue
        if covers(wide.pattern, narrow.pattern):
            hidden.add(id(narrow))
            yield narrow.key, _hidden_behind(wide, narrow)
    for item in catalogue.items:
        if item.kind is StorageKind.COOKIE and (reason := _impossible(item)) is not None:
            yield item.key, _refused(item, reason)


def _impossible(item: Item) -> str | None:
    demands, name = item.attributes, item.name.lower()
    if demands.secure is False:
        if name.startswith(("__host-", "__secure-", "__http-")):
            return "its prefix needs Secure, and the entry asks for secure: false"
        if demands.same_site == "None":
            return "SameSite=None needs Secure, and the entry asks for secure: false"
        if demands.partitioned:
            return "Partitioned needs Secure, and the entry asks for secure: false"
    if name.startswith("__host-"):
        if demands.domain is not None or demands.host_only is False:
            return "__Host- allows no Domain, and the entry asks for one"
        if demands.path not in {None, "/"}:
            return f"__Host- needs Path=/, and the entry asks for {demands.path}"
    if name.startswith(("__http-", "__host-http-")) and demands.http_only is False:
        return "its prefix needs HttpOnly, and the entry asks for httpOnly: false"
    return None


def _hidden_behind(wide: Item, narrow: Item) -> Breach:
    return Breach(
        f"{narrow.kind.value} {narrow.name!r} never wins: {wide.kind.value} {wide.name!r} goes first for all its names",
        expected="an entry that wins for some name",
        actual=f"{wide.name!r} at {wide.location} matches all that it matches",
        fix="remove the entry, or make its name more specific than the one that hides it",
        location=narrow.location,
        key=wide.key,
    )


def _refused(item: Item, reason: str) -> Breach:
    return Breach(
        f"cookie {item.name!r} cannot exist: {reason}",
        expected="attributes with which browsers store the cookie",
        actual=reason,
        fix="correct the attributes or the name",
        location=item.location,
        key="attributes",
    )


RULE = Rule(
    code="CAT002",
    name="unreachable-entry",
    severity=Severity.WARNING,
    why="an entry that can never declare anything protects nothing",
    catalogue=check,
    module=__name__,
)
