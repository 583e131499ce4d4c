"""HAR files as evidence: each entry is a request, and the response to it a little later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from policycheck.capture.evidence import Evidence, Record
from policycheck.capture.evidencefile import EvidenceFile
from policycheck.capture.har import members as m
from policycheck.capture.har.entries import Entries
from policycheck.capture.har.ordering import in_order
from policycheck.capture.har.pages import Pages
from policycheck.capture.har.sent_cookies import SentCookies, carried_cookies
from policycheck.capture.har.set_cookies import set_cookies
from policycheck.capture.har.window import SIZE
from policycheck.model.observation import HttpExchange, Initiator
from policycheck.model.request import NAVIGATION, SentRequest
from policycheck.wire.gpc import gpc_asserted

ADAPTER = "har"
MADE_UP = (
    "some cookies come from the lists 'cookies', since the headers hold none; those lists leave out Max-Age and what "
    "else the writer did not understand"
)
DISORDER = "the entries are far out of order; some were judged later than they came"
NO_COOKIES = (
    "there is no Cookie and no Set-Cookie header at all; Chromium leaves them out unless the file is exported with "
    "sensitive data (settings of the developer tools, Network)"
)
NO_URL = "some entries do not say what was asked for, and were passed over"
_NEVER_SENT = ("BLOCKED_BY_CLIENT", "BLOCKED_BY_CSP", "BLOCKED_BY_ADMINISTRATOR", "INTERNET_DISCONNECTED")
_SCHEMES = {"wss": "https", "ws": "http"}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request of an entry, with the cookies that it carried."""

    record: Record
    carried: list[tuple[str, str]]


def read_har(file: EvidenceFile, size: int = SIZE) -> Evidence:
    """Read a HAR file, entry by entry, in windows of ``size`` bytes. Nothing of it is read before its records are.

    Raises :class:`policycheck.errors.CaptureError` with line, column and entry once the entries before were read.
    """
    entries = Entries(file, size)
    evidence = Evidence((), notes=[])
    numbered = ((entry, place, None) for entry, place in entries)
    return replace(evidence, records=records_of(numbered, evidence.notes, log=entries.log, name=file.name))


def records_of(
    entries: Iterable[tuple[Mapping[str, Any], str, str | None]],
    notes: list[str],
    *,
    log: Mapping[str, Any] | None = None,
    adapter: str = ADAPTER,
    name: str = "",
) -> Iterator[Record]:
    """The records of one device from HAR entries, in the order of time.

    Each entry comes with its place (``file:line``) and, where that is known otherwise, the URL of its page. ``log`` is
    what is known of the file's ``pages``, once the first entry is read. What is less exact is added to ``notes``, after
    the ``name`` of the file.
    """
    device = _Device(notes, adapter, {} if log is None else log, name)
    yield from device.played(in_order(device.events(entries), lambda: device.note(DISORDER)))


