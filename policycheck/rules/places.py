"""Where an entry lies, in words: shared by the rules that look at a device over time."""

from __future__ import annotations

from collections.abc import Iterable

from policycheck.consent.steps import Place
from policycheck.model.storage import StorageKind
from policycheck.rules.wording import printable


def describe_place(place: Place) -> str:
    """``.shop.example/account``: the domain of a cookie, with a dot when hosts below it are covered, and its path."""
    kind, _, where, path, partition = place
    host = printable(where) if where else "a host that nobody knows"
    text = f"{host}{printable(path or '')}" if kind is StorageKind.COOKIE else host
    return text if partition is None else f"{text} within {printable(partition)}"


def namesakes(place: Place, *devices: Iterable[Place]) -> int:
    """At how many places of ``devices`` the name of ``place`` lies, itself included."""
    return len({place, *(other for device in devices for other in device if other[:2] == place[:2])})
