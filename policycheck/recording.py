"""The recorder: what adapters write into. It interprets headers once, keeps a browser's jar, and stamps consent."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from policycheck.jar import CookieJar, Rejected
from policycheck.model.consent import UNSET, ConsentState
from policycheck.model.cookie import SetCookie
from policycheck.model.lifetime import SESSION, Lifetime
from policycheck.model.observation import HttpExchange, Observation, Rejection, Source
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.wire import parse_cookie_date, parse_set_cookie

ASSUMED_URL = "https://unknown.invalid/"
"""Stands for the URL of evidence that names none; a Domain attribute is then taken at its word."""


class Recorder:
    """Turns exchanges and writes into observations, in order, each stamped with the consent in force.

    One recorder is one device with one visitor: its jar knows what lies there. ``consent`` may be set at any time and
    holds for what is recorded from then on. ``exchanges`` counts the responses seen, with or without cookies: a run in
    which it stays zero has observed nothing.
    """

    def __init__(
        self,
        *,
        now: Callable[[], float] = time.time,
        consent: ConsentState = UNSET,
        test: str | None = None,
        sink: Callable[[Observation], None] | None = None,
    ) -> None:
        self.consent = consent
        self.test = test
        self.observations: list[Observation] = []
        self.exchanges = 0
        self.jar = CookieJar(now=now)
        self._now = now
        self._sink = sink

    def response(self, exchange: HttpExchange) -> list[Observation]:
        """Record one response. Returns one observation for each Set-Cookie header, in order."""
        self.exchanges += 1
        count = len(exchange.set_cookie)
        if not count:
            return []
        now = self._now()
        sent = parse_cookie_date(exchange.date) if exchange.date else None
        recorded = []
        for index, raw in enumerate(exchange.set_cookie, 1):
            source = Source(exchange.adapter, exchange.method, exchange.url, exchange.status, index, count, self.test)
            recorded.append(self._cookie(exchange, parse_set_cookie(raw), source, now, now if sent is None else sent))
        return recorded

    def write(self, observation: Observation) -> Observation:
        """Record an observation that is no header: a storage write, a line of an observations file."""
        stamped = replace(
            observation,
            consent=self.consent,
            sequence=len(self.observations),
            source=replace(observation.source, test=observation.source.test or self.test),
        )
        return self._keep(stamped)

    def _cookie(
        self, exchange: HttpExchange, cookie: SetCookie, source: Source, now: float, sent: float
    ) -> Observation:
        url = exchange.url or ASSUMED_URL.replace("unknown.invalid", cookie.domain or "unknown.invalid")
        (outcome,) = self.jar.receive(url, [cookie], top_level_site=exchange.top_level_site)
        rejection = None
        operation = Operation.STORE
        domain, path = cookie.domain, cookie.path
        if isinstance(outcome, Rejected):
            rejection = Rejection(outcome.reason.value, outcome.step, outcome.message)
            if cookie.deletes(sent):
                operation = Operation.DELETE
        else:
            domain, path = outcome.cookie.domain, outcome.cookie.path
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
                host=_host(exchange.url),
                domain=domain,
                path=path,
                secure_origin=None if exchange.url is None else exchange.url.startswith("https:"),
                set_by=SetBy.SERVER,
                rejection=rejection,
                consent=self.consent,
                time=now,
                sequence=len(self.observations),
            )
        )

    def _keep(self, observation: Observation) -> Observation:
        self.observations.append(observation)
        if self._sink is not None:
            self._sink(observation)
        return observation


def declared_lifetime(cookie: SetCookie, sent: float) -> Lifetime:
    """Seconds from ``sent`` (epoch seconds, the response's Date) until the header's end; Max-Age wins over Expires."""
    expiry = cookie.expiry_time(sent)
    return SESSION if expiry is None else Lifetime(max(expiry - sent, 0.0))


def _host(url: str | None) -> str | None:
    if url is None:
        return None
    from urllib.parse import urlsplit

    return urlsplit(url).hostname
