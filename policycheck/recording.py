"""The recorder: what adapters write into. It interprets headers once, keeps a browser's jar, and stamps consent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from policycheck.jar import CookieJar, Rejected, Stored
from policycheck.jar.addresses import (
    ASSUMED_HOST,
    STAND_INS,
    WITHOUT_DOMAIN,
    assumed_url,
    jar_url,
    party_of,
    party_of_request,
    place_of_url,
    stand_in_url,
)
from policycheck.jar.erasing import erased_cookie, erased_storage, web_storage
from policycheck.model.consent import UNSET, ConsentState
from policycheck.model.cookie import SetCookie
from policycheck.model.lifetime import SESSION, Lifetime
from policycheck.model.observation import HttpExchange, Observation, Rejection, Source
from policycheck.model.request import SentRequest
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.wire import parse_cookie_date, parse_set_cookie
from policycheck.wire.clear_site_data import cleared_types
from policycheck.wire.url import RequestTarget, request_target


@dataclass(frozen=True, slots=True)
class Browsing:
    """How a browser is to be watched.

    ``reads`` has it tell what is read, too, not only what is stored (CON010). ``hide_webdriver`` has it say that nobody
    automates it: some banners hide from a browser with ``navigator.webdriver``.
    """

    reads: bool = False
    hide_webdriver: bool = False


class Recorder:
    """Turns exchanges and writes into observations, in order, each stamped with the consent in force.

    One recorder is one device with one visitor: its jar knows what lies there. ``consent`` may be set at any time and
    holds for what is recorded from then on. ``exchanges`` counts the responses seen, with or without cookies: a run in
    which it stays zero has observed nothing. ``browsing`` says how a browser is to be
    watched. ``sink`` gets each observation, and ``after`` each response once its observations are recorded (of a
    browser: each page once its scripts have run), while the recorder is locked. ``follow`` reads the visitor's choice
    from what is stored: it gets kind, name and value (None: it was deleted), and returns the state that holds from then
    on, or None. Of one response it sees everything first, since the choice came before the server's answer. ``before``
    may be set to see each response before it is recorded, ``answered`` to see it afterwards, and with True each page
    that a browser is done with.

    ``carried`` are observations of the same device before this recorder, of which web storage may still lie there.
    ``requests`` are those that a browser was seen to send, and ``sink_request`` gets each of them.

    Any thread may record: a live server answers in threads of its own. Observations are numbered as they come in.
    """

    def __init__(
        self,
        *,
        now: Callable[[], float] = time.time,
        consent: ConsentState = UNSET,
        test: str | None = None,
        sink: Callable[[Observation], None] | None = None,
        sink_request: Callable[[SentRequest], None] | None = None,
        after: Callable[[HttpExchange], None] | None = None,
        follow: Callable[[StorageKind, str, str | None], ConsentState | None] | None = None,
    ) -> None:
        self.consent = consent
        self.test = test
        self.observations: list[Observation] = []
        self.requests: list[SentRequest] = []
        self.exchanges = 0
        self.browsing = Browsing()
        self.before: Callable[[HttpExchange], None] | None = None
        self.answered: Callable[[HttpExchange, bool], None] | None = None
        self.jar = CookieJar(now=self._jar_time)
        self.carried: Sequence[Observation] = ()
        self._now = now
        self._sent: float | None = None
        self._sink = sink
        self._sink_request = sink_request
        self._after = after
        self._follow = follow
        self._lock = threading.RLock()

    @property
    def now(self) -> float:
        """Epoch seconds by the device's clock."""
        return self._now()

    def response(self, exchange: HttpExchange) -> list[Observation]:
        """Record one response. Returns one observation for each Set-Cookie header, in order.

        What a Clear-Site-Data header erases follows, an observation for each entry. As in browsers that comes after
        Set-Cookie, so cookies of the same response go as well, and only a secure origin can erase.
        """
        with self._lock:
            self.exchanges += 1
            if self.before is not None:
                self.before(exchange)
            recorded = self._received(exchange) if exchange.set_cookie or exchange.clear_site_data else []
            if self._after is not None and exchange.page is None:
                self._after(exchange)
            if self.answered is not None:
                self.answered(exchange, False)
            return recorded

    def loaded(self, exchange: HttpExchange) -> None:
        """Say that a browser is done with the page that ``exchange`` began, whose scripts go on after the response."""
        with self._lock:
            if self._after is not None:
                self._after(exchange)
            if self.answered is not None:
                self.answered(exchange, True)

    def write(self, observation: Observation) -> Observation:
        """Record an observation that is no header: a storage write, a line of an observations file."""
        return self.write_all((observation,))[0]

    def write_all(self, observations: Sequence[Observation]) -> list[Observation]:
        """Record what was found to lie there at once: a choice of the visitor among it came before the rest."""
        with self._lock:
            for found in observations:
                if found.rejection is None:
                    self._learn(found.kind, found.name, found.value, found.operation)
            return [
                self._keep(
                    replace(
                        found,
                        consent=self.consent,
                        sequence=len(self.observations),
                        source=replace(found.source, test=found.source.test or self.test),
                    )
                )
                for found in observations
            ]

    def request(self, sent: SentRequest) -> SentRequest:
        """Record a request that a browser sent, stamped with the consent in force, its number and the test.

        Its host follows from its URL, and its party from its page, where that is known. It is no observation.
        """
        with self._lock:
            place = place_of_url(sent.url)
            stamped = replace(
                sent,
                host=None if place is None else place.host,
                party=sent.party if sent.page is None else party_of_request(place, sent.page),
                consent=self.consent,
                sequence=len(self.requests),
                test=sent.test or self.test,
            )
            self.requests.append(stamped)
            if self._sink_request is not None:
                self._sink_request(stamped)
            return stamped

    def script_cookie(
        self,
        text: str,
        url: str,
        source: Source,
        *,
        top_level_site: str | None = None,
        refused: Rejection | None = None,
        time: float | None = None,
    ) -> Observation:
        """Record what a script in a document of ``url`` set ``document.cookie`` to, or told ``cookieStore``.

        ``refused`` is what the browser itself says, where it did not take the cookie. ``time`` is epoch seconds, by
        default the present. Raises :class:`policycheck.errors.UsageError` where ``url`` is not http or https.
        """
        with self._lock:
            cookie = parse_set_cookie(text)
            place = request_target(url)
            now = self._now() if time is None else time
            outcome: Stored | Rejected | Rejection
            outcome = refused or self.jar.receive(url, cookie, from_script=True, top_level_site=top_level_site)[0]
            if isinstance(outcome, Stored):
                operation = Operation.DELETE if outcome.change == "deleted" else Operation.STORE
                self._learn(StorageKind.COOKIE, cookie.name, cookie.value, operation)
            of_all = {
                "host": place.host,
                "secure_origin": place.trustworthy,
                "party": party_of(place, top_level_site),
                "time": now,
            }
            stamped = replace(source, test=source.test or self.test)
            return self._cookie(cookie, outcome, stamped, now, of_all, SetBy.SCRIPT)

    def amend(self, known: Observation, *, keys: int) -> Observation:
        """Say of a database what shows only later: how many keys it holds. No rule judges that."""
        with self._lock:
            amended = replace(known, keys=keys)
            if known.sequence < len(self.observations) and self.observations[known.sequence] is known:
                self.observations[known.sequence] = amended
            return amended

    def _received(self, exchange: HttpExchange) -> list[Observation]:
        now = self._now()
        sent = parse_cookie_date(exchange.date) if exchange.date else None
        place = place_of_url(exchange.url)
        self._sent = sent
        try:
            return self._observed(exchange, place, now, now if sent is None else sent)
        finally:
            self._sent = None

    def _learn(self, kind: StorageKind, name: str, value: str | None, operation: Operation) -> None:
        """Take over what a stored record of the choice says, where somebody reads it."""
        if self._follow is None or operation is Operation.ACCESS:
            return
        deleted = operation is Operation.DELETE
        state = self._follow(kind, name, None if deleted else value) if deleted or value is not None else None
        if state is not None:
            self.consent = state

    def _jar_time(self) -> float:
        """The server's clock while its response is read, as in Chromium, so that an old recording replays as it was."""
        return self._now() if self._sent is None else self._sent

    def web_storage(self) -> list[Observation]:
        """What lies in web storage now: for each entry the observation that stored it."""
        return web_storage((*self.carried, *self.observations))

    def _observed(
        self, exchange: HttpExchange, place: RequestTarget | None, now: float, sent: float
    ) -> list[Observation]:
        cookies = list(map(parse_set_cookie, exchange.set_cookie))
        page = exchange.top_level_site
        refused = dict(exchange.refused)
        # Where no network lay between, http is what a test client has by default, and says nothing about the site.
        unsaid = place is not None and (place.host in STAND_INS or (exchange.in_process and not place.trustworthy))
        outcomes: list[Stored | Rejected | Rejection]
        if place is None:
            outcomes = [*(self.jar.receive(assumed_url(cookie), cookie, top_level_site=page)[0] for cookie in cookies)]
        elif place.host in WITHOUT_DOMAIN and any(cookie.domain for cookie in cookies):
            outcomes = [
                *(
                    self.jar.receive(stand_in_url(place, cookie, unsaid), cookie, top_level_site=page)[0]
                    for cookie in cookies
                )
            ]
        elif refused:
            url = jar_url(place, unsaid)
            outcomes = [
                refused.get(index) or self.jar.receive(url, cookie, top_level_site=page)[0]
                for index, cookie in enumerate(cookies)
            ]
        else:
            outcomes = [*self.jar.receive(jar_url(place, unsaid), cookies, top_level_site=page)]
        if self._follow is not None:
            for cookie, outcome in zip(cookies, outcomes, strict=True):
                if isinstance(outcome, Stored):
                    operation = Operation.DELETE if outcome.change == "deleted" else Operation.STORE
                    self._learn(StorageKind.COOKIE, cookie.name, cookie.value, operation)
        erased = self._erase(exchange, place, unsaid)
        of_all = {
            "host": None if place is None else place.host,
            "secure_origin": None if place is None or unsaid else place.trustworthy,
            "party": party_of(place, page),
            "time": now,
        }
        count = len(cookies)
        recorded: list[Observation] = []
        for index, (cookie, outcome) in enumerate(zip(cookies, outcomes, strict=True), 1):
            source = self._source(exchange, index, count)
            recorded.append(self._cookie(cookie, outcome, source, sent, of_all))
        source = self._source(exchange)
        for entry in erased:
            of_entry = of_all if entry.kind is StorageKind.COOKIE else {"time": now}
            gone = replace(entry, source=source, consent=self.consent, sequence=len(self.observations), **of_entry)
            recorded.append(self._keep(gone))
        return recorded

    def _erase(self, exchange: HttpExchange, place: RequestTarget | None, unsaid: bool) -> list[Observation]:
        """Take from the device what the response tells it to forget; return the deletions, not yet recorded."""
        types = cleared_types(exchange.clear_site_data)
        if not types or not (place is None or unsaid or place.trustworthy):
            return []
        erased: list[Observation] = []
        if "cookies" in types:
            for url in self._sites(place, unsaid):
                erased += map(erased_cookie, self.jar.clear_site(url, top_level_site=exchange.top_level_site))
        if "storage" in types:
            host = None if place is None else place.host
            erased += [erased_storage(entry) for entry in self.web_storage() if entry.host in (None, host)]
        for entry in erased:
            self._learn(entry.kind, entry.name, None, Operation.DELETE)
        return erased

    def _sites(self, place: RequestTarget | None, unsaid: bool) -> list[str]:
        """Whose cookies a response erases: where the host is unknown or made up, all that such a host has set."""
        if place is not None and place.host not in WITHOUT_DOMAIN:
            return [jar_url(place, unsaid)]
        host = None if place is None else place.host
        set_here = (seen for seen in self.observations if seen.kind is StorageKind.COOKIE and seen.host == host)
        domains = dict.fromkeys(seen.domain for seen in set_here if seen.domain and seen.rejection is None)
        own = f"https://{ASSUMED_HOST}/" if place is None else jar_url(place, unsaid)
        return [own, *(f"https://{domain}/" for domain in domains)]

    def _source(self, exchange: HttpExchange, index: int | None = None, count: int | None = None) -> Source:
        return Source(
            exchange.adapter,
            exchange.method,
            exchange.url,
            exchange.status,
            index,
            count,
            self.test,
            exchange.page,
            exchange.frame,
            exchange.initiator,
        )

    def _cookie(
        self,
        cookie: SetCookie,
        outcome: Stored | Rejected | Rejection,
        source: Source,
        sent: float,
        of_all: Mapping[str, Any],
        set_by: SetBy = SetBy.SERVER,
    ) -> Observation:
        rejection = None
        operation = Operation.STORE
        domain, path, partition = cookie.domain, cookie.path, None
        if not isinstance(outcome, Stored):
            rejection = outcome if isinstance(outcome, Rejection) else _rejection(outcome)
            if cookie.deletes(sent):
                operation = Operation.DELETE
        else:
            domain, path, partition = outcome.cookie.domain, outcome.cookie.path, outcome.cookie.partition_key
            if outcome.change == "deleted":
                operation = Operation.DELETE
        return self._keep(
            Observation(
                kind=StorageKind.COOKIE,
                name=cookie.name,
                operation=operation,
                source=source,
                value=cookie.value,
                value_length=len(cookie.value.encode("utf-8", "surrogatepass")),
                set_cookie=cookie,
                lifetime=declared_lifetime(cookie, sent),
                domain=domain,
                path=path,
                set_by=set_by,
                partition_key=partition,
                rejection=rejection,
                consent=self.consent,
                sequence=len(self.observations),
                **of_all,
            )
        )

    def _keep(self, observation: Observation) -> Observation:
        self.observations.append(observation)
        if self._sink is not None:
            self._sink(observation)
        return observation


def _rejection(outcome: Rejected) -> Rejection:
    return Rejection(outcome.reason.value, outcome.step, outcome.message)


def declared_lifetime(cookie: SetCookie, sent: float) -> Lifetime:
    """Seconds from ``sent`` (epoch seconds, the response's Date) until the header's end; Max-Age wins over Expires."""
    expiry = cookie.expiry_time(sent)
    return SESSION if expiry is None else Lifetime(max(expiry - sent, 0.0))
