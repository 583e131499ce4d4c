"""What a device loses by the Clear-Site-Data header of a response (W3C, Clear Site Data, 3.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from policycheck.jar.cookie import StoredCookie
from policycheck.model.cookie import SetCookie
from policycheck.model.observation import Observation
from policycheck.model.storage import Operation, SetBy, StorageKind


def said_again(cookie: StoredCookie) -> SetCookie:
    """What a header would say to store ``cookie`` as it is."""
    return SetCookie(
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


def erased_cookie(cookie: StoredCookie) -> Observation:
    """The deletion of ``cookie``, as if a header of its own had made it: same place, same attributes, no value."""
    return Observation(
        kind=StorageKind.COOKIE,
        name=cookie.name,
        operation=Operation.DELETE,
        set_cookie=replace(said_again(cookie), value="", expires=None, max_age=0),
        domain=cookie.domain,
        path=cookie.path,
        partition_key=cookie.partition_key,
    )


def erased_storage(entry: Observation) -> Observation:
    """The deletion of an ``entry`` of web storage by a server."""
    return replace(
        entry,
        operation=Operation.DELETE,
        value=None,
        value_length=None,
        detected=None,
        lifetime=None,
        set_by=SetBy.SERVER,
    )


def web_storage(observations: Iterable[Observation]) -> list[Observation]:
    """The entries of web storage that lie there after ``observations``: the last one that stored each."""
    lying: dict[tuple[object, ...], Observation] = {}
    for seen in observations:
        if seen.kind is StorageKind.COOKIE or seen.operation is Operation.ACCESS or seen.rejection is not None:
            continue
        place = (seen.kind, seen.name, seen.host, seen.path, seen.store, seen.partition_key)
        lying.pop(place, None)
        if seen.operation is Operation.STORE:
            lying[place] = seen
    return list(lying.values())
