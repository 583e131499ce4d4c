"""# ATT007 malformed-header

## What it checks
A stored cookie's header holds something that browsers ignore or read otherwise than its author meant: an unknown or
repeated attribute, one of more than 1,024 bytes, a Max-Age that is no whole number beside an Expires that counts, a
bad SameSite, a Path that does not start with `/`, `Secure=false` (which is Secure), quotes around an attribute, no
name, bytes that are no text, or several cookies joined into one header.

## Why
What is ignored protects nothing and limits nothing. A joined header sets one cookie out of several, with the
attributes of all.

## Example
`Set-Cookie: a=1; Path=/, b=2; Path=/` or `Set-Cookie: a=1; SameSite=Relaxed`

## Fix
As the finding says. Let the framework write the header, one header for each cookie.

## Options
`Priority`, an attribute of Chromium's own, passes. Characters outside ASCII are a note: browsers accept them, and
proxies and servers often do not. A lifetime that is lost altogether is the matter of RET004.

## References
- RFC 6265bis, 5.6 (how browsers read) and 4.1.1 (what servers may send)
- RFC 9110, 5.3: Set-Cookie must not be joined
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.cookie import Anomaly, AnomalyKind
from policycheck.model.finding import Severity
from policycheck.rules.lifetimes import lost_lifetime
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach, detail_of

_WORDS = {
    AnomalyKind.NAMELESS: ("has no name", "write name=value"),
    AnomalyKind.OVERSIZED_ATTRIBUTE: ("has an attribute too long for browsers", "shorten it to 1,024 bytes"),
    AnomalyKind.UNKNOWN_ATTRIBUTE: ("has an attribute that browsers do not know", "leave it out, or spell it right"),
    AnomalyKind.REPEATED_ATTRIBUTE: ("has an attribute twice, of which the last counts", "send it once"),
    AnomalyKind.BAD_MAX_AGE: ("has a Max-Age that browsers ignore", "write it as digits alone"),
    AnomalyKind.BAD_EXPIRES: ("has an Expires that browsers ignore", "write it as an HTTP date"),
    AnomalyKind.BAD_SAME_SITE: ("has a SameSite that browsers ignore", "write Lax, Strict or None"),
    AnomalyKind.EMPTY_DOMAIN: ("has a Domain without a value, which is ignored", "leave it out"),
    AnomalyKind.RELATIVE_PATH: ("has a Path that browsers ignore", "start it with /"),
    AnomalyKind.VALUE_ON_FLAG: (
        "has a value on an attribute that takes none",
        "write the attribute alone, or leave it out",
    ),
    AnomalyKind.QUOTED_ATTRIBUTE: ("has quotes around an attribute, which belong to its value", "leave the quotes out"),
    AnomalyKind.UNDECODABLE: ("holds bytes that are no UTF-8", "encode the value"),
    AnomalyKind.NON_ASCII: ("holds characters outside ASCII", "encode the value"),
    AnomalyKind.FOLDED: ("looks like several cookies in one header", "send one header for each cookie"),
}
_NAMED = frozenset(
    {
        AnomalyKind.UNKNOWN_ATTRIBUTE,
        AnomalyKind.REPEATED_ATTRIBUTE,
        AnomalyKind.VALUE_ON_FLAG,
        AnomalyKind.QUOTED_ATTRIBUTE,
    }
)
"""Kinds whose detail is the name of an attribute, and the same in each run."""
_CHROMIUM_ONLY = "priority"


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach for each oddity that changes what browsers do, apart from those that other rules report."""
    cookie = match.observation.set_cookie
    if cookie is None or not cookie.anomalies:
        return
    reported_elsewhere = lost_lifetime(cookie)
    for anomaly in dict.fromkeys(cookie.anomalies):
        words = _WORDS.get(anomaly.kind)
        if words is None or anomaly.detail in reported_elsewhere or _passes(anomaly):
            continue
        fact, fix = words
        detail = detail_of(anomaly)
        yield breach(
            match,
            f"{fact}: {detail}" if detail else fact,
            expected="a header that every browser reads as it was meant",
            fix=fix,
            severity=Severity.NOTE if anomaly.kind is AnomalyKind.NON_ASCII else None,
            key=f"{anomaly.kind.value} {detail}" if anomaly.kind in _NAMED else anomaly.kind.value,
        )


def _passes(anomaly: Anomaly) -> bool:
    return anomaly.kind is AnomalyKind.UNKNOWN_ATTRIBUTE and anomaly.detail.lower() == _CHROMIUM_ONLY


RULE = Rule(
    "ATT007",
    "malformed-header",
    Severity.WARNING,
    "RFC 6265bis, 5.6: browsers read the header so, whatever was meant.",
    observation=check,
    module=__name__,
)
