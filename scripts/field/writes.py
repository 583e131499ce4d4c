"""What a page was seen to store, folded into one entry for each name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from policycheck.model.cookie import SetCookie
from policycheck.model.lifetime import Lifetime, describe_seconds

ROUNDING = 3
"""Seconds by which an Expires may miss what the SDK meant: it was made before, and cut to whole seconds."""


@dataclass(frozen=True)
class Write:
    """One change of one device. ``lifetime`` is what was declared, None for a deletion; no value."""

    kind: str
    name: str
    step: str
    device: str
    lifetime: str | None = "persistent"
    attributes: tuple[str, ...] = ()
    set_by: str = "script"


@dataclass
class Seen:
    """One name: what was declared for it, where and in which steps it was written; ``lasting``: not gone at once."""

    kind: str
    name: str
    lifetimes: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    steps: list[str] = field(default_factory=list)
    devices: set[str] = field(default_factory=set)
    set_by: set[str] = field(default_factory=set)
    lasting: bool = False

    @property
    def subject(self) -> str:
        """``cookie '_ga'``."""
        return f"{self.kind} {self.name!r}"


def declared(lifetime: Lifetime | None) -> str | None:
    """A lifetime in words, None for a deletion: ``session``, ``365 days``."""
    if lifetime is None or lifetime.seconds is None:
        return "persistent" if lifetime and lifetime.persistent else "session"
    if lifetime.seconds <= 0:
        return None
    for unit in (86_400, 3_600, 60):
        nearest = round(lifetime.seconds / unit) * unit
        if nearest and abs(nearest - lifetime.seconds) <= ROUNDING:
            return describe_seconds(nearest)
    return describe_seconds(round(lifetime.seconds))


def attributes_of(cookie: SetCookie) -> tuple[str, ...]:
    """The attributes of a cookie as it was set, in the words of a catalogue."""
    return (
        f"sameSite {cookie.same_site}" if cookie.same_site else "no sameSite",
        "secure" if cookie.secure else "not secure",
        f"path {cookie.path}" if cookie.path else "path of the page",
        "for the domain" if cookie.domain else "hostOnly",
    )


def fold(writes: Iterable[Write]) -> list[Seen]:
    """One entry for each kind and name that was ever stored, in the order of the writes, device by device."""
    found: dict[tuple[str, str], Seen] = {}
    for _, of_one_device in groupby(writes, key=lambda write: write.device):
        lying: dict[tuple[str, str], str] = {}
        for write in of_one_device:
            key = (write.kind, write.name)
            _mark_lasting(lying, write.step, found)
            if write.lifetime is None:
                lying.pop(key, None)
                continue
            seen = found.setdefault(key, Seen(*key))
            seen.lifetimes.add(write.lifetime)
            seen.attributes.update(write.attributes)
            seen.devices.add(write.device)
            seen.set_by.add(write.set_by)
            if write.step not in seen.steps:
                seen.steps.append(write.step)
            lying[key] = write.step
        _mark_lasting(lying, "", found)
    return list(found.values())


def _mark_lasting(lying: dict[tuple[str, str], str], step: str, found: dict[tuple[str, str], Seen]) -> None:
    for key in _of_other_steps(lying, step):
        found[key].lasting = True


def _of_other_steps(lying: dict[tuple[str, str], str], step: str) -> Iterator[tuple[str, str]]:
    return (key for key, since in lying.items() if since != step)
