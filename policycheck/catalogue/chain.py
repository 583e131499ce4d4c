"""Following ``extends``: which documents a catalogue is made of, in order of precedence."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from policycheck.catalogue.documents import MAX_DEPTH, SourceDocument, join
from policycheck.catalogue.plain import as_list
from policycheck.catalogue.problems import CatalogueInvalid, Problem, nearest
from policycheck.catalogue.reading import Reader
from policycheck.catalogue.reading.document import read_document
from policycheck.model.finding import Location

MAX_DOCUMENTS = 256


@dataclass(slots=True)
class _Step:
    """A document whose ``extends`` is being followed."""

    document: SourceDocument
    entries: Iterator[tuple[int, str]]


@dataclass(slots=True)
class Chain:
    """Reads documents through ``opener`` and ``readers``. ``problems`` holds what could not be read or followed."""

    opener: Callable[[str], bytes | None]
    readers: Mapping[str, Reader]
    problems: list[Problem] = field(default_factory=list[Problem])

    def follow(self, location: str, data: bytes | None) -> list[SourceDocument]:
        """All documents, each once, those that are extended before those that extend them; no recursion.

        ``data`` is what stands at ``location``. Raises :class:`CatalogueInvalid` when that cannot be read.
        """
        if data is None:
            raise CatalogueInvalid([missing(location, Location(location), self.readers)])
        document = read_document(data, location, self.readers)
        ready: list[SourceDocument] = []
        known = {identity(location)}
        stack = [_Step(document, _entries(document))]
        while stack:
            step = stack[-1]
            entry = next(step.entries, None)
            if entry is None:
                ready.append(stack.pop().document)
                continue
            new = self._next(stack, known, *entry)
            if new is not None:
                known.add(identity(new.location))
                stack.append(_Step(new, _entries(new)))
        return ready

    def _next(self, stack: list[_Step], known: set[str], index: int, named: str) -> SourceDocument | None:
        document = stack[-1].document
        place = document.locate(join("", "extends", index))
        location = resolve(document.location, named)
        if location is None:
            message = f"{named!r} is a path, and {document.location} is not in a folder"
            self.problems.append(Problem(place, message, "a pack extends packs only"))
            return None
        if identity(location) in {identity(step.document.location) for step in stack}:
            self.problems.append(_cycle(stack, location, place))
            return None
        if identity(location) in known:
            return None
        if len(stack) >= MAX_DEPTH or len(known) >= MAX_DOCUMENTS:
            message = f"more than {MAX_DEPTH} catalogues extend each other, or {MAX_DOCUMENTS} are extended"
            self.problems.append(Problem(place, message, "put them together"))
            return None
        return self._read(location, place)

    def _read(self, location: str, place: Location) -> SourceDocument | None:
        try:
            data = self.opener(location)
        except CatalogueInvalid as error:
            self.problems.extend(replace(problem, location=place) for problem in error.problems)
            return None
        if data is None:
            self.problems.append(missing(location, place, self.readers))
            return None
        try:
            return read_document(data, location, self.readers)
        except CatalogueInvalid as error:
            self.problems.extend(error.problems)
            return None


def _entries(document: SourceDocument) -> Iterator[tuple[int, str]]:
    for index, named in enumerate(as_list(document.data.get("extends"))):
        if isinstance(named, str) and named:
            yield index, named


def resolve(base: str, named: str) -> str | None:
    """Where ``named`` leads when ``base`` names it; None for a path in something that is not in a folder."""
    if has_scheme(named) or Path(named).is_absolute():
        return named
    if has_scheme(base):
        return None
    return os.path.normpath(Path(base).parent / named)


def identity(location: str) -> str:
    """The same for two spellings of one file."""
    return location if has_scheme(location) else os.path.abspath(location)  # noqa: PTH100 - links are left alone


def has_scheme(location: str) -> bool:
    """True for ``pack:NAME`` and the like; a single letter before the colon is a drive."""
    scheme, colon, _ = location.partition(":")
    return bool(colon) and len(scheme) > 1 and scheme.replace("+", "").replace("-", "").isalnum()


def _cycle(stack: list[_Step], location: str, place: Location) -> Problem:
    names = [step.document.location for step in stack]
    start = [identity(name) for name in names].index(identity(location))
    way = " -> ".join([*names[start:], location])
    return Problem(place, f"the catalogues extend each other in a circle: {way}", "remove one of these lines")


def missing(location: str, place: Location, readers: Mapping[str, Reader]) -> Problem:
    """The problem that nothing stands at ``location``, with what may have been meant."""
    scheme, _, name = location.partition(":")
    if not has_scheme(location):
        folder = Path(location).parent
        if os.path.islink(location):  # noqa: PTH114 - a Path would drop a slash at the end
            return Problem(
                place, f"{location} is a link that leads to no file", "mend the link, or name the file itself"
            )
        names = _catalogues_in(folder, readers)
        guess = nearest(Path(location).name, names)
        meant = None if guess is None else os.path.normpath(folder / guess)
        named_by_file = bool(place.line or place.pointer)
        base = "the file that names it" if named_by_file else "the current folder"
        return Problem(place, f"there is no file {location}", f"a path is relative to {base}", meant)
    if scheme == "pack":
        from policycheck.catalogue.packs import pack_names

        names = pack_names()
        guess = nearest(name, names)
        hint = "`policycheck packs` lists them" if names else ""
        return Problem(place, f"there is no pack called {name!r}", hint, None if guess is None else f"pack:{guess}")
    if scheme in {"http", "https"}:
        hint = "download it, and name the file"
        return Problem(place, f"{location} would have to be fetched, and nothing is fetched from the network", hint)
    return Problem(place, f"nothing here opens {scheme}: locations", "install the plugin that does, or name a file")


def _catalogues_in(folder: Path, readers: Mapping[str, Reader]) -> tuple[str, ...]:
    try:
        return tuple(sorted(entry.name for entry in folder.iterdir() if entry.suffix.lower() in readers))
    except (OSError, ValueError):
        return ()
