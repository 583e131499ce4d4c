"""Header dumps of ``curl -i`` and ``curl -D`` as evidence: each response becomes an exchange, each hop with its URL."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from policycheck.capture.evidence import Evidence, Record, check_url
from policycheck.errors import CaptureError, UsageError
from policycheck.model.observation import HttpExchange
from policycheck.wire.dump import DumpedResponse, read_dump

NO_URL = (
    "the dump does not say which host answered, so Domain, Secure and the party were not judged; "
    "give the address with --url"
)
_SEE_OTHER = 303
_LINE = re.compile(r"\Aline (\d+):")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def read_header_dump(data: bytes, name: str, *, url: str | None = None, method: str = "GET") -> Evidence:
    """Read the responses of a dump called ``name``; ``url`` and ``method`` are those of the first request.

    What a proxy answered to CONNECT, and 1xx without cookies, are no exchanges. The URL of each further response
    is the Location of a redirect before it; without a redirect it is ``url`` again. Raises
    :class:`policycheck.errors.CaptureError` with the line of what is no header dump, and
    :class:`policycheck.errors.UsageError` for a ``url`` that is not absolute.
    """
    if url is not None:
        check_url(url)
    try:
        responses = read_dump(data)
    except CaptureError as error:
        raise CaptureError(_LINE.sub(lambda found: f"{name}:{found[1]}:", str(error), count=1)) from None
    records: list[Record] = []
    address, verb = url, method
    for response in responses:
        tunnel = not response.headers and response is not responses[-1]
        if tunnel or (response.interim and not response.set_cookies):
            continue
        records.append(_record(response, name, verb, address))
        if response.status in _REDIRECTS:
            address = _next(address, response)
            verb = "GET" if response.status == _SEE_OTHER and verb != "HEAD" else verb
        elif not response.interim:
            address, verb = url, method
    return Evidence(tuple(records), notes=_notes(records, responses, name))


def _record(response: DumpedResponse, name: str, method: str, url: str | None) -> Record:
    dates = response.values("date")
    exchange = HttpExchange(
        method=method if url else "",
        url=url,
        status=response.status,
        set_cookie=tuple(cookie.raw for cookie in response.set_cookies),
        date=dates[0].decode("latin-1") if dates else None,
        adapter="dump",
        clear_site_data=tuple(value.decode("latin-1") for value in response.values("clear-site-data")),
    )
    line = response.set_cookies[0].line if len(response.set_cookies) == 1 else response.line
    return Record(f"{name}:{line}", exchange, time=response.date)


def _next(url: str | None, response: DumpedResponse) -> str | None:
    """The URL that a redirect leads to; None when the dump does not tell, or when no cookie could be set there."""
    locations = response.values("location")
    if not locations:
        return url
    try:
        following = urljoin(url or "", locations[0].decode("utf-8", "replace"))
        check_url(following)
    except (ValueError, UsageError):
        return None
    return following


def _notes(records: list[Record], responses: list[DumpedResponse], name: str) -> list[str]:
    notes: list[str] = []
    if any(record.exchange and record.exchange.set_cookie and record.exchange.url is None for record in records):
        notes.append(NO_URL)
    odd = [line for response in responses for line in response.odd_lines]
    if odd:
        what = "a line that is no header was" if len(odd) == 1 else f"{len(odd)} lines that are no headers were"
        notes.append(f"{name}:{odd[0]}: {what} passed over{', this the first' if len(odd) > 1 else ''}")
    return notes
