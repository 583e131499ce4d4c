"""What a source in a browser saw, as plain values. Adapters make them, :mod:`.device` merges them."""

from __future__ import annotations

from dataclasses import dataclass, field

from policycheck.jar.cookie import StoredCookie
from policycheck.model.storage import Operation, StorageKind


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened: the URL of the document or worker, and that of the page in the address bar.

    ``partition`` is the top-level site of a partitioned store (``https://shop.example``), None where the store is the
    origin's own.
    """

    frame: str | None = field(repr=False)
    page: str | None = field(repr=False)
    partition: str | None = None


@dataclass(frozen=True, slots=True)
class StorageChange:
    """A change of localStorage or sessionStorage that the browser told. ``name`` is None when all of it was cleared."""

    kind: StorageKind
    operation: Operation
    name: str | None
    value: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One entry that lies there. ``store`` and ``keys`` are of an IndexedDB object store."""

    kind: StorageKind
    name: str
    value: str | None = field(default=None, repr=False)
    store: str | None = None
    keys: int | None = None


@dataclass(frozen=True, slots=True)
class OriginSnapshot:
    """What lies in the web storage of one document's origin. Kinds that are not in ``looked`` were not looked at."""

    place: Place
    looked: frozenset[StorageKind]
    entries: tuple[StoredEntry, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What lies on the device at one moment. ``cookies`` is None where the browser shows none of them.

    ``cookies_at`` is the URL of the one document whose cookies these are, None where they are all. ``partitions`` is
    False where the browser does not tell in which partition a cookie lies.
    """

    origins: tuple[OriginSnapshot, ...] = ()
    cookies: tuple[StoredCookie, ...] | None = None
    cookies_at: str | None = field(default=None, repr=False)
    partitions: bool = True
    notes: tuple[str, ...] = ()
