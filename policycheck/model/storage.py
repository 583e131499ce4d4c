"""Kinds of storage on a device, and what can be done to an entry of one."""

from __future__ import annotations

from enum import StrEnum


class StorageKind(StrEnum):
    """Where an entry lives (RFC 6265bis; WHATWG Storage). Spelled as the web platform spells it."""

    COOKIE = "cookie"
    LOCAL_STORAGE = "localStorage"
    SESSION_STORAGE = "sessionStorage"
    INDEXED_DB = "indexedDB"
    CACHES = "caches"
    FILE_SYSTEM = "fileSystem"
    """The origin private file system (WHATWG File System). An entry is a file, its name the path from the root."""
    WEB = "web"
    """Any web storage: for catalogues imported from formats that do not say which one. Never observed as such."""

    def accepts(self, observed: StorageKind) -> bool:
        """True when an entry declared as this kind may hold what was ``observed``."""
        return self is observed or (self is StorageKind.WEB and observed is not StorageKind.COOKIE)


class Operation(StrEnum):
    """What happened to the entry. ePrivacy Art. 5(3) covers storing and gaining access; deleting is neither."""

    STORE = "store"
    ACCESS = "access"
    DELETE = "delete"


class SetBy(StrEnum):
    """Who wrote the entry: a response header of a server, or a script in the page."""

    SERVER = "server"
    SCRIPT = "script"
