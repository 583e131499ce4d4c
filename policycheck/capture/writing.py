"""Observations written down as an observations file: everything that rules look at, and never a value.

What is written reads back with :mod:`policycheck.capture.observations`, and the same rules find the same again, but for
those that read a value: they say that they could not. Of URLs neither query nor fragment nor password is written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from policycheck.capture.cookies import hidden_detail, written_cookie
from policycheck.capture.members import EVERY, LATEST
from policycheck.capture.observations import UNKNOWN_WRITER, VERSION
from policycheck.model.consent import UNSET, Choice, ConsentState, ConsentStatus
from policycheck.model.cookie import Anomaly, AnomalyKind
from policycheck.model.lifetime import Lifetime
from policycheck.model.observation import HttpExchange, Initiator, Observation, Source, address_of
from policycheck.model.request import NAVIGATION, SentRequest
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.recording import Recorder
from policycheck.wire import request_target

_Written = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PageLoad:
    """A page that was loaded, its scripts run: after ``position`` observations. ``time`` is epoch seconds.

    A file that has them lets rules see what still lies on the device at the next page, as after a withdrawal. One whose
    response was written by itself is ``loaded`` only. Of a response that stored nothing, and that is no page of its
    own, ``page`` is the URL of the page.
    """

    url: str | None = field(repr=False)
    position: int
    time: float
    consent: ConsentState = UNSET
    status: int | None = 200
    method: str = "GET"
    page: str | None = field(default=None, repr=False)
    loaded: bool = False
    test: str | None = None


class ResponseLog:
    """Notes what a recorder saw besides observations: responses that stored nothing, and pages that have loaded.

    Give it to :func:`device_lines` as ``loads``, so that a file tells as many responses as there were.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.loads: list[PageLoad] = []
        self._recorder = recorder
        recorder.answered = self._answered

    def _answered(self, exchange: HttpExchange, loaded: bool) -> None:
        if loaded or not exchange.set_cookie:
            recorder = self._recorder
            load = PageLoad(
                exchange.url,
                len(recorder.observations),
                recorder.now,
                recorder.consent,
                exchange.status,
                exchange.method,
                None if loaded else exchange.page,
                loaded,
                recorder.test,
            )
            self.loads.append(load)


def observations_file(
    observed: Recorder | Iterable[Observation],
    requests: Iterable[SentRequest] = (),
    *,
    detect: Callable[[str], Sequence[str] | None],
    detail: Callable[[Anomaly], str] = hidden_detail,
    loads: Iterable[PageLoad] = (),
    title: str | None = None,
    lines: bool = False,
) -> str:
    """Write ``observed``, and ``requests`` among them by their time, as one JSON document or as JSON Lines.

    Of a recorder its own requests are written. ``detect`` says which kinds of personal data a value holds, None where
    it could not tell; ``detail`` what may be written of an oddity of a header. Each response whose headers are among
    the observations becomes a record too, since a file without responses would look like one of web storage alone.
    """
    observations = tuple(observed.observations if isinstance(observed, Recorder) else observed)
    sent = (*(observed.requests if isinstance(observed, Recorder) else ()), *requests)
    state, records = _written(observations, sent, loads, _Writer(detect, detail))
    head: _Written = {"observations": VERSION, **({} if title is None else {"title": title}), **_consent(state)}
    if lines:
        return "".join(f"{line}\n" for line in (_dump(head), *records))
    body = ",\n".join(records)
    return f'{_dump(head)[:-1]}, "records": [\n{body}\n]}}\n' if records else f'{_dump(head)[:-1]}, "records": []}}\n'


def device_lines(
    name: str,
    observations: Sequence[Observation],
    requests: Iterable[SentRequest] = (),
    loads: Iterable[PageLoad] = (),
    *,
    detect: Callable[[str], Sequence[str] | None],
    detail: Callable[[Anomaly], str] = hidden_detail,
    ignore: Sequence[str] = (),
) -> Iterator[str]:
    """Write one device of a file in JSON Lines that tells several: its mark, then its records.

    ``name`` is that of its test, which its records do not repeat; ``ignore`` are rules that do not apply to it.
    """
    state, records = _written(observations, requests, loads, _Writer(detect, detail), name)
    mark = {"device": name, **({"ignore": list(ignore)} if ignore else {}), **_consent(state)}
    return (f"{line}\n" for line in (_dump(mark), *records))


