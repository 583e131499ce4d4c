"""Web storage that somebody says was written: by a test, or by a driver, where no script runs."""

from __future__ import annotations

from policycheck.errors import UsageError
from policycheck.model.lifetime import PERSISTENT, SESSION
from policycheck.model.observation import Observation, Source
from policycheck.model.storage import Operation, SetBy, StorageKind

_WEB_STORAGE = tuple(kind for kind in StorageKind if kind not in {StorageKind.COOKIE, StorageKind.WEB})


def storage_write(
    kind: str,
    name: str,
    value: str | None,
    operation: str,
    *,
    said_by: str,
    host: str | None,
    time: float,
    for_cookies: str = "",
) -> Observation:
    """What is observed of a write to web storage. ``said_by`` names the call that says so, ``time`` is epoch seconds.

    ``for_cookies`` is added to the message for whoever meant a cookie. Raises :class:`policycheck.errors.UsageError`
    for a kind that is no web storage, and for an unknown operation.
    """
    __tracebackhide__ = True  # a mistake in the call is shown where the call stands
    if kind not in _WEB_STORAGE:
        also = for_cookies if kind == StorageKind.COOKIE else ""
        raise UsageError(f"{kind!r} is no kind of web storage; there are {', '.join(_WEB_STORAGE)}{also}")
    if operation not in tuple(Operation):
        raise UsageError(f"{operation!r} is no operation; there are {', '.join(Operation)}")
    return Observation(
        kind=StorageKind(kind),
        name=name,
        operation=Operation(operation),
        source=Source(said_by),
        value=value,
        value_length=None if value is None else len(value.encode("utf-8", "surrogatepass")),
        lifetime=SESSION if kind == StorageKind.SESSION_STORAGE else PERSISTENT,
        host=host,
        set_by=SetBy.SCRIPT,
        time=time,
    )
