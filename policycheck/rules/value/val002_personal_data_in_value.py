"""# VAL002 personal-data-in-value

## What it checks
A stored value holds an e-mail address, an IP address, a phone number in international form, or a JWT with a claim
that names a person: in plain text, URL-encoded, in base64 (compressed too), in JSON, or one inside the other. The
finding says the kind and the wrapping, and never shows the data.

## Why
Stored values travel with each request and lie on devices that people share; what identifies somebody does not
belong there. A provider that promises to store no addresses is held to it.

## Example
`Set-Cookie: user=alice%40example.com`: an e-mail address, URL-encoded.

## Fix
Store a random identifier and keep the data on the server. Where the data must be there, declare it with
`mayContain`.

## Options
`value.mayContain` of the entry, or of a use that is allowed, accepts a kind. `mustNotContain` of the entry, of its
uses and of its provider wins over it. Four numbers below ten, and what is called a version, are no IP address;
phone numbers without `+` are not looked for.

## References
- GDPR Art. 4(1), 5(1)(c) and 25: data minimisation, by design
- RFC 7519, 4: claims of a JWT
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.matching import Match
from policycheck.model.finding import Severity, Unevaluated
from policycheck.rules.permission import allows
from policycheck.rules.rule import Context, Outcome, Rule
from policycheck.rules.value.detection import Detected, Detection, detect
from policycheck.rules.wording import breach


def check(match: Match, context: Context) -> Iterator[Outcome]:
    """Yield a breach for each kind of personal data that the value holds and the entry does not accept."""
    observation = match.observation
    if observation.value is not None:
        found = detect(observation.value)
    elif observation.detected is not None:
        found = Detected(tuple(map(Detection.read, observation.detected)))
    else:
        yield Unevaluated("the evidence does not hold the value")
        return
    accepted, forbidden = _said(match, context) if found.detections else (frozenset[str](), frozenset[str]())
    for detection in found.detections:
        if detection.kind in accepted and detection.kind not in forbidden:
            continue
        promised, accept = ", which its entry or provider rules out", ""
        if detection.kind not in forbidden:
            promised, accept = "", f", or declare mayContain: [{detection.kind}]"
        yield breach(
            match,
            f"holds {detection.describe()}{promised}",
            expected=f"a value without {detection.noun}",
            fix="store a random identifier instead" + accept,
            key=detection.kind,
        )
    if not found.complete:
        yield Unevaluated("the value is too large or too deeply wrapped to be looked at whole")


def _said(match: Match, context: Context) -> tuple[set[str], set[str]]:
    """The kinds that the entry accepts under the present consent, and those that it or its provider forbids."""
    item = match.item
    if item is None:
        return set(), set()
    seen = match.observation
    allowed = (use.value for use in item.uses if use.value and allows(use, seen.consent, context, seen.time))
    rules = [item.value, *allowed]
    accepted = {kind for rule in rules for kind in rule.may_contain}
    forbidden = {kind for rule in rules for kind in rule.must_not_contain}
    return accepted, forbidden | set(item.provider.must_not_contain if item.provider else ())


RULE = Rule(
    "VAL002",
    "personal-data-in-value",
    Severity.ERROR,
    "GDPR Art. 5(1)(c) and 25: data minimisation.",
    observation=check,
    module=__name__,
)
