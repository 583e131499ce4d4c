"""Why browsers refuse a cookie, sorted by the rule that reports it: each refusal has one."""

from __future__ import annotations

from collections.abc import Mapping

from policycheck.jar.outcome import RejectReason

PREFIX_REASONS = frozenset(
    {
        RejectReason.SECURE_PREFIX.value,
        RejectReason.HOST_PREFIX.value,
        RejectReason.HTTP_PREFIX.value,
        RejectReason.HOST_HTTP_PREFIX.value,
        RejectReason.PREFIX_IN_VALUE.value,
    }
)
"""Reported as ATT004; every other reason as ATT006."""

_FIXES: Mapping[str, str] = {
    RejectReason.CONTROL_CHARACTER: "encode the value, so that it holds no control character",
    RejectReason.EMPTY: "give the cookie a name",
    RejectReason.OVERSIZED: "store less in it: name and value together are limited to 4,096 bytes",
    RejectReason.NON_ASCII_DOMAIN: "write the domain in its ASCII form (xn--...)",
    RejectReason.PUBLIC_SUFFIX: "name your own domain in Domain, or leave the attribute out",
    RejectReason.FOREIGN_DOMAIN: "name the host that answers, or a domain above it, in Domain; or leave it out",
    RejectReason.SECURE_OVER_HTTP: "answer over https; in a test, give the client an https URL",
    RejectReason.HTTP_ONLY_FROM_SCRIPT: "set it in a header, or without HttpOnly",
    RejectReason.OVERLAYS_SECURE: "set it over https, or under another name",
    RejectReason.CROSS_SITE: "set it with SameSite=None and Secure where another site's page must carry it",
    RejectReason.NONE_WITHOUT_SECURE: "set Secure beside SameSite=None",
    RejectReason.PARTITIONED_WITHOUT_SECURE: "set Secure beside Partitioned",
    RejectReason.OVERWRITES_HTTP_ONLY: "leave the cookie to the server, or use another name",
}


def fix_for(reason: str) -> str:
    """What to change in the header, by the reason of a refusal; a general word for a reason that is not known here."""
    return _FIXES.get(reason, "send a header that browsers accept")
