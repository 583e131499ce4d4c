"""# RET005 lifetime-cut-by-browser

## What it checks
A lifetime that some browsers cut: a cookie that is to stay for more than 400 days; and what a script writes to stay
for more than seven days, cookie or web storage, which Safari deletes after seven days of use without a visit to the
site.

## Why
The catalogue declares what the site asks for; a visitor may see less. It matters for what must last, such as the
record of the visitor's choice: where Safari forgets it, the banner asks again.

## Example
`Set-Cookie: _ga=...; Max-Age=63072000` is kept for 400 days by Chromium and Firefox.

## Fix
Ask for 400 days at most. Let the server set what must outlive a week in Safari.

## Options
None. It is a note and fails nothing by default.

## References
- RFC 6265bis, 5.5: user agents reduce lifetimes to at most 400 days
- WebKit, Intelligent Tracking Prevention (read in secondary sources): https://webkit.org/blog/8613/
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity
from policycheck.model.lifetime import DAY
from policycheck.model.storage import SetBy, StorageKind
from policycheck.rules.lifetimes import lifetime_of
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach

CAP = 400 * DAY
"""RFC 6265bis, 5.5: the longest lifetime that a user agent should grant."""
SAFARI_SCRIPT_CAP = 7 * DAY
"""WebKit: how long script-written storage outlasts the last visit."""


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a note for each of the two limits that the lifetime exceeds."""
    lifetime = lifetime_of(match.observation)
    if match.item is None or lifetime is None or lifetime.session:
        return
    seconds = float("inf") if lifetime.seconds is None else lifetime.seconds
    if match.observation.kind is StorageKind.COOKIE and seconds > CAP:
        yield breach(
            match,
            "asks for more than 400 days, which browsers cut to 400 days",
            expected="a lifetime of at most 400 days",
            fix="ask for 400 days at most",
            key="400 days",
        )
    if match.observation.set_by is SetBy.SCRIPT and seconds > SAFARI_SCRIPT_CAP:
        yield breach(
            match,
            "is written by a script to stay for more than 7 days, which Safari cuts to 7 days without a visit",
            expected="at most 7 days for what a script writes",
            fix="let the server set it in a header where it must last",
            key="7 days",
        )


RULE = Rule(
    "RET005",
    "lifetime-cut-by-browser",
    Severity.NOTE,
    "RFC 6265bis, 5.5; WebKit's tracking prevention.",
    observation=check,
    module=__name__,
)
