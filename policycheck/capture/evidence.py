"""What a file of evidence holds, and how it is played back into a recorder."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import attrgetter
from urllib.parse import urlsplit

from policycheck.errors import UsageError
from policycheck.model.consent import ConsentState
from policycheck.model.observation import HttpExchange, Observation
from policycheck.model.request import SentRequest
from policycheck.recording import Recorder
from policycheck.wire import request_target


@dataclass(frozen=True, slots=True, eq=False)
class DeviceMark:
    """One device of a file that tells several, with what holds for it alone: two marks alike are two devices.

    ``name`` is that of the test, the visit or the context. ``consent`` is None where that of the file holds,
    ``ignore`` are selectors of rules that do not apply.
    """

    name: str
    consent: ConsentState | None = None
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One response, entry or request of a file: of ``exchange``, ``entry``, ``entries`` and ``request`` one is set.

    ``entries`` were found at once: a record of the visitor's choice among them came before the others. ``gpc`` says
    that the browser sends Sec-GPC from here on; None leaves that as it is.

    ``place`` is ``file:line``. ``time`` is epoch seconds, None where the file does not say. ``consent`` is None where
    that of the whole device holds. With ``loaded`` the exchange is no further response: its page has loaded, and its
    scripts have run. ``device`` is None where the file tells one device alone.
    """

    place: str
    exchange: HttpExchange | None = None
    entry: Observation | None = None
    time: float | None = None
    consent: ConsentState | None = None
    test: str | None = None
    request: SentRequest | None = None
    loaded: bool = False
    device: DeviceMark | None = None
    entries: tuple[Observation, ...] = ()
    gpc: bool | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The records of one file, in order, read once: a large file is read while they are replayed.

    ``consent`` is what the file says for all. ``notes`` go to the report; a reader may add to them until its last
    record was read.
    """

    records: Iterable[Record]
    consent: ConsentState | None = None
    notes: list[str] = field(default_factory=list[str])

    def devices(self) -> Iterator[tuple[DeviceMark | None, Iterator[Record]]]:
        """The records of each device in turn, None where the file tells of one alone; read them before going on."""
        return groupby(self.records, attrgetter("device"))


class ReplayClock:
    """A clock that shows the time of the record being played: what was stored last year has not expired since."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._shown: float | None = None

    def __call__(self) -> float:
        """Epoch seconds: of the last record that had a time, else of the present."""
        return self._now() if self._shown is None else self._shown

    def show(self, moment: float | None) -> None:
        """Turn to ``moment``; None leaves the clock as it is."""
        if moment is not None:
            self._shown = moment


def replay(records: Iterable[Record], recorder: Recorder, clock: ReplayClock) -> None:
    """Play ``records`` into ``recorder``, whose clock is ``clock``; its test is as before afterwards.

    So is its consent, unless it reads the visitor's choice from what is stored.
    """
    consent, test = recorder.consent, recorder.test
    try:
        for record in records:
            clock.show(record.time)
            recorder.consent = consent if record.consent is None else record.consent
            if record.gpc is not None and record.gpc != recorder.consent.gpc:
                recorder.consent = replace(recorder.consent, gpc=record.gpc)
            recorder.test = record.test or record.place
            if record.exchange is not None:
                (recorder.loaded if record.loaded else recorder.response)(record.exchange)
            if record.entry is not None:
                recorder.write(replace(record.entry, time=clock()))
            if record.entries:
                recorder.write_all([replace(entry, time=clock()) for entry in record.entries])
            if record.request is not None:
                recorder.request(replace(record.request, time=clock()))
            if record.consent is None:
                consent = recorder.consent
    finally:
        recorder.consent, recorder.test = consent, test


def check_url(url: str) -> None:
    """Raise :class:`policycheck.errors.UsageError` unless ``url`` is an absolute http or https URL that can be read."""
    request_target(url)
    try:
        urlsplit(url).hostname  # noqa: B018 - the standard library finds its own faults, in brackets for example
    except ValueError as error:
        raise UsageError("cookies need an absolute http or https URL; the host of this one cannot be read") from error
