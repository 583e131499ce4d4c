"""How long an observed entry stays, as far as the evidence says: shared by the rules of retention."""

from __future__ import annotations

from policycheck.model.cookie import AnomalyKind, SetCookie
from policycheck.model.lifetime import PERSISTENT, SESSION, Lifetime
from policycheck.model.observation import Observation
from policycheck.model.storage import StorageKind

UNKNOWN_LIFETIME = "the evidence does not say how long it stays; give the header that set it"

_BROKEN = frozenset({AnomalyKind.BAD_MAX_AGE, AnomalyKind.BAD_EXPIRES})
_LIFETIME_ATTRIBUTES = ("Max-Age:", "Expires:")


def lifetime_of(observation: Observation) -> Lifetime | None:
    """What was declared for the device; for web storage what its kind implies; None when nothing says it."""
    if observation.lifetime is not None or observation.kind is StorageKind.COOKIE:
        return observation.lifetime
    return SESSION if observation.kind is StorageKind.SESSION_STORAGE else PERSISTENT


def lost_lifetime(cookie: SetCookie) -> tuple[str, ...]:
    """The attributes for which a cookie that says how long it stays becomes a session cookie: browsers ignore them.

    Empty when the cookie says nothing, or when another attribute still counts.
    """
    if not cookie.session:
        return ()
    return tuple(
        anomaly.detail
        for anomaly in cookie.anomalies
        if anomaly.kind in _BROKEN
        or (anomaly.kind is AnomalyKind.OVERSIZED_ATTRIBUTE and anomaly.detail.startswith(_LIFETIME_ATTRIBUTES))
    )
