"""One catalogue file: which reader it takes, and what every reader's answer must be."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import PurePosixPath

from policycheck.catalogue.documents import Mark, Parsed, SourceDocument
from policycheck.catalogue.plain import is_object
from policycheck.catalogue.problems import CatalogueInvalid, Problem, nearest, plural
from policycheck.catalogue.reading import READERS, Reader
from policycheck.catalogue.reading.limits import check_size
from policycheck.catalogue.reading.text import decode
from policycheck.model.finding import Location


def read_document(data: bytes, location: str, readers: Mapping[str, Reader] = READERS) -> SourceDocument:
    """Read one catalogue file. The format is read off the end of ``location``; a pack without one is YAML.

    Raises :class:`CatalogueInvalid` with file, line and column.
    """
    reader = _reader_for(location, readers)
    text = decode(data, location)
    answer = reader(text, location)
    parsed = answer if isinstance(answer, Parsed) else Parsed(answer)
    mark = parsed.root.mark if parsed.root else Mark(0, 0)
    if not is_object(parsed.data):
        hint = "start the file with `catalogue: 1`, then id, version and items"
        what = "is empty" if parsed.data is None else "holds no fields"
        raise CatalogueInvalid([Problem(Location(location, *mark), f"the catalogue {what}", hint)])
    check_size(parsed, location)
    return SourceDocument(location, parsed.data, hashlib.sha256(data).hexdigest(), parsed.root)


def _reader_for(location: str, readers: Mapping[str, Reader]) -> Reader:
    ending = PurePosixPath(location.replace("\\", "/")).suffix.lower()
    if ending in readers:
        return readers[ending]
    scheme, colon, _ = location.partition(":")
    if colon and scheme == "pack" and ".yaml" in readers:
        return readers[".yaml"]
    message = f"{ending!r} is not the ending of a format" if ending else "the format cannot be told without an ending"
    hint = f"name the file with {plural(sorted(readers))}"
    raise CatalogueInvalid([Problem(Location(location), message, hint, nearest(ending, readers) if ending else None)])
