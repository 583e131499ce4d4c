"""# CON007 gpc-ignored

## What it checks
The browser sent `Sec-GPC: 1`, the profile of the jurisdiction ties the category to it, and something of that category
was stored although the visitor had not agreed to it explicitly. An item with several uses may still be stored when
another of its uses is allowed.

## Why
Global Privacy Control is an objection in advance. Several US states oblige sites to honour it as an opt-out from sale
and sharing. Elsewhere it is no legal act: its specification says that it is not meant to withdraw the consent that the
ePrivacy Directive asks for. So it counts only where a profile says so.

## Example
Under a profile that ties `marketing` to the signal, `GET /` with `Sec-GPC: 1` answers with `Set-Cookie: _fbp=...`.

## Fix
Read `Sec-GPC` on the server and `navigator.globalPrivacyControl` in scripts, and treat it as a refusal of the
category until the visitor grants it.

## Options
An explicit grant wins over the signal. What the visitor refused or withdrew is the matter of CON002 and CON004, with
the signal or without it. The profile of the project says for which categories the signal counts. Where a profile that
asks for no consent otherwise does not know it from the law itself (confidence B or C), the rule warns.

## References
- Global Privacy Control, W3C: sections on the header and on legal effects
- California Code of Regulations, title 11, section 7025
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity
from policycheck.model.profile import Confidence, ConsentModel, Profile
from policycheck.rules.permission import Cause, asks_consent, blocked_by
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.wording import breach, listed


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach when no use is allowed, and Global Privacy Control refuses a category."""
    profile = context.profile
    found = blocked_by(Cause.GPC, match, context)
    if found is None or profile is None or profile.gpc is None:
        return
    categories = listed(found.categories, "or")
    yield breach(
        match,
        f"({', '.join(found.categories)}) was stored although the browser sends Sec-GPC: 1",
        expected=f"no {categories} storage unless the visitor agreed to it: {profile.gpc.citation}, "
        f"confidence {profile.gpc.confidence.value}",
        fix=f"treat the signal as a refusal of {listed(found.categories, 'and')}, on the server too",
        severity=_severity(profile, profile.gpc.confidence),
        law=found.law,
    )


def _severity(profile: Profile, confidence: Confidence) -> Severity | None:
    """A warning where nothing but the signal forbids it, and the profile has that from hearsay."""
    sure = confidence is Confidence.A or profile.model is ConsentModel.OPT_IN
    return None if sure else Severity.WARNING


RULE = Rule(
    "CON007",
    "gpc-ignored",
    Severity.ERROR,
    "Where the law says so, Sec-GPC is an objection.",
    observation=check,
    concerns=asks_consent,
    module=__name__,
)