def head_line(*, title: str | None = None, catalogue: str | None = None, notes: Sequence[str] = ()) -> str:
    """The first line of such a file. ``catalogue`` is its id and version, ``notes`` what could not be observed."""
    head = {"observations": VERSION, "title": title, "catalogue": catalogue, "notes": list(notes) or None}
    return f"{_dump(_without_none(head))}\n"


def _written(
    observations: Sequence[Observation],
    requests: Iterable[SentRequest],
    loads: Iterable[PageLoad],
    writer: _Writer,
    test: str | None = None,
) -> tuple[ConsentState, list[str]]:
    """The consent at the start, and the records, which say where theirs differs. ``test`` is said for all."""
    written = list(writer.records(observations, sorted(requests, key=_time_of), sorted(loads, key=_position_of)))
    state = next((state for state, _ in written), UNSET)
    for _, record in written:
        if test is not None and record.get("test") == test:
            del record["test"]
    return state, [_dump({**record, **({} if own == state else _consent(own))}) for own, record in written]


class _Writer:
    def __init__(self, detect: Callable[[str], Sequence[str] | None], detail: Callable[[Anomaly], str]) -> None:
        self._detect = detect
        self._detail = detail

    def records(
        self, observations: Sequence[Observation], requests: Sequence[SentRequest], loads: Sequence[PageLoad]
    ) -> Iterator[tuple[ConsentState, _Written]]:
        """Each record with the consent under which it stands."""
        waiting, loading = iter(requests), iter(loads)
        sent, load = next(waiting, None), next(loading, None)
        answered: Observation | None = None
        for position, seen in enumerate(observations):
            if answered is not None and not _same_response(answered, seen):
                yield answered.consent, _response(answered)
                answered = None
            while load is not None and load.position <= position:
                yield load.consent, _load(load)
                load = next(loading, None)
            while sent is not None and sent.time <= seen.time:
                yield sent.consent, _request(sent)
                sent = next(waiting, None)
            yield seen.consent, self.entry(seen)
            if seen.source.index is not None and seen.source.index == seen.source.count:
                answered = seen
        if answered is not None:
            yield answered.consent, _response(answered)
        for rest in chain(() if sent is None else (sent,), waiting):
            yield rest.consent, _request(rest)
        for last in chain(() if load is None else (load,), loading):
            yield last.consent, _load(last)

    def entry(self, seen: Observation) -> _Written:
        """One observation."""
        source, cookie = seen.source, seen.set_cookie
        folded = cookie is not None and any(one.kind is AnomalyKind.FOLDED for one in cookie.anomalies)
        detected = seen.detected if seen.value is None else self._detect(seen.value)
        url, place = _placed(source.url)
        told = place is not None and place.trustworthy
        of_cookie = seen.kind is StorageKind.COOKIE
        return _without_none(
            {
                "kind": seen.kind.value,
                "name": seen.name,
                "operation": None if seen.operation is Operation.STORE else seen.operation.value,
                "valueLength": seen.value_length,
                "detected": None if detected is None else list(detected),
                "lifetime": _lifetime(seen.lifetime),
                "url": url,
                "host": None if place is not None and place.host == seen.host else seen.host or None,
                # Of a folded header either may hold the next cookie with its value.
                "domain": (seen.domain or None) if of_cookie and not folded else None,
                "path": (seen.path or None) if of_cookie and not folded else None,
                "cookie": None if cookie is None else written_cookie(cookie, self._detail),
                "setBy": {SetBy.SCRIPT: None, SetBy.SERVER: "server", None: UNKNOWN_WRITER}[seen.set_by],
                "party": seen.party and seen.party.value,
                "partitionKey": seen.partition_key or None,
                "store": seen.store,
                "keys": seen.keys,
                "rejection": seen.rejection
                and {
                    "reason": seen.rejection.reason,
                    "step": seen.rejection.step,
                    "message": seen.rejection.message,
                },
                "method": source.method,
                "status": source.status,
                "header": [source.index, source.count] if source.index and source.count else None,
                "manner": source.manner or (source.adapter if source.describe() == source.adapter else None),
                **_of_page(source),
                "time": _time(seen.time),
                "test": source.test,
            }
        ) | ({} if seen.secure_origin is (told if place else None) else {"secureOrigin": seen.secure_origin})


