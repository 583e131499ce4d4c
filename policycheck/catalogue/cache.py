"""A cache of compiled catalogues, so that one that has not changed needs no validation.

An entry is a JSON file. Its name follows from the location, the bytes found there, policycheck's own code and the
version of Python; inside stand the digests of all sources, which are compared before anything else is believed, and a
checksum of the rest. What does not fit is ignored and written anew, so the folder can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from policycheck.catalogue.cache_codec import decode, encode
from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.reading import READERS
from policycheck.errors import PolicycheckError
from policycheck.replacing import replacing

MAX_ENTRIES = 64
_OURS = (".", "reading", "../model")


class CatalogueCache:
    """Compiled catalogues in ``folder``. Several processes may share it: an entry appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(
        self, location: str, data: bytes, opener: Callable[[str], bytes | None], readers: Mapping[str, Any]
    ) -> Catalogue | None:
        """The catalogue at ``location``, whose bytes are ``data``, if every source is what it was; else None."""
        try:
            checksum, _, payload = self._path(location, data).read_bytes().partition(b"\n")
        except OSError:
            return None
        if checksum != _checksum(payload):
            return None
        try:
            entry = json.loads(payload)
            if not self._unchanged(entry["sources"], location, data, opener, readers):
                return None
            return decode(entry["catalogue"])
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return None

    def keep(
        self,
        location: str,
        data: bytes,
        sources: Sequence[tuple[str, str]],
        catalogue: Catalogue,
        readers: Mapping[str, Any],
    ) -> None:
        """Write an entry. A folder that cannot be written to is no error; a reader from a plugin is never cached."""
        if not all(_built_in(name, readers) for name, _ in sources):
            return
        entry = {"sources": sources, "catalogue": encode(catalogue)}
        payload = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
        with suppress(OSError):
            self._make_folder()
            with replacing(self._path(location, data)) as file:
                file.write(_checksum(payload) + b"\n" + payload)
            self._prune()

    def _unchanged(
        self,
        sources: Iterable[Sequence[str]],
        location: str,
        data: bytes,
        opener: Callable[[str], bytes | None],
        readers: Mapping[str, Any],
    ) -> bool:
        for name, digest in sources:
            if not _built_in(name, readers):
                return False
            try:
                found = data if name == location else opener(name)
            except PolicycheckError:
                return False
            if found is None or hashlib.sha256(found).hexdigest() != digest:
                return False
        return True

    def _path(self, location: str, data: bytes) -> Path:
        parts = (
            location.encode("utf-8", "surrogatepass"),
            hashlib.sha256(data).digest(),
            own_code(),
            sys.version.encode(),
        )
        key = hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
        return self.folder / f"catalogue-{key[:40]}.json"

    def _make_folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        ignore = self.folder / ".gitignore"
        if not ignore.exists():
            with replacing(ignore) as file:
                file.write(b"*\n")

    def _prune(self) -> None:
        """Remove the oldest entries beyond the number that is kept."""
        entries = sorted(self.folder.glob("catalogue-*.json"), key=lambda path: path.stat().st_mtime)
        for path in entries[:-MAX_ENTRIES]:
            path.unlink(missing_ok=True)


def _checksum(payload: bytes) -> bytes:
    return hashlib.sha256(payload).hexdigest().encode()


def _built_in(location: str, readers: Mapping[str, Any]) -> bool:
    ending = PurePosixPath(location.replace("\\", "/")).suffix.lower()
    chosen = ending if ending in readers else ".yaml"
    return readers.get(chosen) is READERS.get(chosen) and chosen in READERS


@cache
def own_code() -> bytes:
    """A digest of the code that compiles catalogues: another version of policycheck never reads this one's entries."""
    digest = hashlib.sha256()
    for folder in _OURS:
        for path in sorted((Path(__file__).parent / folder).glob("*.py")):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.digest()
