"""Loading a catalogue: every file it names is read, validated, merged and compiled, or every problem is reported.

Nothing is fetched from the network. With a cache folder a catalogue that has not changed is taken from there, which
imports neither pydantic nor jsonschema nor yaml.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.catalogue.cache import CatalogueCache
from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.reading import MAX_BYTES, READERS, Reader

if TYPE_CHECKING:
    from policycheck.catalogue.documents import SourceDocument
    from policycheck.catalogue.problems import CatalogueInvalid, Problem

Opener = Callable[[str], bytes | None]
"""``open(location)`` returns the bytes of a catalogue file, or None when there is no such thing."""


def open_location(location: str) -> bytes | None:
    """Open ``pack:NAME`` or a file; None when there is neither. Raises :class:`CatalogueInvalid` for a folder."""
    scheme, colon, name = location.partition(":")
    if colon and scheme == "pack":
        from policycheck.catalogue.packs import open_pack

        return open_pack(name)
    if not location.strip():
        raise _unreadable("catalogue", "the location is empty", "name a file, or a pack as in pack:django")
    path = Path(location)
    try:
        if path.is_file():
            with path.open("rb") as file:
                return file.read(MAX_BYTES + 1)
        if not path.exists():
            return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not a path"
        raise _unreadable(location, f"{location} cannot be read: {reason}", "") from None
    raise _unreadable(location, f"{location} is not a file", "name the catalogue file itself")


def _unreadable(location: str, message: str, hint: str) -> CatalogueInvalid:
    from policycheck.catalogue.problems import CatalogueInvalid, Problem
    from policycheck.model.finding import Location

    return CatalogueInvalid([Problem(Location(location), message, hint)])


def load_catalogue(
    location: str | Path,
    *,
    opener: Opener = open_location,
    readers: Mapping[str, Reader] = READERS,
    features: Mapping[str, bool] | None = None,
    bindings: Mapping[str, str] | None = None,
    cache: Path | None = None,
) -> Catalogue:
    """Load, validate and resolve the catalogue at ``location`` with everything that it extends.

    ``opener`` finds files, ``readers`` maps endings to readers, ``features`` and ``bindings`` are the site's settings,
    ``cache`` is a folder, or None for no cache. Raises :class:`CatalogueInvalid`, which holds every problem of every
    file, and :class:`policycheck.errors.CatalogueError` for settings that name what the catalogue does not have.
    """
    name = str(location)
    with _paused_gc():
        catalogue = _load(name, opener, readers, None if cache is None else CatalogueCache(cache))
        return catalogue.with_settings(features=features, bindings=bindings)


def _load(location: str, opener: Opener, readers: Mapping[str, Reader], cache: CatalogueCache | None) -> Catalogue:
    first = opener(location)
    if first is not None and cache is not None:
        found = cache.find(location, first, opener, readers)
        if found is not None:
            return found
    from policycheck.catalogue.chain import Chain

    chain = Chain(opener, readers)
    documents = chain.follow(location, first)
    catalogue = validated(documents, chain.problems)
    if cache is not None and first is not None:
        cache.keep(
            location, first, [(document.location, document.digest) for document in documents], catalogue, readers
        )
    return catalogue


def validated(documents: list[SourceDocument], problems: list[Problem]) -> Catalogue:
    """The catalogue that ``documents`` make, the strongest last. ``problems`` are those of reading them.

    Raises :class:`CatalogueInvalid` with these, with what the schema says, and with what one part says about another;
    the last only when every document could be read, since else half of it would follow from the first.
    """
    from policycheck.catalogue.compile import compile_catalogue
    from policycheck.catalogue.merge import merge
    from policycheck.catalogue.models import accepts
    from policycheck.catalogue.problems import CatalogueInvalid, without_echoes

    unreadable = bool(problems)
    faults: list[Problem] = []
    for document in documents:
        if not accepts(document.data):
            from policycheck.catalogue.explain import explain

            faults.extend(explain(document))
    if unreadable:
        raise CatalogueInvalid([*problems, *faults])
    digest = hashlib.sha256("\n".join(document.digest for document in documents).encode()).hexdigest()
    catalogue, references = compile_catalogue(merge(documents), digest)
    if faults or references:
        known = {(problem.location.file, problem.location.pointer) for problem in faults}
        new = [problem for problem in references if (problem.location.file, problem.location.pointer) not in known]
        raise CatalogueInvalid(without_echoes([*faults, *new]))
    return catalogue


@contextmanager
def _paused_gc() -> Generator[None]:
    """Loading makes many objects and no cycles; looking for some takes longer than all the rest."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
