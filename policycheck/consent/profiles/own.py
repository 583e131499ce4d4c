"""A project's own profile: read with positions, checked, and everything that it extends with it.

Imports what catalogues are read with, so import it only when a project names a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from policycheck.catalogue.documents import SourceDocument
from policycheck.catalogue.explain import explain
from policycheck.catalogue.problems import CatalogueInvalid, Problem
from policycheck.catalogue.reading import MAX_BYTES, READERS
from policycheck.catalogue.reading.document import read_document
from policycheck.catalogue.schema import PROFILE
from policycheck.consent.profiles.loading import ProfileInvalid, is_path, packaged_documents
from policycheck.errors import UsageError
from policycheck.model.spelling import did_you_mean

_TOML = {ending: reader for ending, reader in READERS.items() if ending == ".toml"}


def read_own(path: Path, named: str) -> list[Mapping[str, Any]]:
    """The document at ``path`` after those that it extends. ``named`` is how its user spelled the path.

    Raises :class:`policycheck.errors.UsageError` when nothing can be read there, :class:`ProfileInvalid` for what is
    no profile.
    """
    chain = [_read(_bytes(path, named), _shown(path))]
    seen = {os.path.abspath(path)}  # noqa: PTH100 - links are left alone
    while True:
        document = chain[0]
        base = document.data.get("extends")
        own = [one.data for one in chain]
        if not isinstance(base, str):
            return own
        try:
            if not is_path(base):
                return [*packaged_documents(base), *own]
            path = path.parent / base
            data = _bytes(path, base)
        except UsageError as error:
            raise _bad_base(document, str(error)) from None
        if os.path.abspath(path) in seen:  # noqa: PTH100
            raise _bad_base(document, f"the profiles extend each other in a circle: {base} is here already")
        seen.add(os.path.abspath(path))  # noqa: PTH100
        chain.insert(0, _read(data, _shown(path)))


def _read(data: bytes, location: str) -> SourceDocument:
    try:
        document = read_document(data, location, _TOML)
    except CatalogueInvalid as error:
        raise _invalid(error.problems) from None
    if problems := explain(document, PROFILE):
        raise _invalid(problems)
    return document


def _bytes(path: Path, named: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(f"there is no file {named}{_near(path, named)}") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{named} cannot be read: {getattr(error, 'strerror', None) or 'it is no path'}") from None


def _near(path: Path, named: str) -> str:
    try:
        names = sorted(entry.name for entry in path.parent.iterdir() if entry.suffix == path.suffix)
    except OSError:
        return ""
    start = named[: len(named) - len(path.name)]
    return did_you_mean(named, [start + name for name in names])


def _bad_base(document: SourceDocument, message: str) -> ProfileInvalid:
    hint = "name a key, or a path relative to this file"
    return _invalid([Problem(document.locate("/extends"), message, hint)])


def _invalid(problems: Iterable[Problem]) -> ProfileInvalid:
    found = CatalogueInvalid(problems)
    return ProfileInvalid(str(found), found.problems)


def _shown(path: Path) -> str:
    """The path as seen from the working directory, where it lies below it."""
    plain = Path(os.path.normpath(path))
    return plain.relative_to(Path.cwd()).as_posix() if plain.is_relative_to(Path.cwd()) else str(plain)
