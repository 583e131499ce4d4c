"""The device behind a watched browser: what hooks, protocol events, responses and snapshots saw, merged into one story.

Three sources, and what each is for: events in the page tell who wrote and see what lives a moment; events of the
browser see writes that pass every hook (``localStorage.x = 1``); snapshots are the truth about what lies there, and
find what no event told. Each write comes out once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from policycheck.capture.browser.claims import Claims, Key
from policycheck.capture.browser.cookies import FOUND, GONE, merge_cookies
from policycheck.capture.browser.events import OriginSnapshot, Place, Snapshot, StorageChange
from policycheck.capture.browser.hooks import HookRecord, caller_of, read_records
from policycheck.capture.browser.likeness import OPERATIONS, joined, same_change, unchanged
from policycheck.capture.browser.moved import response_at
from policycheck.capture.browser.places import host_of, initiator_of, origin_url, partition_of
from policycheck.errors import UsageError
from policycheck.jar.addresses import party_of, place_of_url
from policycheck.jar.cookie import StoredCookie
from policycheck.model.lifetime import PERSISTENT, SESSION
from policycheck.model.observation import (
    THIRD_PARTY_BLOCKED,
    HttpExchange,
    Initiator,
    Observation,
    Rejection,
    Source,
)
from policycheck.model.party import Party
from policycheck.model.request import SentRequest
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.recording import Recorder
from policycheck.wire import parse_set_cookie

_WEB_STORAGE = frozenset({StorageKind.LOCAL_STORAGE, StorageKind.SESSION_STORAGE})
_BLOCKED = Rejection(THIRD_PARTY_BLOCKED, "the browser", "the browser blocks cookies of third parties")
NOT_LOOKED = "what lies on the device could not be looked at: the browser was gone, or its page did not answer"
_LONGEST_DELAY = 3600.0
"""Seconds. A page's clock that is further off was moved by a test, and says nothing of how late a record comes."""


@dataclass(slots=True)
class _Pending:
    """Changes that the browser told and no hook has claimed yet, of one document."""

    place: Place
    changes: list[StorageChange]


