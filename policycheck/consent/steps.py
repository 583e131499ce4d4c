"""A step of a journey: one thing that the visitor did, with what held and what lay on the device before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import TypeAlias

from policycheck.consent.transitions import TransitionKind
from policycheck.jar.store import LONGEST_LIFETIME
from policycheck.matching.match import Match
from policycheck.model.consent import ConsentState
from policycheck.model.observation import Observation
from policycheck.model.storage import StorageKind

Place: TypeAlias = tuple[StorageKind, str, str | None, str | None, str | None]
"""What makes two entries the same one: kind, name, domain or host, path or object store, partition. A dot before a
domain says that hosts below it are covered (RFC 6265bis, 5.7 step 23: host-only and not are two cookies)."""


def place_of(observation: Observation) -> Place:
    """Where the entry of ``observation`` lies."""
    cookie = observation.set_cookie
    where = observation.domain if observation.kind is StorageKind.COOKIE else observation.host
    if cookie is not None and where is not None and not cookie.host_only:
        where = f".{where}"
    # A database has stores in the place of paths.
    within = observation.path if observation.store is None else observation.store
    return (observation.kind, observation.name, where, within, observation.partition_key)


def ends_at(observation: Observation) -> float:
    """Epoch seconds at which the entry is gone by itself, infinite without an end; browsers stop at 400 days."""
    lifetime = observation.lifetime
    if lifetime is None or lifetime.seconds is None:
        return inf
    return observation.time + min(lifetime.seconds, LONGEST_LIFETIME)


class StepKind(StrEnum):
    """What the visitor did."""

    CHOICE = "choice"
    """A transition of consent: ``grant('analytics')``."""
    VISIT = "visit"
    """A page of the application was asked for."""
    ACTION = "action"
    """Something else that the application offers: a named action of its driver."""
    WAIT = "wait"
    """Nothing but time."""
    COMPARISON = "comparison"
    """Two journeys that should end alike were compared: see :class:`Comparison`."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which two journeys ended apart. ``match`` is the entry, None where it is the record of the choice.

    ``what`` says it in words, without a value: ``is there only when 'ads' was granted first``.
    """

    what: str
    match: Match | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two journeys that a law wants to end alike, and how they differ. ``law`` is the name of that law.

    ``first`` and ``second`` say in code how they went: ``grant('a'); grant('b')``.
    """

    law: str
    first: str
    second: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step, complete. ``text`` is how a replay spells it: ``visit('/')``, ``withdraw('analytics')``.

    ``before`` and ``after`` are the consent in force, ``held_before`` and ``held`` what lay on the device, each entry
    with the observation that stored it last; a cookie whose end has come lies there no more. ``matches`` are the
    observations of this step, in order. ``time`` is epoch seconds at its end.

    ``page_load`` is True when a page was loaded: the default grace after a withdrawal ends with the next one.
    ``interactions`` counts what the visitor had to do (requests, clicks), ``asked`` says whether the visitor is being
    asked for a choice now; None where nobody can tell. ``transition`` is set for a choice, ``comparison`` for a
    comparison.
    """

    kind: StepKind
    text: str
    before: ConsentState
    after: ConsentState
    held_before: Mapping[Place, Match]
    held: Mapping[Place, Match]
    matches: Sequence[Match] = ()
    time: float = 0.0
    page_load: bool = False
    transition: TransitionKind | None = None
    concerned: tuple[str, ...] = ()
    """The categories that the transition names; empty when it is about all of them."""
    interactions: int | None = None
    asked: bool | None = None
    comparison: Comparison | None = field(default=None)
