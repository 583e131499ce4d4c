"""The canonical layout of a catalogue file: the order of fields, indentation, quotes. Comments and meaning stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from policycheck.catalogue.plain import is_list, is_object
from policycheck.catalogue.problems import CatalogueInvalid, Problem
from policycheck.catalogue.reading import READERS
from policycheck.catalogue.reading.document import read_document
from policycheck.catalogue.reading.text import decode
from policycheck.model.finding import Location

ENDINGS: Final = (".yaml", ".yml", ".json", ".toml")


def format_catalogue(content: bytes, location: str) -> bytes:
    """Lay out the catalogue ``content``; the format is read off the end of ``location``.

    What is read from the result is what is read from ``content``, comments included, or nothing is given: raises
    :class:`policycheck.catalogue.problems.CatalogueInvalid` then, and for what is no catalogue of a known format.
    Lines end as the first one does. Formatting the result changes nothing.
    """
    before = read_document(content, location, READERS)
    text = decode(content, location).replace("\r\n", "\n").replace("\r", "\n")
    ending = PurePosixPath(location.replace("\\", "/")).suffix.lower()
    laid_out = _json(text) if ending == ".json" else _toml(text) if ending == ".toml" else _yaml(text, location)
    line_end = b"\r\n" if content.partition(b"\n")[0].endswith(b"\r") else b"\n"
    for lines in laid_out:
        result = lines.encode("utf-8").replace(b"\n", line_end)
        if _means(result, before.data, location):
            return result
    message = "the file cannot be laid out without changing what it says"
    raise CatalogueInvalid(
        [Problem(Location(location), message, "lay it out by hand, and send the file to the maintainers")]
    )


def _means(content: bytes, meaning: object, location: str) -> bool:
    try:
        return same(read_document(content, location, READERS).data, meaning)
    except CatalogueInvalid:
        return False


def same(one: object, other: object) -> bool:
    """Whether two values of a document are equal, numbers and truths told apart."""
    if is_object(one) and is_object(other):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if is_list(one) and is_list(other):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


def _yaml(text: str, location: str) -> Iterator[str]:
    from policycheck.catalogue.formatting.yaml_layout import lay_out
    from policycheck.catalogue.formatting.yaml_tree import comments_of, read_tree

    wanted = sorted(comments_of(text, location))
    for reorder in (True, False):  # an anchor must stay before what refers to it
        result = lay_out(read_tree(text, location), reorder=reorder)
        try:
            kept = sorted(comments_of(result, location)) == wanted
        except CatalogueInvalid:
            continue
        if kept:
            yield result


def _json(text: str) -> Iterator[str]:
    from policycheck.catalogue.formatting.json_layout import lay_out

    yield lay_out(text)


def _toml(text: str) -> Iterator[str]:
    from policycheck.catalogue.formatting.toml_layout import lay_out

    yield lay_out(text)
