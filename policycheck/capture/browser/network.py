"""Responses and requests as Chromium's protocol tells them: raw headers, each hop, what was refused and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from policycheck.capture.browser.device import BrowserDevice
from policycheck.capture.browser.places import initiator_of
from policycheck.jar.addresses import place_of_url
from policycheck.jar.outcome import RejectReason
from policycheck.model.observation import THIRD_PARTY_BLOCKED, HttpExchange, Initiator, Rejection
from policycheck.model.request import NAVIGATION, SentRequest

_MOST = 2000
"""Requests whose answer is awaited; of more than that the oldest are given up."""
_RESOURCES = {"document": "iframe", "ping": "beacon"}
_REASONS = {
    "SecureOnly": RejectReason.SECURE_OVER_HTTP,
    "SameSiteStrict": RejectReason.CROSS_SITE,
    "SameSiteLax": RejectReason.CROSS_SITE,
    "SameSiteUnspecifiedTreatedAsLax": RejectReason.CROSS_SITE,
    "SchemefulSameSiteStrict": RejectReason.CROSS_SITE,
    "SchemefulSameSiteLax": RejectReason.CROSS_SITE,
    "SchemefulSameSiteUnspecifiedTreatedAsLax": RejectReason.CROSS_SITE,
    "SameSiteNoneInsecure": RejectReason.NONE_WITHOUT_SECURE,
    "OverwriteSecure": RejectReason.OVERLAYS_SECURE,
    "InvalidDomain": RejectReason.FOREIGN_DOMAIN,
    "NameValuePairExceedsMaxSize": RejectReason.OVERSIZED,
    "DisallowedCharacter": RejectReason.CONTROL_CHARACTER,
    "NoCookieContent": RejectReason.EMPTY,
}
_SETTINGS = frozenset({"UserPreferences", "ThirdPartyPhaseout", "ThirdPartyBlockedInFirstPartySet"})
_JUDGED_BY_THE_JAR = frozenset({"InvalidPrefix", "SyntaxError"})


@dataclass(slots=True)
class _Hop:
    """One request of a chain of redirects."""

    url: str
    method: str
    page: str
    frame: str
    page_load: bool
    initiator: Initiator | None


@dataclass(slots=True)
class _Chain:
    """The hops of one request, and the answers that came before their request was told."""

    hops: list[_Hop] = field(default_factory=list[_Hop])
    answers: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    answered: int = 0


class Network:
    """Pairs requests with the raw headers of their answers, which come in either order and from either session."""

    def __init__(self, device: BrowserDevice) -> None:
        self._device = device
        self._chains: dict[str, _Chain] = {}

    def sent(self, event: Mapping[str, Any], *, page: str, top: bool) -> None:
        """``Network.requestWillBeSent``; ``page`` is the URL in the address bar, ``top`` says that its frame asks."""
        request = event["request"]
        url = str(request["url"])
        if place_of_url(url) is None:  # data:, blob:, an extension: nothing leaves the device
            return
        kind = str(event.get("type", "")).lower()
        page_load = top and kind == NAVIGATION
        where = url if page_load else page
        frame = url if kind == NAVIGATION else str(event.get("documentURL") or page)
        initiator = _initiator(event.get("initiator") or {}, where)
        resource = NAVIGATION if page_load else _RESOURCES.get(kind, kind)
        self._device.request(
            SentRequest(
                url=url,
                method=str(request["method"]),
                resource=resource,
                initiator=initiator,
                page=where,
                frame=frame,
                time=self._device.recorder.now,
            )
        )
        chain = self._chain(str(event["requestId"]))
        chain.hops.append(_Hop(url, str(request["method"]), where, frame, page_load, initiator))
        self._pair(chain)

    def answered(self, event: Mapping[str, Any]) -> None:
        """``Network.responseReceivedExtraInfo``: the headers as they came over the network."""
        chain = self._chain(str(event["requestId"]))
        chain.answers.append(event)
        self._pair(chain)

    def received(self, event: Mapping[str, Any]) -> None:
        """``Network.responseReceived``: of use where the response came over no network, from a cache or a worker."""
        if not event.get("hasExtraInfo", True):
            chain = self._chain(str(event["requestId"]))
            chain.answers.append({"statusCode": event["response"]["status"], "headers": {}})
            self._pair(chain)

    def _chain(self, request: str) -> _Chain:
        chain = self._chains.get(request)
        if chain is None:
            if len(self._chains) >= _MOST:
                del self._chains[next(iter(self._chains))]
            chain = self._chains[request] = _Chain()
        return chain

    def _pair(self, chain: _Chain) -> None:
        while chain.answers and chain.answered < len(chain.hops):
            hop = chain.hops[chain.answered]
            chain.answered += 1
            self._device.response(_exchange(hop, chain.answers.pop(0)), page_load=hop.page_load)


def _exchange(hop: _Hop, answer: Mapping[str, Any]) -> HttpExchange:
    headers: dict[str, str] = {name.lower(): text for name, text in answer["headers"].items()}
    lines = tuple(headers["set-cookie"].split("\n")) if "set-cookie" in headers else ()
    return HttpExchange(
        method=hop.method,
        url=hop.url,
        status=answer.get("statusCode"),
        set_cookie=lines,
        date=headers.get("date"),
        top_level_site=None if hop.page_load else hop.page,
        clear_site_data=tuple(headers["clear-site-data"].split("\n")) if "clear-site-data" in headers else (),
        refused=_refused(lines, answer.get("blockedCookies") or ()),
        page=hop.page,
        frame=hop.frame,
        initiator=hop.initiator,
    )


def _refused(lines: tuple[str, ...], blocked: Any) -> tuple[tuple[int, Rejection], ...]:
    refused: dict[int, Rejection] = {}
    for entry in blocked:
        rejection = _rejection(tuple(entry.get("blockedReasons") or ()))
        if rejection is None:
            continue
        for index, line in enumerate(lines):
            if line == entry.get("cookieLine") and index not in refused:
                refused[index] = rejection
                break
    return tuple(refused.items())


def _rejection(reasons: tuple[str, ...]) -> Rejection | None:
    """What Chromium says (protocol, SetCookieBlockedReason), in the words of our own store where it has them."""
    if not reasons or _JUDGED_BY_THE_JAR.intersection(reasons):
        return None
    if _SETTINGS.intersection(reasons):
        return Rejection(THIRD_PARTY_BLOCKED, "Chromium", "the browser blocks cookies of third parties")
    known = next((_REASONS[reason] for reason in reasons if reason in _REASONS), None)
    if known is not None:
        return Rejection(known.value, known.step, known.message)
    return Rejection(reasons[0], "Chromium", f"the browser says {reasons[0]}")


def _initiator(said: Mapping[str, Any], page: str) -> Initiator | None:
    """The nearest script on the stack, else the document whose markup asked."""
    stack = said.get("stack")
    while stack:
        for frame in stack.get("callFrames", ()):
            if frame.get("url"):
                return initiator_of(frame["url"], int(frame.get("lineNumber", 0)) + 1, page)
        stack = stack.get("parent")
    line = said.get("lineNumber")
    return initiator_of(said.get("url"), None if line is None else int(line) + 1, page)
