"""One entry of storage by kind and name, and what was seen of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from policycheck.model.consent import ConsentState, ConsentStatus
from policycheck.model.lifetime import DAY, Lifetime
from policycheck.model.observation import Observation, address_of
from policycheck.model.party import Party
from policycheck.model.storage import SetBy, StorageKind

_MOMENT = 2
"""Seconds that a write may take."""
_MOST = 200
"""How many tests, pages or hosts are kept for one entry: a draft names a few and counts the rest."""


def _words() -> set[str]:
    return set()


@dataclass(slots=True)
class Sighting:
    """What was seen of one name. All of it is sets and maxima, so that the order of observations does not matter.

    ``retentions`` are the lifetimes as a catalogue writes them, with the seconds to compare by; infinite ones for what
    has no end. ``traits`` are attributes of cookies, as ``sameSite=Lax``, with each value that was seen. ``writers``
    say who wrote it and on which pages. ``ends`` says whether writing it again ``pushed`` its end or ``kept`` it.
    """

    kind: StorageKind
    name: str
    retentions: dict[str, float] = field(default_factory=dict[str, float])
    traits: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    parties: set[str] = field(default_factory=_words)
    hosts: set[str] = field(default_factory=_words)
    setters: set[str] = field(default_factory=_words)
    writers: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    consents: set[str] = field(default_factory=_words)
    tests: set[str] = field(default_factory=_words)
    ends: set[str] = field(default_factory=_words)
    lasting: bool = False

    def add(self, seen: Observation, when: str | None = None) -> None:
        """Take in one observation of this entry, which was stored.

        ``when`` says in words under which consent, where no test but whoever drives the visitor knows it.
        """
        if seen.lifetime is not None:
            seconds, text = retention(seen.lifetime)
            self.retentions[text] = max(seconds, self.retentions.get(text, 0.0))
            if len(self.retentions) > _MOST:
                self.retentions = {text: self.retentions[text] for text in filter(None, [self.retention])}
        self.parties.add(seen.party or "unknown")
        _keep(self.setters, seen.set_by)
        self.consents.add(when or consent_words(seen.consent))
        _keep(self.hosts, (seen.host or "") if self.kind is not StorageKind.COOKIE else seen.domain or seen.host or "")
        if when is None:
            _keep(self.tests, seen.source.test)
        page = seen.source.page or seen.source.url
        writer = _writer(seen)
        if writer in self.writers or len(self.writers) < _MOST:
            _keep(self.writers.setdefault(writer, set()), address_of(page)[1])
        for key, value in _traits(seen).items():
            self.traits.setdefault(key, set()).add(value)

    def joined(self, *others: Sighting) -> Sighting:
        """What was seen of several names, as one under the name of this."""
        new = Sighting(self.kind, self.name)
        for one in (self, *others):
            for name in _SETS:
                getattr(new, name).update(getattr(one, name))
            for name in _MAPS:
                known: dict[str, set[str]] = getattr(new, name)
                for key, values in getattr(one, name).items():
                    known.setdefault(key, set()).update(values)
            for text, end in one.retentions.items():
                new.retentions[text] = max(end, new.retentions.get(text, 0.0))
            new.lasting = new.lasting or one.lasting
        return new

    @property
    def third(self) -> bool:
        """True when it is storage of other sites alone."""
        return self.parties == {Party.THIRD}

    @property
    def probe(self) -> bool:
        """True when it never stayed on a device."""
        return not self.lasting

    @property
    def retention(self) -> str | None:
        """The longest lifetime that was seen, as a catalogue writes it; None where none was told."""
        return max(self.retentions, key=lambda text: (self.retentions[text], text), default=None)

    @property
    def span(self) -> str:
        """How it ends: with the session, never, or after some time."""
        longest = self.retentions.get(self.retention or "", -1.0)
        return {0.0: "session", math.inf: "persistent", -1.0: "unknown"}.get(longest, "duration")

    @property
    def refresh(self) -> bool:
        """True when each write that came later moved the end further out."""
        return self.span == "duration" and self.ends == {"pushed"}

    def trait(self, key: str) -> str | None:
        """The value of an attribute that all observations share; None where they differ or nothing was seen."""
        values = self.traits.get(key, set())
        return next(iter(values)) if len(values) == 1 else None

    def plain(self) -> dict[str, Any]:
        """JSON-like data; what has no end is written as null."""
        return {
            "kind": self.kind.value,
            "name": self.name,
            "retentions": {text: None if math.isinf(end) else end for text, end in self.retentions.items()},
            "lasting": self.lasting,
            **{name: {key: sorted(values) for key, values in getattr(self, name).items()} for name in _MAPS},
            **{name: sorted(getattr(self, name)) for name in _SETS},
        }

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Sighting:
        """What :meth:`plain` made ``data`` of."""
        new = cls(StorageKind(data["kind"]), data["name"], lasting=data["lasting"])
        new.retentions = {text: math.inf if end is None else float(end) for text, end in data["retentions"].items()}
        for name in _MAPS:
            setattr(new, name, {key: set(values) for key, values in data[name].items()})
        for name in _SETS:
            setattr(new, name, set(data[name]))
        return new


_MAPS = ("traits", "writers")
_SETS = ("parties", "hosts", "setters", "consents", "tests", "ends")


def retention(lifetime: Lifetime) -> tuple[float, str]:
    """How long, to compare by, and how a catalogue writes it: in whole days, or a round figure below a day.

    It is never shorter than what was seen. A script computes the end from its clock, so it misses a round figure by a
    moment.
    """
    from policycheck.reports.text import plural

    if lifetime.seconds is None:
        return (0.0, "session") if lifetime.session else (math.inf, "persistent")
    seconds = max(1, math.ceil(lifetime.seconds)) if math.isfinite(lifetime.seconds) else 999_999_999 * DAY
    for unit, size in (("day", DAY), ("hour", 3_600), ("minute", 60)):
        amount = min(math.ceil(seconds / size), 999_999_999)
        if amount * size - seconds <= _MOMENT or (size == DAY and amount > 1):
            return float(amount * size), plural(amount, unit)
    return float(seconds), plural(seconds, "second")


def consent_words(state: ConsentState) -> str:
    """What the visitor had said by then, in words."""
    said = {state.default, *state.statuses.values()}
    if ConsentStatus.GRANTED in said:
        granted = sorted(key for key, status in state.statuses.items() if status is ConsentStatus.GRANTED)
        return f"after grant of {', '.join(granted)}" if granted else "after grant"
    if ConsentStatus.WITHDRAWN in said:
        return "after withdrawal"
    return "after refusal" if ConsentStatus.REFUSED in said else "before choice"


def _keep(known: set[str], value: str | None) -> None:
    if value and len(known) < _MOST:
        known.add(value)


def _writer(seen: Observation) -> str:
    if seen.set_by is None:
        return "nobody saw who wrote it"
    if seen.set_by is SetBy.SERVER:
        return f"set by a response of {seen.host or 'a server'}"
    initiator = seen.source.initiator
    if initiator is None or not initiator.url:
        return "written by a script"
    own = seen.source.page is not None and address_of(initiator.url) == address_of(seen.source.page)
    return f"written by {'a script in the page itself' if own else initiator.describe()}"


def _traits(seen: Observation) -> dict[str, str]:
    cookie = seen.set_cookie
    if cookie is None:
        return {}
    told = {
        "secure": str(cookie.secure),
        "httpOnly": str(cookie.http_only),
        "sameSite": cookie.same_site or "",
        "hostOnly": str(cookie.host_only),
        "partitioned": str(cookie.partitioned),
        "path": seen.path or "/",
    }
    untold = {name.lower() for name in seen.untold}
    return {name: value for name, value in told.items() if name.lower() not in untold}
