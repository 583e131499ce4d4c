"""Files of evidence, told apart by how they begin."""

from __future__ import annotations

from collections.abc import Iterable

from policycheck.capture.dump import read_header_dump
from policycheck.capture.evidence import Evidence
from policycheck.capture.observations import read_observations
from policycheck.errors import CaptureError, UsageError

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LIMIT = 256
_FIX = (
    "  fix: give header dumps (curl -sS -D headers.txt -o /dev/null URL) or an observations file "
    "(policycheck schema observations)"
)


def read_evidence(
    data: bytes,
    name: str,
    *,
    format_name: str = "auto",
    url: str | None = None,
    method: str = "GET",
    categories: Iterable[str] | None = None,
) -> Evidence:
    """Read ``data`` as ``dump``, ``observations`` or, with ``auto``, as what it begins like. Nothing holds no records.

    ``url`` and ``method`` are for header dumps, ``categories`` of the catalogue for what a file says about consent.
    Raises :class:`policycheck.errors.CaptureError` with the line, and :class:`policycheck.errors.UsageError` for a
    ``url`` that does not fit.
    """
    content = data.removeprefix(_BOM).lstrip(b" \t\r\n")
    if not content:
        return Evidence(())
    kind = _begins_like(content) if format_name == "auto" else format_name
    if kind == "observations":
        if url is not None:
            raise UsageError("an observations file says the URL of each record itself; --url is for header dumps")
        return read_observations(data, name, categories)
    if kind == "dump":
        return read_header_dump(data, name, url=url, method=method)
    line = data[: len(data) - len(content)].count(b"\n") + 1
    raise CaptureError(f"{name}:{line}: {_what(content)}\n{_FIX}")


def _begins_like(content: bytes) -> str | None:
    if content[:5] == b"HTTP/":
        return "dump"
    return "observations" if content[:1] in {b"{", b"["} else None


def _what(content: bytes) -> str:
    start = content[:_LIMIT].lower()
    if start.startswith(_UTF16):
        return "UTF-16, as some shells write what they redirect; let curl write the file itself"
    if start[:2] in {b"* ", b"> ", b"< "}:
        return "the log of curl -v, which is no header dump"
    if start[:1] == b"<":
        return "a page, not the headers of a response"
    if b":" in start.partition(b"\n")[0]:
        return "headers without a status line such as 'HTTP/1.1 200 OK' or 'HTTP/2 200'"
    return "neither a header dump, which starts with HTTP/, nor JSON"
