"""What is seen of an application: headers, responses, observations; of a catalogue, or of anything at all."""

from __future__ import annotations

from hypothesis import strategies as st

from policycheck.catalogue.entries import Catalogue, Item
from policycheck.errors import UsageError
from policycheck.model.cookie import SetCookie
from policycheck.model.lifetime import PERSISTENT, SESSION
from policycheck.model.observation import HttpExchange, Observation, Source
from policycheck.model.party import Party
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.recording import Recorder
from policycheck.testing.strategies.headers import set_cookie_headers
from policycheck.testing.strategies.naming import names
from policycheck.testing.strategies.scene import HOST, SENT, SENT_DATE, response, scene_of
from policycheck.testing.strategies.values import values_for
from policycheck.testing.strategies.words import WORDS
from policycheck.wire import parse_set_cookie

_ATTRIBUTES = (
    "Secure", "HttpOnly", "Partitioned", "SameSite=Lax", "SameSite=None", "SameSite=Relaxed", "Path=/", "Path=/a/b",
    "Path=a", f"Domain={HOST}", "Domain=.example", "Domain=", "Max-Age=0", "Max-Age=3600", "Max-Age=-1", "Max-Age=x",
    "Expires=Wed, 21 Oct 2026 07:28:00 GMT", "Expires=Thu, 01 Jan 1970 00:00:00 GMT", "Expires=soon", "Priority=High",
    "Version=1", "",
)  # fmt: skip
_NAMES = WORDS | st.sampled_from(["", "__Host-a", "__Secure-a", "_ga", "PHPSESSID"]) | st.text(max_size=6)
_METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE"])
_KINDS = [kind for kind in StorageKind if kind is not StorageKind.WEB]


def raw_headers() -> st.SearchStrategy[str | bytes]:
    """Set-Cookie headers of any kind, careful and careless ones, as text or as the octets of a network."""
    pair = st.tuples(_NAMES, st.text(max_size=6)).map("=".join) | st.text(max_size=6)
    rest = st.lists(st.sampled_from(_ATTRIBUTES) | st.text(max_size=4), max_size=4)
    texts = st.tuples(pair, rest).map(lambda parts: "; ".join([parts[0], *parts[1]]))
    return texts | texts.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=8)


def set_cookies() -> st.SearchStrategy[SetCookie]:
    """What was read from one header of any kind, by the parser itself; so the oddities of a header are there too."""
    return raw_headers().map(parse_set_cookie)


def http_exchanges(catalogue: Catalogue | None = None) -> st.SearchStrategy[HttpExchange]:
    """Responses. With ``catalogue``, their headers obey its cookies, one each; without, they are of any kind.

    A response of a catalogue is sent at :data:`SENT`, by a host that its cookies are declared for; deletions are not
    among them. Where no header can obey a cookie of the catalogue, that one is left out.
    """
    if catalogue is None:
        return _any_exchanges()
    sendable = [item for item in catalogue.items if _sendable(item)]
    if not sendable:
        return st.just(HttpExchange("GET", f"https://{HOST}/", 200, (), SENT_DATE, "strategies"))
    return _obeying_exchanges(catalogue, sendable)


def observations(catalogue: Catalogue | None = None) -> st.SearchStrategy[Observation]:
    """Entries stored, read or deleted, as a recorder hands them over: cookies from a header, with what the jar said.

    With ``catalogue``, its entries alone, each stored under a name that it matches and with a value that it accepts. An
    entry for which none can be made is left out: its feature is switched off, say, or its value has a schema of more
    than plain keywords. Raises :class:`policycheck.errors.UsageError` when no entry is left.
    """
    if catalogue is None:
        cookies = _any_exchanges(least=1).map(lambda exchange: Recorder(now=lambda: SENT).response(exchange)[-1])
        return _writes() | cookies
    found = [strategy for item in catalogue.items if (strategy := _of_item(catalogue, item)) is not None]
    if not found:
        raise UsageError(f"{catalogue.location or 'the catalogue'} has no entry that may be observed")
    return st.one_of(found)


def _sendable(item: Item) -> bool:
    try:
        set_cookie_headers(item)
    except UsageError:
        return False
    return True


@st.composite
def _any_exchanges(draw: st.DrawFn, least: int = 0) -> HttpExchange:
    scheme = draw(st.sampled_from(["https", "http"]))
    host = draw(st.sampled_from([HOST, f"www.{HOST}", "localhost", "127.0.0.1:8000", "testserver"]))
    path = draw(st.sampled_from(["", "cart", "a/b?q=1"]))
    return HttpExchange(
        method=draw(_METHODS),
        url=draw(st.sampled_from([f"{scheme}://{host}/{path}", None])),
        status=draw(st.sampled_from([200, 204, 302, 404, 500, None])),
        set_cookie=tuple(draw(st.lists(raw_headers(), min_size=least, max_size=3))),
        date=draw(st.sampled_from([SENT_DATE, None])),
        adapter="strategies",
        top_level_site=draw(st.sampled_from([None, None, "https://elsewhere.example"])),
        in_process=draw(st.booleans()),
    )


@st.composite
def _obeying_exchanges(draw: st.DrawFn, catalogue: Catalogue, sendable: list[Item]) -> HttpExchange:
    first = draw(st.sampled_from(sendable))
    together = [item for item in sendable if scene_of(item) == scene_of(first)]
    sent = draw(st.lists(st.sampled_from(together), max_size=3, unique_by=id))
    return response(first, [draw(set_cookie_headers(item, catalogue=catalogue)) for item in sent])


@st.composite
def _writes(draw: st.DrawFn) -> Observation:
    kind = draw(st.sampled_from(_KINDS))
    value = draw(st.none() | st.text(max_size=8))
    operation = draw(st.sampled_from(Operation))
    return Observation(
        kind=kind,
        name=draw(_NAMES),
        operation=operation,
        source=Source("strategies"),
        value=value,
        value_length=None if value is None else len(value.encode("utf-8", "surrogatepass")),
        lifetime=None if kind is StorageKind.COOKIE else SESSION if kind is StorageKind.SESSION_STORAGE else PERSISTENT,
        host=draw(st.sampled_from([HOST, None])),
        set_by=SetBy.SCRIPT,
        party=draw(st.sampled_from([*Party, None])),
        time=float(SENT),
    )


def _of_item(catalogue: Catalogue, item: Item) -> st.SearchStrategy[Observation] | None:
    if not item.enabled:
        return None
    try:
        if item.kind is StorageKind.COOKIE and item.set_by is not SetBy.SCRIPT:
            headers = set_cookie_headers(item, catalogue=catalogue)
            return headers.map(lambda header: Recorder(now=lambda: SENT).response(response(item, [header]))[0])
        kinds = [kind for kind in _KINDS if item.kind.accepts(kind)]
        named, values = names(item, catalogue=catalogue), values_for(item)
    except UsageError:
        return None
    return st.builds(_written, st.just(item), st.sampled_from(kinds), named, values)


def _written(item: Item, kind: StorageKind, name: str, value: str) -> Observation:
    lasting = SESSION if kind is StorageKind.SESSION_STORAGE else PERSISTENT
    return Observation(
        kind=kind,
        name=name,
        source=Source("strategies"),
        value=value,
        value_length=len(value),
        lifetime=None if kind is StorageKind.COOKIE else lasting,
        host=scene_of(item).host,
        set_by=item.set_by or SetBy.SCRIPT,
        party=item.party or Party.FIRST,
        partition_key=item.partition,
        time=float(SENT),
    )