class BrowserDevice:
    """Takes what the sources of one browser context saw, and writes it into a recorder, each write once.

    ``recorder`` gives the recorder of the moment. ``hears_storage`` says that :meth:`changed` will tell each change of
    localStorage and sessionStorage, so that a hook's word is only about who made it. Not thread-safe: one source at a
    time.
    """

    def __init__(self, recorder: Callable[[], Recorder], adapter: str) -> None:
        self.adapter = adapter
        self.hears_storage = False
        self.lost = 0
        """Records that came too thick for a page to keep, or that made no sense."""
        self._recorder = recorder
        self._lying: dict[Key, Observation] = {}
        self._pending: dict[str, _Pending] = {}
        self._claims = Claims()
        self._doubtful: list[tuple[HookRecord, Place]] = []
        self._loaded: HttpExchange | None = None
        self._failure: Exception | None = None
        self.notes: dict[str, None] = {}

    @property
    def recorder(self) -> Recorder:
        """What gets the observations now."""
        return self._recorder()

    def response(self, exchange: HttpExchange, *, page_load: bool = False) -> None:
        """Take a response; ``page_load`` for a document in the address bar, with which a step of the visitor ends."""
        if page_load:
            self._end_page()
        self.recorder.response(response_at(replace(exchange, adapter=self.adapter), self.recorder.now))
        if page_load:
            self._loaded = exchange

    def request(self, request: SentRequest) -> None:
        """Take a request that the browser sent."""
        self.recorder.request(request)

    def changed(self, source: str, place: Place, change: StorageChange) -> None:
        """Take a change of web storage that the browser told; ``source`` names the document that it was told for."""
        if self._claims.take(self._key(change.kind, change.name, None, place), change):
            return  # a hook has told it
        pending = self._pending.setdefault(source, _Pending(place, []))
        pending.place = place
        pending.changes.append(change)

    def told(self, source: str, text: str, page: str | None) -> None:
        """Take one message of the hooks in a realm. ``page`` is the URL in the address bar."""
        records = read_records(text)
        self.lost += sum(record.count for record in records if not isinstance(record, HookRecord))
        self.hooked(source, [record for record in records if isinstance(record, HookRecord)], page)

    def hooked(self, source: str, records: Iterable[HookRecord], page: str | None) -> None:
        """Take what hooks told, in order. ``page`` is the URL in the address bar."""
        for record in records:
            place = self._place(record, page)
            kind = StorageKind(record.kind)
            if kind is StorageKind.COOKIE:
                if record.op != "access" and party_of(place_of_url(place.frame), place.page) is Party.THIRD:
                    self._doubtful.append((record, place))
                else:
                    self._cookie(record, place)
            elif kind in _WEB_STORAGE and self.hears_storage and record.op != "access":
                self._match(source, record, place)
            else:
                self._hooked(record, place)

    def failed(self, failure: Exception) -> None:
        """Something went wrong where nobody could be told: :meth:`settle` raises it."""
        self._failure = self._failure or failure

    def settle(self, snapshot: Snapshot | None = None) -> None:
        """Take in what waits, and what lies on the device now. A page that was loaded counts as done with loading."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        for source in list(self._pending):
            self.flush(source)
        self._claims.forget_old()
        self._decide(None if snapshot is None else snapshot.cookies)
        if snapshot is None or (snapshot.cookies is None and not snapshot.origins):
            self.notes[NOT_LOOKED] = None
        if snapshot is not None:
            self.notes |= dict.fromkeys(snapshot.notes)
            for origin in joined(snapshot.origins):
                self._look(origin)
            merge_cookies(self.recorder, snapshot, self.adapter, self.recorder.now)
        self._end_page()

    def _end_page(self) -> None:
        loaded, self._loaded = self._loaded, None
        if loaded is not None:
            self.recorder.loaded(loaded)

    # What hooks told

    def _decide(self, cookies: Sequence[StoredCookie] | None) -> None:
        """Record what scripts of third parties did to cookies, once it shows whether the browser let them.

        No call tells them: a cookie that is blocked is just not there. One that its script took back itself cannot be
        told from one that was blocked, and counts as stored.
        """
        doubtful, self._doubtful = self._doubtful, []
        there = None if cookies is None else {cookie.name for cookie in cookies}
        texts = [parse_set_cookie(record.text or "") for record, _ in doubtful]
        deleted = {said.name for said in texts if said.deletes(self.recorder.now)}
        for (record, place), said in zip(doubtful, texts, strict=True):
            blocked = there is not None and said.name not in there and said.name not in deleted
            self._cookie(record, place, _BLOCKED if blocked else None)

    def _cookie(self, record: HookRecord, place: Place, blocked: Rejection | None = None) -> None:
        url = place.frame
        if url is None:
            return
        source = self._source(place, self._initiator(record, place))
        if record.op == "access":
            for name in (record.text or "").split("; "):
                if name:
                    self._keep(self._entry(StorageKind.COOKIE, name, Operation.ACCESS, place, source))
            return
        refused = Rejection("failed", "the browser", "the call failed") if record.error else blocked
        try:
            self.recorder.script_cookie(
                record.text or "",
                url,
                source,
                top_level_site=place.page,
                refused=refused,
                time=self._time(record),
            )
        except UsageError:  # a document without cookies: data:, about:
            return

    def _hooked(self, record: HookRecord, place: Place) -> None:
        """Take the word of a hook alone."""
        kind, operation = StorageKind(record.kind), OPERATIONS[record.op]
        if record.error or record.inside:
            return
        source = self._source(place, self._initiator(record, place))
        moment = self._time(record)
        if operation is Operation.DELETE:
            self._delete(kind, record.name, record.store, place, source, moment)
            return
        if record.name is None:
            return
        entry = self._entry(kind, record.name, operation, place, source, record.value, record.store, moment)
        self._keep(replace(entry, value_length=record.length if record.length is not None else entry.value_length))

    def _match(self, source: str, record: HookRecord, place: Place) -> None:
        """Pair a hook's record with the change that the browser told; what came before that one goes first."""
        pending = self._pending.get(source)
        if pending is not None:
            for index, change in enumerate(pending.changes):
                if same_change(change, record):
                    earlier, pending.changes = pending.changes[:index], pending.changes[index + 1 :]
                    for unclaimed in earlier:
                        self._unclaimed(unclaimed, pending.place)
                    self._forget_echoes(source, record)
                    self._hooked(record, place)
                    return
        key, operation = self._key(StorageKind(record.kind), record.name, None, place), OPERATIONS[record.op]
        known = self._lying.get(key)
        # A browser says nothing of a write that leaves the value as it was; it tells of any other, maybe late.
        if not record.error and (operation is Operation.DELETE or known is None or known.value != record.value):
            self._claims.add(key, operation, record.value)
        self._hooked(record, place)

    def _forget_echoes(self, source: str, record: HookRecord) -> None:
        """Other documents of the origin are told as well; once is enough."""
        for other, pending in self._pending.items():
            if other != source:
                for index, change in enumerate(pending.changes):
                    if same_change(change, record):
                        del pending.changes[index]
                        break

    # What the browser told

    def flush(self, source: str) -> None:
        """Take what the browser told for the document ``source`` at its word: no hook will claim it any more."""
        pending = self._pending.pop(source, None)
        if pending is not None:
            for change in pending.changes:
                self._unclaimed(change, pending.place)

    def _unclaimed(self, change: StorageChange, place: Place) -> None:
        source = self._source(place, manner="a script, by property")
        if change.operation is Operation.DELETE:
            self._delete(change.kind, change.name, None, place, source, self.recorder.now)
            return
        known = self._lying.get(self._key(change.kind, change.name or "", None, place))
        if change.name is None or (known is not None and known.value == change.value):
            return
        self._keep(self._entry(change.kind, change.name, Operation.STORE, place, source, change.value))

    # What lies there

    def _look(self, seen: OriginSnapshot) -> None:
        host = host_of(seen.place.frame)
        there: set[Key] = set()
        databases = {entry.name for entry in seen.entries if entry.store is not None}
        # Where no stores are told, a database that is there says nothing of them.
        named = {entry.name for entry in seen.entries if entry.kind is StorageKind.INDEXED_DB} - databases
        keys = [self._key(entry.kind, entry.name, entry.store, seen.place) for entry in seen.entries]
        # Each tab has a sessionStorage of its own, with values of its own: one that is as it was speaks for all.
        known_still = {
            key
            for key, entry in zip(keys, seen.entries, strict=True)
            if key[0] is StorageKind.SESSION_STORAGE and key in self._lying and unchanged(self._lying[key], entry)
        }
        for key, entry in zip(keys, seen.entries, strict=True):
            there.add(key)
            known = self._lying.get(key)
            if key in known_still:
                continue
            if known is not None and unchanged(known, entry):
                if entry.keys is not None and known.keys != entry.keys:
                    self._lying[key] = self.recorder.amend(known, keys=entry.keys)
                continue
            if (
                known is None
                and entry.kind is StorageKind.INDEXED_DB
                and entry.store is None
                and entry.name in databases
            ):
                continue  # its stores say more
            source = self._source(seen.place, manner=FOUND)
            found = self._entry(
                entry.kind, entry.name, Operation.STORE, seen.place, source, entry.value, entry.store, keys=entry.keys
            )
            self._keep(found)
        for key, known in list(self._lying.items()):
            if key[0] in seen.looked and key[1:3] == (host, seen.place.partition) and key not in there:
                if key[0] is StorageKind.INDEXED_DB and known.name in (named if known.store else databases):
                    continue
                self._keep(self._gone(known, self._source(seen.place, manner=GONE), self.recorder.now))

    # Common to all

    def _delete(
        self, kind: StorageKind, name: str | None, store: str | None, place: Place, source: Source, moment: float
    ) -> None:
        """Record the deletion of an entry, or of all (``name`` is None); a database goes with its stores.

        One that was not known to lie there is recorded as well: a deletion says what an earlier visit had left.
        """
        host = host_of(place.frame)
        gone = [
            known
            for key, known in self._lying.items()
            if key[:3] == (kind, host, place.partition)
            and name in (None, key[3])
            and (store is None or store == known.store)
        ]
        for known in gone:
            self._keep(self._gone(known, source, moment))
        if not gone and name is not None:
            self._keep(self._entry(kind, name, Operation.DELETE, place, source, store=store, moment=moment))

    def _keep(self, observation: Observation) -> None:
        recorded = self.recorder.write(observation)
        if observation.kind is StorageKind.COOKIE or observation.operation is Operation.ACCESS:
            return
        key = (observation.kind, observation.host, observation.partition_key, observation.name, observation.store)
        if observation.operation is Operation.DELETE:
            self._lying.pop(key, None)
        else:
            self._lying[key] = recorded

    def _gone(self, known: Observation, source: Source, moment: float) -> Observation:
        return replace(
            known,
            operation=Operation.DELETE,
            source=source,
            value=None,
            value_length=None,
            lifetime=None,
            keys=None,
            time=moment,
        )

    def _entry(
        self,
        kind: StorageKind,
        name: str,
        operation: Operation,
        place: Place,
        source: Source,
        value: str | None = None,
        store: str | None = None,
        moment: float | None = None,
        keys: int | None = None,
    ) -> Observation:
        target = place_of_url(place.frame)
        lifetime = None
        if kind is not StorageKind.COOKIE and operation is Operation.STORE:
            lifetime = SESSION if kind is StorageKind.SESSION_STORAGE else PERSISTENT
        return Observation(
            kind=kind,
            name=name,
            operation=operation,
            source=source,
            value=value,
            value_length=None if value is None else len(value.encode("utf-8", "surrogatepass")),
            lifetime=lifetime,
            host=None if target is None else target.host,
            secure_origin=None if target is None else target.trustworthy,
            set_by=SetBy.SCRIPT,
            party=party_of(target, place.page or place.frame),
            partition_key=place.partition,
            store=store,
            keys=keys,
            time=self.recorder.now if moment is None else moment,
        )

    def _key(self, kind: StorageKind, name: str | None, store: str | None, place: Place) -> Key:
        return (kind, host_of(place.frame), place.partition, name, store)

    def _source(self, place: Place, initiator: Initiator | None = None, manner: str | None = None) -> Source:
        page = place.page or place.frame
        return Source(self.adapter, url=place.frame, page=page, frame=place.frame, initiator=initiator, manner=manner)

    def _initiator(self, record: HookRecord, place: Place) -> Initiator | None:
        return initiator_of(*caller_of(record.stack, record.frame), place.page or place.frame)

    def _place(self, record: HookRecord, page: str | None) -> Place:
        """Where a record was made. A document without an address of its own has that of who made it, by origin."""
        frame = record.frame if place_of_url(record.frame) is not None else origin_url(record.origin)
        return Place(frame, page or frame, partition_of(frame, page))

    def _time(self, record: HookRecord) -> float:
        """When it was made, by the device's clock: the page says how long ago that is."""
        late = time.time() - record.time / 1000
        return self.recorder.now - (late if 0 <= late <= _LONGEST_DELAY else 0.0)