class _Device:
    def __init__(self, notes: list[str], adapter: str, log: Mapping[str, Any], name: str) -> None:
        self._notes = notes
        self._name = name
        self._adapter = adapter
        self._log = log
        self._pages: Pages | None = None
        self._cookies = SentCookies()
        self._last = 0.0
        self._shown: Record | None = None

    def note(self, text: str) -> None:
        told = f"{self._name}: {text}" if self._name else text
        if told not in self._notes:
            self._notes.append(told)

    def events(
        self, entries: Iterable[tuple[Mapping[str, Any], str, str | None]]
    ) -> Iterator[tuple[float, _Asked | Record]]:
        """What happened, in the order of the file, with times in epoch seconds."""
        some = cookies = False
        try:
            for entry, place, page in entries:
                for moment, event in self._of_entry(entry, place, page):
                    some = True
                    cookies = cookies or bool(
                        event.carried if isinstance(event, _Asked) else event.exchange and event.exchange.set_cookie
                    )
                    yield moment, event
        finally:
            if some and not cookies:
                self.note(NO_COOKIES)

    def played(self, events: Iterable[_Asked | Record]) -> Iterator[Record]:
        """The records, with what lay on the device before each request, and with the ends of pages."""
        for event in events:
            if isinstance(event, Record):
                if event.exchange is not None:
                    self._cookies.received(event.exchange, event.time or 0.0)
                    if event.exchange.frame is not None and event.exchange.frame == event.exchange.page:
                        self._shown = event
                yield event
                continue
            sent = event.record.request
            if sent is None:
                continue
            found = self._cookies.news(sent, event.carried, self._adapter)
            if found:
                yield replace(event.record, request=None, entries=found)
            if sent.navigates:
                yield from self._left()
            yield event.record
        yield from self._left()

    def _left(self) -> Iterator[Record]:
        """The page that was shown is left: its scripts have run."""
        if self._shown is not None:
            yield replace(self._shown, loaded=True)
            self._shown = None

    def _of_entry(
        self, entry: Mapping[str, Any], place: str, page: str | None
    ) -> Iterator[tuple[float, _Asked | Record]]:
        if self._pages is None:
            self._pages = Pages(m.objects(self._log, "pages"))
        request, response = m.Message.of(entry, "request"), m.Message.of(entry, "response")
        url = m.text(request.members, "url")
        if not url:
            self.note(NO_URL)
        if not url or entry.get("_fromCache"):
            return
        resource, page = self._pages.place(entry, request, response, page)
        error = m.text(response.members, "_error") or m.text(entry, "_error")
        if any(word in error.upper().replace("-", "_") for word in _NEVER_SENT):
            return
        begun = m.moment(entry, "startedDateTime")
        begun = self._last if begun is None else begun
        self._last = begun
        moment = begun or None
        initiator = _initiator(entry)
        gpc = gpc_asserted(request.headers("sec-gpc")) or None
        method = m.text(request.members, "method").upper() or "GET"
        frame = url if resource in {NAVIGATION, "iframe"} else None
        sent = SentRequest(
            url, method=method, resource=resource, initiator=initiator, page=page, frame=frame, time=begun
        )
        yield begun, _Asked(Record(place, request=sent, time=moment, gpc=gpc), carried_cookies(request))
        status = m.number(response.members, "status")
        if not status or status < 100:
            return
        headers, made_up = set_cookies(response)
        if made_up:
            self.note(MADE_UP)
        exchange = HttpExchange(
            method=method,
            url=_http(url),
            status=int(status),
            set_cookie=headers,
            date=response.header("date") or None,
            adapter=self._adapter,
            top_level_site=None if resource == NAVIGATION else page,
            clear_site_data=tuple(response.headers("clear-site-data")),
            page=page,
            frame=frame,
            initiator=initiator,
        )
        answered = begun + _waited(entry)
        yield answered, Record(place, exchange, time=answered if moment else None)


def _initiator(entry: Mapping[str, Any]) -> Initiator | None:
    """The script that asked, as Chromium tells it; lines count from 0 there."""
    told = m.member(entry, "_initiator")
    frames = m.objects(m.member(told, "stack"), "callFrames")
    found = frames[0] if frames else told
    url = m.text(found, "url")
    line = m.number(found, "lineNumber")
    return Initiator(url, None if line is None else int(line) + 1) if url else None


def _waited(entry: Mapping[str, Any]) -> float:
    """Seconds from the start of a request until the headers of its response were there."""
    timings = m.member(entry, "timings")
    whole = max(m.number(entry, "time") or 0.0, 0.0)
    return max(whole - max(m.number(timings, "receive") or 0.0, 0.0), 0.0) / 1000


def _http(url: str) -> str:
    scheme, colon, rest = url.partition(":")
    return f"{_SCHEMES[scheme.lower()]}:{rest}" if colon and scheme.lower() in _SCHEMES else url
