"""# SHP001 foreign-name

## What it checks
The name of a cookie that the shop sets itself starts with `shop_`.

## Why
One look into a browser tells which cookies are ours.

## Example
`visits` is declared without a provider, so it is the shop's own, and should be `shop_visits`.

## Fix
Rename the cookie, or name the provider that sets it in the catalogue.
"""

from policycheck.model.finding import Breach, Severity
from policycheck.rules.rule import Rule

PREFIX = "shop_"


def check(match, context):
    """Yield a breach for a declared item of nobody else whose name does not start with the prefix."""
    if match.item is None or match.item.provider is not None:
        return
    if not match.observation.name.startswith(PREFIX):
        yield Breach(
            "does not have a name of the shop",
            expected=f"a name that starts with {PREFIX!r}",
            actual=match.observation.name,
            fix=f"rename it to {PREFIX + match.observation.name!r}, or name its provider in the catalogue",
        )


RULE = Rule("SHP001", "foreign-name", Severity.ERROR, "House style of the shop.", observation=check, module=__name__)
