"""Where the files of a finding lie in its repository, which is where services look them up."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePath
from urllib.parse import quote

from policycheck.model.finding import Finding, Location
from policycheck.model.report import Report

_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]+:")
"""``pack:shop``: no file. Two letters at least, since ``C:`` is a drive."""
_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:[/\\]")


def in_repository(report: Report, place: Location | None) -> Location | None:
    """``place`` with its file as seen from the top of the repository, with slashes; an absolute path stays one.

    None for what is no file (a pack, standard input), and for a file outside of the repository.
    """
    if place is None or not place.file or place.file[0] in "-<" or _SCHEME.match(place.file):
        return None
    file = _from_the_top(report.prefix, place.file)
    return replace(place, file=file) if file else None


def relative_places(report: Report, finding: Finding) -> list[Location]:
    """The places of a finding that lie in the repository, the best to look at first; the catalogue, where none does.

    The test that saw it comes first. A file of evidence, which may lie nowhere but on the machine of the run, comes
    after the place in the catalogue.
    """
    return [place for place in _places(report, finding) if not _is_absolute(place.file)]


def all_places(report: Report, finding: Finding) -> list[Location]:
    """As :func:`relative_places`, and then files that an absolute path names."""
    return list(_places(report, finding))


def test_of(finding: Finding) -> str:
    """The test that saw it; empty where a file of evidence tells it, whose place then stands for a test."""
    return finding.test if finding.test and finding.test != str(finding.source) else ""


def uri_of(file: str) -> str:
    """A path with slashes as a URI (RFC 3986): relative, or ``file:`` for an absolute one."""
    path = quote(file.encode("utf-8", "surrogatepass"), safe="/")
    if not _is_absolute(file):
        return path
    return f"file://{'' if path.startswith('/') else '/'}{path}"


def link_to(report: Report, place: Location) -> str:
    """The address of a place: absolute where it is known at which address the repository is shown, else relative."""
    base = f"{report.sources}/" if report.sources else ""
    return base + uri_of(place.file) + (f"#L{place.line}" if place.line else "")


def numbered(fingerprints: Iterable[str]) -> Iterator[str]:
    """``fingerprint:1``, and further numbers for those that came before: no two are the same."""
    seen: dict[str, int] = {}
    for fingerprint in fingerprints:
        seen[fingerprint] = seen.get(fingerprint, 0) + 1
        yield f"{fingerprint}:{seen[fingerprint]}"


def _places(report: Report, finding: Finding) -> Iterator[Location]:
    found = (finding.source, finding.location) if test_of(finding) else (finding.location, finding.source)
    named = [place for place in (in_repository(report, place) for place in found) if place is not None]
    if all(_is_absolute(place.file) for place in named):
        whole = in_repository(report, Location(report.catalogue))
        named += [whole] if whole is not None else []
    told: set[tuple[str, int]] = set()
    for place in sorted(named, key=lambda place: _is_absolute(place.file)):
        if (place.file, place.line) not in told:
            told.add((place.file, place.line))
            yield place


@lru_cache(maxsize=1_000)
def _from_the_top(prefix: str, file: str) -> str:
    """``file`` with slashes, from the top of the repository; empty outside of it. An absolute path stays one."""
    path = PurePath(file).as_posix()
    if not _is_absolute(path):
        path = posixpath.normpath(posixpath.join(prefix, path))
    return "" if path == "." or path.split("/")[0] == ".." else path


def _is_absolute(file: str) -> bool:
    return _ABSOLUTE.match(file) is not None