def _same_response(answered: Observation, seen: Observation) -> bool:
    """True for what the response of ``answered`` erased besides: that comes after its cookies, and belongs to it."""
    one, other = answered.source, seen.source
    erased = other.index is None and seen.operation is Operation.DELETE and seen.set_by is SetBy.SERVER
    return erased and (one.method, one.url, one.status) == (other.method, other.url, other.status)


def _response(seen: Observation) -> _Written:
    """The response that set the cookies before it. That of a browser is no page by itself: see :class:`PageLoad`."""
    source = seen.source
    written: _Written = {
        "url": _placed(source.url)[0],
        "method": source.method,
        "status": source.status,
        **_of_page(source),
        "time": _time(seen.time),
        "test": source.test,
    }
    known = written["url"] is not None or source.status is not None
    return {**_without_none(written), **({} if known else {"setCookie": []})}


def _load(load: PageLoad) -> _Written:
    written = {
        "url": _placed(load.url)[0],
        "method": None if load.method == "GET" else load.method,
        "status": load.status,
        "page": None if load.page is None else bare_url(load.page),
        "loaded": load.loaded or None,
        "time": _time(load.time),
        "test": load.test,
    }
    known = written["url"] is not None or load.status is not None
    return {**_without_none(written), **({} if known else {"setCookie": []})}


def _request(sent: SentRequest) -> _Written:
    pages = _of_page(sent)
    # Without their queries the URLs of page and frame may be the same, and a frame's document would be a page load.
    in_frame = sent.resource == NAVIGATION and not sent.navigates and pages["frame"] == pages["page"]
    return _without_none(
        {
            "request": bare_url(sent.url),
            "method": sent.method,
            "resource": "iframe" if in_frame else sent.resource or None,
            "party": sent.party.value if sent.party is not None and sent.page is None else None,
            **pages,
            "time": _time(sent.time),
            "test": sent.test,
        }
    )


def _of_page(source: Source | SentRequest) -> _Written:
    return {
        "page": None if source.page is None else bare_url(source.page),
        "frame": None if source.frame is None else bare_url(source.frame),
        "initiator": None if source.initiator is None else _initiator(source.initiator),
    }


def _initiator(script: Initiator) -> _Written:
    url = None if script.url is None else bare_url(script.url)
    return _without_none({"url": url, "line": script.line or None, "party": script.party and script.party.value})


def bare_url(url: str) -> str:
    """``url`` without query, fragment and password; of what comes from no machine, such as ``data:``, the scheme."""
    host, path = address_of(url)
    scheme = url.partition(":")[0]
    if host:
        return f"{urlsplit(url).scheme}://{host}{path}"
    return url if url.startswith("about:") else f"{scheme}:"


def _placed(url: str | None) -> tuple[str | None, Any]:
    """The URL of a response or a page as it is written, and where it leads; None for one that has no cookies."""
    from policycheck.capture.evidence import check_url
    from policycheck.errors import UsageError

    try:
        bare = bare_url(url) if url is not None else ""
        check_url(bare)
    except UsageError:
        return None, None
    return bare, request_target(bare)


def _consent(state: ConsentState) -> _Written:
    statuses: _Written = {key: status.value for key, status in state.statuses.items()}
    if not statuses:
        told: Any = state.default.value
    else:
        told = statuses if state.default is ConsentStatus.UNSET else {EVERY: state.default.value, **statuses}
    choices = {key: _choice(choice) for key, choice in state.choices.items()}
    return {"consent": told, **({"gpc": True} if state.gpc else {}), **({"choices": choices} if choices else {})}


def _choice(choice: Choice) -> _Written:
    return _without_none(
        {
            "status": choice.status.value,
            "time": choice.time,
            "version": choice.version,
            "signal": choice.signal or None,
            "lapsed": choice.lapsed and choice.lapsed.value,
        }
    )


def _lifetime(lifetime: Lifetime | None) -> str | float | None:
    if lifetime is None:
        return None
    if lifetime.seconds is None:
        return "session" if lifetime.session else "persistent"
    return min(lifetime.seconds, LATEST)


def _time(moment: float) -> float:
    return min(max(moment, 0.0), LATEST)


def _time_of(sent: SentRequest) -> float:
    return sent.time


def _position_of(load: PageLoad) -> int:
    return load.position


def _without_none(members: Mapping[str, Any]) -> _Written:
    return {key: value for key, value in members.items() if value is not None}


def _dump(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=True)
