"""A visitor without a browser: what all drivers share, which is everything but the way to the application."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import urldefrag, urljoin, urlsplit

from policycheck.errors import UsageError
from policycheck.jar.suffixes import default_public_suffix
from policycheck.model.lifetime import PERSISTENT, SESSION
from policycheck.model.observation import HttpExchange, Observation, Source
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.recording import WITHOUT_DOMAIN, Recorder
from policycheck.testing.clock import Clock
from policycheck.testing.drivers.errors import DriverError
from policycheck.testing.drivers.messages import Answer, Page, Request
from policycheck.wire.hosts import domain_match, registrable_domain
from policycheck.wire.url import request_target

FormData: TypeAlias = Mapping[str, Any] | Iterable[tuple[str, str]] | str | bytes
MAX_REDIRECTS = 20
"""As many as browsers follow (Fetch, HTTP-redirect fetch)."""
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 policycheck"
_WEB_STORAGE = tuple(kind for kind in StorageKind if kind not in (StorageKind.COOKIE, StorageKind.WEB))
_TO_GET = {301: ("POST",), 302: ("POST",), 303: None}
"""Which methods become GET at a redirect (RFC 9110, 15.4); None means all but HEAD."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OF_A_BODY = frozenset({"content-type", "content-length"})


class HttpDriver(ABC):
    """Acts for one visitor by requests, with a browser's cookie store. A subclass writes :meth:`choose`.

    ``base_url`` is the origin at which the visitor sees the application; with https Secure cookies work. Every response
    of a redirect chain is recorded. A page with a status of 400 or more raises :class:`DriverError`, unless
    ``allow_errors`` is set: a journey in which every page is missing would observe nothing, and must not pass.
    """

    base_url = "https://localhost"
    pages: Sequence[str] = ("/",)
    actions: Mapping[str, Callable[[Any], object]] = {}
    allow_errors = False
    in_process = True
    """True where the application runs in this process, so that stopping its clock stops the application's."""

    recorder: Recorder
    clock: Clock

    def __init__(self) -> None:
        self.interactions = 0
        self.tabs: list[list[Page]] = [[]]
        self._tab = 0
        self._gpc = False

    def start(self, recorder: Recorder, clock: Clock) -> None:
        """Begin as a visitor whom the application has never seen."""
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/") or parts.query:
            raise UsageError("base_url is an origin, scheme and host such as https://shop.example, without a path")
        self.recorder = recorder
        self.clock = clock

    @abstractmethod
    def send(self, request: Request) -> Answer:
        """Hand one request to the application and return its answer, without following it anywhere."""

    @abstractmethod
    def choose(self, granted: frozenset[str]) -> object:
        """Have the visitor consent to exactly the categories ``granted``, in the way that the application offers."""

    def close(self) -> None:  # noqa: B027 - most drivers have nothing to close
        """The journey is over."""

    def visit(self, page: str) -> Page:
        """Load a page, with its redirects."""
        return self.get(page)

    def get(self, path: str, *, headers: Mapping[str, str] | None = None) -> Page:
        """Load ``path`` of the application, or an absolute URL of its site."""
        return self.request("GET", path, headers=headers)

    def post(
        self,
        path: str,
        data: FormData | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """Post form fields, or ``json`` as a script in the page does, which leaves the page where it is."""
        return self.request("POST", path, data=data, json=json, headers=headers)

    def request(
        self,
        method: str,
        path: str,
        *,
        data: FormData | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """Do one thing that the visitor does: send a request and follow its redirects.

        ``data`` is a mapping of form fields, in which a list stands for a field that comes several times, or pairs, or
        a body that is ready. Without ``json`` the answer becomes the page of this tab. Raises :class:`DriverError`.
        """
        if not hasattr(self, "recorder"):
            raise UsageError("a driver needs start(recorder, clock) before its first request")
        body, kind = _body(data, json)
        url = urldefrag(urljoin(f"{self.base_url.rstrip('/')}/", path)).url
        own = {"content-type": kind} if kind else {}
        own |= {name.lower(): value for name, value in (headers or {}).items()}
        self.interactions += 1
        page = self._follow(method.upper(), url, own, body, by_script=json is not None)
        if json is None:
            self.tabs[self._tab].append(page)
        return page

    @property
    def page(self) -> Page:
        """The page that is open in this tab. Raises :class:`DriverError` when none is."""
        if not self.tabs[self._tab]:
            raise DriverError("no page is open in this tab\n  fix: load one first, as in self.get('/')")
        return self.tabs[self._tab][-1]

    def open_tab(self) -> int:
        """Open another, empty tab of the same browser and go on there. Returns its number, from 0."""
        self.tabs.append([])
        return self.switch_tab(len(self.tabs) - 1)

    def switch_tab(self, number: int) -> int:
        """Go on in the tab with this ``number``, whose page is as it was loaded. Returns the number."""
        if not 0 <= number < len(self.tabs):
            raise UsageError(f"there is no tab {number}; there are 0 to {len(self.tabs) - 1}")
        self._tab = number
        return number

    def gpc(self, on: bool) -> None:
        """Send ``Sec-GPC: 1`` (Global Privacy Control) with every request, or no longer."""
        self._gpc = on

    def storage(
        self, kind: str, name: str, value: str | None = None, *, operation: str = "store", host: str | None = None
    ) -> Observation:
        """Record what a script of the page writes to web storage, since no script runs here.

        ``kind`` is ``localStorage``, ``sessionStorage``, ``indexedDB`` or ``caches``; ``operation`` is ``store``,
        ``access`` or ``delete``; ``host`` is that of the open page unless given. Raises
        :class:`policycheck.errors.UsageError`.
        """
        if kind not in _WEB_STORAGE:
            raise UsageError(f"{kind!r} is no kind of web storage; there are {', '.join(_WEB_STORAGE)}")
        if operation not in tuple(Operation):
            raise UsageError(f"{operation!r} is no operation; there are {', '.join(Operation)}")
        return self.recorder.write(
            Observation(
                kind=StorageKind(kind),
                name=name,
                operation=Operation(operation),
                source=Source("driver.storage()"),
                value=value,
                value_length=None if value is None else len(value.encode("utf-8", "surrogatepass")),
                lifetime=SESSION if kind == StorageKind.SESSION_STORAGE else PERSISTENT,
                host=host or request_target(self._here()).host,
                set_by=SetBy.SCRIPT,
                time=self.clock.now(),
            )
        )

    def answers(self, url: str) -> bool:
        """Whether the application is to be asked for ``url``: any host of the site of ``base_url``."""
        suffixes = default_public_suffix()
        hosts = {request_target(place).host for place in (url, self.base_url)}
        return len({registrable_domain(host, suffixes) for host in hosts}) == 1

    def _here(self) -> str:
        """The URL of the open page, or else where the visitor is about to go."""
        pages = self.tabs[self._tab]
        return pages[-1].url if pages else f"{self.base_url.rstrip('/')}/"

    def _follow(self, method: str, url: str, own: dict[str, str], body: bytes, *, by_script: bool) -> Page:
        referring = self.tabs[self._tab][-1].url if self.tabs[self._tab] else None
        origin = _origin(referring or self.base_url)
        asked = Request(method, url)
        for _ in range(MAX_REDIRECTS + 1):
            if not url.startswith(("http://", "https://")) or not self.answers(url):
                raise _astray(asked, url)
            headers = {**self._headers(url, referring, by_script=by_script), **own}
            if method not in ("GET", "HEAD"):
                headers.setdefault("origin", origin)
                headers.setdefault("content-length", str(len(body)))
            request = Request(method, url, tuple(headers.items()), body)
            answer = self._exchange(request)
            location = answer.header("location") if answer.status in _REDIRECTS else None
            onward = urldefrag(urljoin(url, location.strip())).url if location else None
            if onward is None:
                return self._arrived(request, answer)
            if _origin(onward) != _origin(url):
                origin = "null"  # Fetch, HTTP-redirect fetch: a request that crossed origins comes from nowhere
                own.pop("authorization", None)
            changing = _TO_GET.get(answer.status, ())
            if method != "HEAD" and (changing is None or method in changing):
                method, body = "GET", b""
                own = {name: value for name, value in own.items() if name not in _OF_A_BODY}
            url = onward
        raise DriverError(
            f"{asked.method} {asked.path}: more than {MAX_REDIRECTS} redirects, the last one to {request.path}"
        )

    def _headers(self, url: str, referring: str | None, *, by_script: bool) -> dict[str, str]:
        headers = {
            "host": urlsplit(url).netloc.rpartition("@")[2],
            "user-agent": USER_AGENT,
            "accept": "*/*" if by_script else "text/html,application/xhtml+xml,*/*;q=0.8",
            "accept-language": "en",
        }
        cookies = self.recorder.jar.cookie_header(self._jar_url(url))
        if cookies is not None:
            headers["cookie"] = cookies
        if self._gpc:
            headers["sec-gpc"] = "1"
        if referring is not None and not (referring.startswith("https:") and url.startswith("http:")):
            # strict-origin-when-cross-origin, the default of browsers (Referrer Policy, 3.8)
            headers["referer"] = referring if _origin(referring) == _origin(url) else f"{_origin(referring)}/"
        return headers

    def _jar_url(self, url: str) -> str:
        """Where no network lies between, the recorder takes http for https, and so must the way back."""
        return f"https:{url.removeprefix('http:')}" if self.in_process and url.startswith("http:") else url

    def _exchange(self, request: Request) -> Answer:
        answer = self.send(request)
        recorded = self.recorder.response(
            HttpExchange(
                method=request.method,
                url=request.url,
                status=answer.status,
                set_cookie=tuple(v.encode("latin-1") for name, v in answer.headers if name.lower() == "set-cookie"),
                date=answer.header("date"),
                adapter="driver",
                in_process=self.in_process,
            )
        )
        host = request_target(request.url).host
        for observation in recorded:
            domain = observation.domain
            if host in WITHOUT_DOMAIN and domain and observation.stored and not domain_match(host, domain):
                raise DriverError(
                    f"{request.method} {request.path} sets {observation.subject} for the domain {domain}, to which"
                    f" {host} does not belong, so the application would never see it again\n"
                    f'  fix: base_url = "https://{domain}" in the driver'
                )
        return answer

    def _arrived(self, request: Request, answer: Answer) -> Page:
        if answer.status >= 400 and not self.allow_errors:
            what = f"{request.method} {request.path} answered {answer.status}"
            if answer.error is not None:
                answer.error.add_note(f"{what} in a journey of policycheck")
                raise answer.error
            raise DriverError(f"{what}\n  fix: {self.advice(request, answer)}")
        return Page(request.url, answer.status, answer.headers, answer.body)

    def advice(self, request: Request, answer: Answer) -> str:
        """What to do about an error page: the last line of the message."""
        return "ask for a page that exists, or set allow_errors = True in the driver where errors belong to the journey"


def _astray(asked: Request, url: str) -> DriverError:
    parts = urlsplit(url)
    where = f"{parts.scheme}://{parts.hostname or ''}" if parts.netloc else f"{parts.scheme}:"
    return DriverError(
        f"{asked.method} {asked.path} leads to {where}, where this driver does not go\n"
        "  fix: leave this page out, or let the driver's answers(url) return True where the application answers there"
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _body(data: FormData | None, json: Any) -> tuple[bytes, str | None]:
    """The octets of a request's body and its Content-Type."""
    if json is not None:
        if data is not None:
            raise UsageError("a request has data or json, not both")
        from json import dumps

        return dumps(json).encode(), "application/json"
    if data is None:
        return b"", None
    if isinstance(data, (str, bytes)):
        body = data.encode() if isinstance(data, str) else data
    else:
        from urllib.parse import urlencode

        pairs: Any = data if isinstance(data, Mapping) else list(data)
        body = urlencode(pairs, doseq=True).encode()
    return body, "application/x-www-form-urlencoded"
