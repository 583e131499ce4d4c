"""The browser's own cookies against those that were seen being set: what nobody saw coming, and what is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from policycheck.jar.cookie import StoredCookie
from policycheck.jar.erasing import erased_cookie
from policycheck.model.cookie import SetCookie
from policycheck.model.lifetime import SESSION, Lifetime
from policycheck.model.observation import Observation, Source
from policycheck.model.storage import SetBy, StorageKind
from policycheck.recording import Recorder

FOUND = "found on the device; who wrote it was not seen"
GONE = "gone from the device; who deleted it was not seen"


def merge_cookies(recorder: Recorder, found: Sequence[StoredCookie], adapter: str, now: float) -> None:
    """Bring the jar of ``recorder`` in line with ``found``, and record what differs.

    ``now`` is epoch seconds by the device's clock. A lifetime is compared by nobody here: the jar cuts it, and what was
    declared is in the header. A cookie that nobody saw being set is recorded with the lifetime that is left of it.
    """
    known = {cookie.key: cookie for cookie in recorder.jar}
    there = {cookie.key: cookie for cookie in found}
    for key, cookie in known.items():
        if key not in there:
            recorder.jar.forget(key)
            gone = erased_cookie(cookie)
            recorder.write(_placed(gone, cookie, Source(adapter, manner=GONE), now))
    for key, cookie in there.items():
        before = known.get(key)
        if before is not None and before.value == cookie.value:
            continue
        recorder.jar.adopt(cookie)
        recorder.write(_found(cookie, adapter, now))


def _found(cookie: StoredCookie, adapter: str, now: float) -> Observation:
    left = None if cookie.expiry_time is None else max(cookie.expiry_time - now, 0.0)
    said = SetCookie(
        name=cookie.name,
        value=cookie.value,
        expires=cookie.expiry_time,
        domain=None if cookie.host_only else cookie.domain,
        path=cookie.path,
        secure=cookie.secure,
        http_only=cookie.http_only,
        same_site=cookie.same_site,
        partitioned=cookie.partition_key is not None,
    )
    entry = Observation(
        kind=StorageKind.COOKIE,
        name=cookie.name,
        value=cookie.value,
        value_length=len(cookie.value.encode("utf-8", "surrogatepass")),
        set_cookie=said,
        lifetime=SESSION if left is None else Lifetime(left),
        domain=cookie.domain,
        path=cookie.path,
        partition_key=cookie.partition_key,
        # A script cannot set HttpOnly; of the others nobody knows.
        set_by=SetBy.SERVER if cookie.http_only else SetBy.SCRIPT,
    )
    return _placed(entry, cookie, Source(adapter, manner=FOUND), now)


def _placed(entry: Observation, cookie: StoredCookie, source: Source, now: float) -> Observation:
    return replace(entry, source=source, host=cookie.domain, time=now)
