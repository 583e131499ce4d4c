"""The tables of an OpenWPM crawl, whichever release wrote them: their rows by visit, with the columns that are there.

Names of columns have changed over the years, and a crawl holds the tables of the instruments that it ran with. The
database is opened to be read alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from policycheck.errors import CaptureError

T = TypeVar("T")
Row = Mapping[str, Any]
_OF_ALL = {"id": ("id", "rowid"), "visit": ("visit_id",), "time": ("time_stamp",), "ordinal": ("event_ordinal",)}
TABLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "http_requests": {
        "url": ("url",),
        "method": ("method",),
        "page": ("top_level_url", "top_url"),
        "frame": ("loading_href",),
        "resource": ("resource_type",),
        "request": ("request_id", "channel_id"),
    },
    "http_responses": {
        "url": ("url",),
        "method": ("method",),
        "status": ("response_status",),
        "headers": ("headers",),
        "cached": ("is_cached",),
        "request": ("request_id", "channel_id"),
    },
    "http_redirects": {
        "url": ("old_request_url",),
        "status": ("response_status",),
        "headers": ("headers",),
        "request": ("old_request_id",),
    },
    "javascript": {
        "script": ("script_url",),
        "line": ("script_line",),
        "frame": ("document_url",),
        "page": ("top_level_url", "document_url"),
        "symbol": ("symbol",),
        "operation": ("operation",),
        "value": ("value",),
        "arguments": ("arguments",),
    },
    "javascript_cookies": {
        "record": ("record_type", "change"),
        "cause": ("change_cause",),
        "expiry": ("expiry",),
        "http_only": ("is_http_only",),
        "host_only": ("is_host_only",),
        "session": ("is_session",),
        "host": ("host", "raw_host"),
        "secure": ("is_secure",),
        "name": ("name",),
        "path": ("path",),
        "value": ("value",),
        "same_site": ("same_site",),
    },
}
"""Table -> what is read of it -> the columns that may hold it, the newest name first. Absent ones read as None."""
_NEEDED = {"http_requests": "url", "http_responses": "headers", "http_redirects": "headers", "javascript": "symbol"}
_WHERE = {
    "javascript": "symbol LIKE '%document.cookie' OR symbol LIKE '%Storage' OR symbol LIKE '%Storage.%'",
}


class Crawl:
    """An open crawl. ``tables`` are those of :data:`TABLES` that it has."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self._name = name
        listed = self._rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        self._all = {str(row[0]) for row in listed}
        told = {table: self._columns(table) for table in TABLES if table in self._all}
        self.tables = {table: names for table, names in told.items() if "visit_id" in names and _usable(table, names)}
        if not self.tables:
            known = ", ".join(TABLES)
            raise CaptureError(f"{name}: a SQLite database that is no crawl of OpenWPM: it has none of {known}")

    def visits(self) -> Iterator[tuple[int, dict[str, list[Row]]]]:
        """Each visit with its rows by table, in the order in which they were written. One visit is held at a time."""
        groups = {table: groupby(self._of(table), _visit) for table in self.tables}
        waiting = {table: next(group, None) for table, group in groups.items()}
        while any(group is not None for group in waiting.values()):
            visit = min(group[0] for group in waiting.values() if group is not None)
            found: dict[str, list[Row]] = {}
            for table, group in waiting.items():
                if group is not None and group[0] == visit:
                    found[table] = list(group[1])
                    waiting[table] = next(groups[table], None)
            yield visit, found

    def sites(self) -> dict[int, str]:
        """The address that each visit went to."""
        if "site_visits" not in self._all or not {"visit_id", "site_url"} <= self._columns("site_visits"):
            return {}
        rows = self._rows("SELECT visit_id, site_url FROM site_visits")
        return {int(visit): str(url) for visit, url in rows if isinstance(visit, int)}

    def interrupted(self) -> int:
        """How many visits the crawler gave up."""
        if "incomplete_visits" not in self._all:
            return 0
        return int(next(self._rows("SELECT COUNT(DISTINCT visit_id) FROM incomplete_visits"))[0])

    def _of(self, table: str) -> Iterator[Row]:
        names = self.tables[table]
        wanted = {**_OF_ALL, **TABLES[table]}
        columns = [next((one for one in olds if one in names or one == "rowid"), "NULL") for olds in wanted.values()]
        listed = ", ".join(column if column in {"NULL", "rowid"} else f'"{column}"' for column in columns)
        where = f" WHERE {_WHERE[table]}" if table in _WHERE else ""
        # Names of tables and columns are this module's own.
        for row in self._rows(f"SELECT {listed} FROM {table}{where} ORDER BY visit_id, rowid"):  # noqa: S608
            yield dict(zip(wanted, row, strict=True))

    def _columns(self, table: str) -> set[str]:
        return {str(row[1]) for row in self._rows(f"PRAGMA table_info({table})")}

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        rows = read_on(lambda: iter(self._connection.execute(query)), self._name)
        while (row := read_on(lambda: next(rows, None), self._name)) is not None:
            yield row


def _usable(table: str, columns: set[str]) -> bool:
    return table not in _NEEDED or any(name in columns for name in TABLES[table][_NEEDED[table]])


def _visit(row: Row) -> int:
    visit = row["visit"]
    return visit if isinstance(visit, int) else -1


def read_on(read: Callable[[], T], name: str) -> T:
    """What ``read`` returns. Raises CaptureError where the database is damaged; SQLite names no value."""
    try:
        return read()
    except (sqlite3.Error, UnicodeError) as error:  # the names in a damaged schema may be no text
        what = str(error) if isinstance(error, sqlite3.DatabaseError) else "a part of it cannot be read"
        raise CaptureError(f"{name}: the database is damaged: {what}") from None


def _decoded(octets: bytes) -> str:
    return octets.decode("utf-8", "replace")


@contextmanager
def opened(path: Path, name: str) -> Generator[Crawl]:
    """The crawl in the file at ``path``. What its writer has not yet put into the file proper is read, too."""
    unfinished = path.with_name(f"{path.name}-wal")
    how = "mode=ro" if unfinished.exists() and unfinished.stat().st_size else "mode=ro&immutable=1"
    address = f"file:{quote(str(path.resolve()))}?{how}"
    connection = read_on(lambda: sqlite3.connect(address, uri=True), name)
    connection.text_factory = _decoded
    try:
        yield Crawl(connection, name)
    finally:
        connection.close()
