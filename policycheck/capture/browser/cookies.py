"""The browser's own cookies against those that were seen being set: what nobody saw coming, and what is gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from policycheck.capture.browser.events import Snapshot
from policycheck.capture.browser.moved import cookies_at
from policycheck.errors import UsageError
from policycheck.jar.cookie import StoredCookie
from policycheck.jar.erasing import erased_cookie, said_again
from policycheck.model.lifetime import SESSION, Lifetime
from policycheck.model.observation import Observation, Source
from policycheck.model.storage import SetBy, StorageKind
from policycheck.recording import Recorder
from policycheck.wire.url import request_target

FOUND = "found on the device; who wrote it was not seen"
GONE = "gone from the device; who deleted it was not seen"


def merge_cookies(recorder: Recorder, snapshot: Snapshot, adapter: str, now: float) -> None:
    """Bring the jar of ``recorder`` in line with the cookies of ``snapshot``, and record what differs.

    ``now`` is epoch seconds by the device's clock. A lifetime is compared by nobody here: the jar cuts it, and what was
    declared is in the header. A cookie that nobody saw being set is recorded with the lifetime that is left of it.
    """
    if snapshot.cookies is None:
        return
    known = {cookie.key: cookie for cookie in recorder.jar if _shown(cookie, snapshot.cookies_at)}
    cookies = cookies_at(snapshot.cookies, now)
    found = cookies if snapshot.partitions else _parted(cookies, known.values())
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


def _shown(cookie: StoredCookie, url: str | None) -> bool:
    """Whether a browser that shows the cookies of the document at ``url`` shows this one."""
    if url is None:
        return True
    try:
        target = request_target(url)
    except UsageError:
        return False
    below = not cookie.host_only and target.host.endswith(f".{cookie.domain}")
    path = cookie.path if cookie.path.endswith("/") else f"{cookie.path}/"
    return (below or target.host == cookie.domain) and f"{target.path}/".startswith(path)


def _parted(found: Iterable[StoredCookie], known: Iterable[StoredCookie]) -> list[StoredCookie]:
    """The cookies in the partitions in which they were seen being set, which the browser does not tell."""
    partitions = {(cookie.name, cookie.domain, cookie.path): cookie.partition_key for cookie in known}
    return [
        replace(cookie, partition_key=partitions.get((cookie.name, cookie.domain, cookie.path))) for cookie in found
    ]


def _found(cookie: StoredCookie, adapter: str, now: float) -> Observation:
    left = None if cookie.expiry_time is None else max(cookie.expiry_time - now, 0.0)
    entry = Observation(
        kind=StorageKind.COOKIE,
        name=cookie.name,
        value=cookie.value,
        value_length=len(cookie.value.encode("utf-8", "surrogatepass")),
        set_cookie=said_again(cookie),
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
