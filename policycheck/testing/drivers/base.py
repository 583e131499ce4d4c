"""A visitor without a browser: what all drivers share, which is everything but the way to the application."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from policycheck.capture.storage import storage_write
from policycheck.errors import UsageError
from policycheck.jar.addresses import WITHOUT_DOMAIN
from policycheck.jar.suffixes import default_public_suffix
from policycheck.model.observation import HttpExchange, Observation
from policycheck.recording import Recorder
from policycheck.testing.clock import Clock
from policycheck.testing.drivers.errors import DriverError
from policycheck.testing.drivers.messages import Answer, Page, Request
from policycheck.testing.drivers.outgoing import REDIRECTS, FormData, Outgoing, encoded, location_of, origin_of, resolve
from policycheck.testing.drivers.scripts import cookie_write, domain_elsewhere
from policycheck.wire.hosts import domain_match, registrable_domain
from policycheck.wire.url import request_target

if TYPE_CHECKING:
    from policycheck.testing.drivers.forms import Form

MAX_REDIRECTS = 20
"""As many as browsers follow (Fetch, HTTP-redirect fetch)."""


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
        self._scripted = False

    def start(self, recorder: Recorder, clock: Clock) -> None:
        """Begin as a visitor whom the application has never seen."""
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.query:
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
        __tracebackhide__ = True
        return self.request("GET", path, headers=headers)

    def post(
        self,
        path: str,
        data: FormData | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """Post form fields, or ``json`` as a script in the page does, which leaves the page where it is."""
        __tracebackhide__ = True
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
        a body that is ready. The answer becomes the page of this tab, unless a script asked (``json``,
        :meth:`scripted`). Raises :class:`DriverError`.
        """
        __tracebackhide__ = True
        if not hasattr(self, "recorder"):
            raise UsageError("a driver needs start(recorder, clock) before its first request")
        body, kind = encoded(data, json)
        own = {"content-type": kind} if kind else {}
        own |= {name.lower(): value for name, value in (headers or {}).items()}
        by_script = json is not None or self._scripted
        opened = self.tabs[self._tab]
        outgoing = Outgoing(
            method.upper(),
            resolve(f"{self.base_url.rstrip('/')}/", path),
            own,
            body,
            origin=origin_of(self._here()),
            referring=opened[-1].url if opened else None,
            by_script=by_script,
        )
        self.interactions += 1
        page = self._follow(outgoing)
        if not by_script:
            opened.append(page)
        return page

    @contextmanager
    def scripted(self) -> Generator[None]:
        """What is requested within this context, a script of the page requests by itself.

        Nobody clicks, nothing is chosen by it, and the open page stays. A script that sends the visitor's own choice is
        no such thing: that is ``post(path, json=...)`` without this context.
        """
        clicks, deciding = self.interactions, self.recorder.before
        self.recorder.before, self._scripted = None, True
        try:
            yield
        finally:
            self.interactions, self.recorder.before, self._scripted = clicks, deciding, False

    def submit(self, form: str | int | None = None, /, **fields: Any) -> Page:
        """Fill in a form of the open page and send it, with its hidden fields, such as a token against CSRF.

        ``form`` is its number from 0, its id, its name, or the end of its action; it is needed only where several forms
        have all these fields. A box, radio button, option or button takes its value, a list of them, or True and False;
        a button is pressed by naming it. What is not named stays as the page has it. Raises :class:`DriverError`.
        """
        from policycheck.testing.drivers.forms import choose_form

        __tracebackhide__ = True
        chosen, pairs = choose_form(self.page, form, tuple(fields)).filled(fields)
        if chosen.method == "POST":
            return self.request("POST", chosen.action, data=pairs)
        if chosen.method != "GET":
            raise DriverError("the form of a dialog sends nothing; a script has to")
        return self.request("GET", urljoin(chosen.action, f"?{encoded(pairs, None)[0].decode()}"))

    @property
    def page(self) -> Page:
        """The page that is open in this tab. Raises :class:`DriverError` when none is."""
        if not self.tabs[self._tab]:
            raise DriverError("no page is open in this tab\n  fix: load one first, as in self.get('/')")
        return self.tabs[self._tab][-1]

    @property
    def forms(self) -> list[Form]:
        """The forms of the open page, in order."""
        from policycheck.testing.drivers.forms import forms

        return forms(self.page)

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

        ``kind`` is ``localStorage``, ``sessionStorage``, ``indexedDB``, ``caches`` or ``fileSystem``; ``operation`` is
        ``store``, ``access`` or ``delete``; ``host`` is that of the open page unless given. Raises
        :class:`policycheck.errors.UsageError`.
        """
        return self.recorder.write(
            storage_write(
                kind,
                name,
                value,
                operation,
                said_by="driver.storage()",
                host=host or request_target(self._here()).host,
                time=self.clock.now(),
                for_cookies="; for a cookie call document_cookie()",
            )
        )

    def document_cookie(self, assignment: str) -> Observation:
        """Store what a script of the page assigns to ``document.cookie``: ``consent=yes; Path=/; Max-Age=3600``.

        The jar judges it as a browser does (no HttpOnly, none of another host), and sends it from then on.
        """
        url = self._jar_url(self._here())
        return self.recorder.write(cookie_write(self.recorder, url, assignment, self.clock.now()))

    def answers(self, url: str) -> bool:
        """Whether the application is to be asked for ``url``: any host of the site of ``base_url``."""
        hosts = {request_target(place).host for place in (url, self.base_url)}
        if len(hosts) == 1:
            return True
        suffixes = default_public_suffix()
        return len({registrable_domain(host, suffixes) for host in hosts}) == 1

    def advice(self, request: Request, answer: Answer) -> str:
        """What to do about an error page: the last line of the message."""
        return "ask for a page that exists, or set allow_errors = True in the driver where errors belong to the journey"

    def _here(self) -> str:
        """The URL of the open page, or else where the visitor is about to go."""
        pages = self.tabs[self._tab]
        return pages[-1].url if pages else f"{self.base_url.rstrip('/')}/"

    def _jar_url(self, url: str) -> str:
        """Where no network lies between, the recorder takes http for https, and so must the way back."""
        return f"https:{url.removeprefix('http:')}" if self.in_process and url.startswith("http:") else url

    def _follow(self, outgoing: Outgoing) -> Page:
        asked = request = Request(outgoing.method, outgoing.url)
        __tracebackhide__ = True
        for _ in range(MAX_REDIRECTS + 1):
            request = self._as_sent(outgoing, asked)
            answer = self._exchange(request)
            if not _redirected(outgoing, answer):
                return self._arrived(request, answer)
        raise DriverError(
            f"{asked.method} {asked.path}: more than {MAX_REDIRECTS} redirects, the last one from {request.path}"
        )

    def _as_sent(self, outgoing: Outgoing, asked: Request) -> Request:
        """The request of this hop. Cookies stay out of the frames that a failing test shows with its locals."""
        url = outgoing.url
        if not url.startswith(("http://", "https://")) or not self.answers(url):
            raise _astray(asked, url)
        headers = outgoing.headers(self.recorder.jar.cookie_header(self._jar_url(url)), gpc=self._gpc)
        return Request(outgoing.method, url, tuple(headers.items()), outgoing.body)

    def _exchange(self, request: Request) -> Answer:
        __tracebackhide__ = True
        try:
            answer = self.send(request)
        except DriverError:
            raise
        except Exception as error:
            error.add_note(f"{request.method} {request.path} raised it in a journey of policycheck")
            raise
        recorded = self.recorder.response(
            HttpExchange(
                method=request.method,
                url=request.url,
                status=answer.status,
                set_cookie=tuple(value.encode("latin-1") for value in answer.values("set-cookie")),
                date=answer.header("date"),
                adapter="driver",
                in_process=self.in_process,
                clear_site_data=answer.values("clear-site-data"),
            )
        )
        if answer.error is not None and not self.allow_errors:
            answer.error.add_note(
                f"{request.method} {request.path} answered {answer.status} in a journey of policycheck"
            )
            raise answer.error
        host = request_target(request.url).host
        for observation in recorded if host in WITHOUT_DOMAIN else ():
            domain = observation.domain
            if observation.stored and domain is not None and not domain_match(host, domain):
                raise domain_elsewhere(f"{request.method} {request.path} sets {observation.subject}", domain, host)
        return answer

    def _arrived(self, request: Request, answer: Answer) -> Page:
        if answer.status >= 400 and not self.allow_errors:
            raise DriverError(
                f"{request.method} {request.path} answered {answer.status}\n  fix: {self.advice(request, answer)}"
            )
        return Page(request.url, answer.status, answer.headers, answer.body)


def _redirected(outgoing: Outgoing, answer: Answer) -> bool:
    """True when ``answer`` sends the visitor on; ``outgoing`` is then the request that comes next."""
    location = answer.header("location") if answer.status in REDIRECTS else None
    if location is None:
        return False
    outgoing.redirect(answer.status, resolve(outgoing.url, location_of(location)))
    return True


def _astray(asked: Request, url: str) -> DriverError:
    parts = urlsplit(url)
    where = f"{parts.scheme}://{parts.hostname or ''}" if parts.netloc else f"{parts.scheme}:"
    return DriverError(
        f"{asked.method} {asked.path} leads to {where}, where this driver does not go\n"
        "  fix: leave this page out, or let the driver's answers(url) return True where the application answers there"
    )
