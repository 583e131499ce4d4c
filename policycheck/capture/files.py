"""Files of evidence: the table of the formats, told apart by how they begin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policycheck.errors import CaptureError, UsageError

if TYPE_CHECKING:
    from policycheck.capture.evidence import Evidence
    from policycheck.capture.evidencefile import EvidenceFile

AUTO = "auto"
_DUMP = "dump"
_BOM = b"\xef\xbb\xbf"
_SPACE = b" \t\r\n"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LIMIT = 256
_STORAGE_STATE = re.compile(rb'\{\s*"(?:cookies|origins)"\s*:\s*\[')
_NETSCAPE = re.compile(
    rb"# (?:Netscape )?HTTP Cookie File|"
    rb"(?:#[^\n]*\n|[ \t\r]*\n)*(?:#HttpOnly_)?[^\t\n]+\t(?:TRUE|FALSE)\t[^\t\n]*\t(?:TRUE|FALSE)\t",
    re.IGNORECASE,
)
_CURL_LOG = re.compile(
    rb"% Total {4}%|Note: Unnecessary use of -X|"
    rb"(?:[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6} )?(?:\[[0-9x-]+\] )?(?:[*<>] |== Info: |=> Send |<= Recv )"
)
_HAR = re.compile(rb'\{\s*"log"\s*:')


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the command line says about FILEs. ``url`` and ``method`` are of the first request of a header dump.

    ``categories`` are those of the catalogue, for what a file says about consent; None takes any.
    """

    url: str | None = None
    method: str = "GET"
    categories: Iterable[str] | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """One format of evidence. ``name`` is for ``--input-format``, ``title`` for people: ``an observations file``.

    ``recognises`` gets the start of the content (64 KiB at most, without byte order mark and leading white space) and
    the file, for its name. ``read`` gives the evidence, whose records may be an iterator that reads on while they are
    replayed. Both import what they need when they are called. ``read`` and its records raise CaptureError, with
    ``name:line`` or ``name: entry n`` and no value of the file, for what cannot be read.
    """

    name: str
    title: str
    recognises: Callable[[bytes, EvidenceFile], bool]
    read: Callable[[EvidenceFile, ReadOptions], Evidence]


def _read_dump(file: EvidenceFile, options: ReadOptions) -> Evidence:
    from policycheck.capture.dump import read_header_dump

    return read_header_dump(file.read(), file.name, url=options.url, method=options.method)


def _read_observations(file: EvidenceFile, options: ReadOptions) -> Evidence:
    from policycheck.capture.observations import read_observations

    return read_observations(file.open(), file.name, options.categories)


def _read_storage_state(file: EvidenceFile, options: ReadOptions) -> Evidence:
    from policycheck.capture.storage_state import read_storage_state

    return read_storage_state(file)


def _read_netscape(file: EvidenceFile, options: ReadOptions) -> Evidence:
    from policycheck.capture.netscape import read_netscape

    return read_netscape(file)


def _read_curl_log(file: EvidenceFile, options: ReadOptions) -> Evidence:
    from policycheck.capture.curl_log import read_curl_log

    return read_curl_log(file)


def _read_har(file: EvidenceFile, options: ReadOptions) -> Evidence:
    from policycheck.capture.har import read_har

    return read_har(file)


def _read_playwright_trace(file: EvidenceFile, options: ReadOptions) -> Evidence:
    from policycheck.capture.playwright_trace import read_playwright_trace

    return read_playwright_trace(file)


def _read_openwpm(file: EvidenceFile, options: ReadOptions) -> Evidence:
    from policycheck.capture.openwpm import read_openwpm

    return read_openwpm(file)


FORMATS: tuple[Format, ...] = (
    Format(
        _DUMP,
        "header dumps (curl -sS -D headers.txt -o /dev/null URL)",
        lambda head, file: head.startswith(b"HTTP/"),
        _read_dump,
    ),
    Format(
        "curl-log",
        "the log of curl -v or --trace-ascii (curl -sv -o /dev/null URL 2> log.txt)",
        lambda head, file: _CURL_LOG.match(head) is not None,
        _read_curl_log,
    ),
    Format(
        "cookies.txt",
        "cookies in Netscape's format (curl -c cookies.txt)",
        lambda head, file: _NETSCAPE.match(head) is not None,
        _read_netscape,
    ),
    Format(
        "playwright-trace",
        "a trace of Playwright (trace.zip, recorded with snapshots)",
        lambda head, file: head.startswith((b"PK\x03\x04", b"PK\x05\x06")),
        _read_playwright_trace,
    ),
    Format(
        "openwpm",
        "a crawl of OpenWPM (crawl-data.sqlite)",
        lambda head, file: head.startswith(b"SQLite format 3\x00"),
        _read_openwpm,
    ),
    Format(
        "storage-state",
        "what Playwright saves of a browser's storage (context.storage_state(path=...))",
        lambda head, file: _STORAGE_STATE.match(head) is not None,
        _read_storage_state,
    ),
    Format(
        "har",
        "a HAR file of a browser, a test tool or a proxy",
        lambda head, file: _HAR.match(head) is not None or file.name.lower().endswith((".har", ".har.gz")),
        _read_har,
    ),
    Format(
        "observations",
        "an observations file (policycheck schema observations)",
        lambda head, file: head[:1] in {b"{", b"["},
        _read_observations,
    ),
)
"""In the order in which they are tried: observations, which take any JSON, come last."""


def read_evidence(file: EvidenceFile, options: ReadOptions | None = None, format_name: str = AUTO) -> Evidence:
    """Read ``file`` as the format of that name or, with ``auto``, as what it begins like. Nothing holds no records.

    Raises :class:`policycheck.errors.CaptureError` with the line, also while the records are read, and
    :class:`policycheck.errors.UsageError` for options that do not fit.
    """
    from policycheck.capture.evidence import Evidence

    start = file.head()
    content = start.removeprefix(_BOM).lstrip(_SPACE)
    if not content:
        return Evidence(())
    for form in FORMATS:
        if form.name == format_name or (format_name == AUTO and form.recognises(content, file)):
            if options is not None and options.url is not None and form.name != _DUMP:
                what = form.title.partition(" (")[0]
                raise UsageError(f"{what} says the URL of each record itself; --url is for header dumps")
            return form.read(file, options or ReadOptions())
    line = start[: len(start) - len(content)].count(b"\n") + 1
    titles = [form.title for form in FORMATS]
    raise CaptureError(f"{file.name}:{line}: {_what(content)}\n  fix: give {', '.join(titles[:-1])} or {titles[-1]}")


def _what(content: bytes) -> str:
    start = content[:_LIMIT].lower()
    if start.startswith(_UTF16):
        return "UTF-16, as some shells write what they redirect; let curl write the file itself"
    if start[:1] == b"<":
        return "a page, not the headers of a response"
    if b":" in start.partition(b"\n")[0]:
        return "headers without a status line such as 'HTTP/1.1 200 OK' or 'HTTP/2 200'"
    return "in no format that policycheck reads"
