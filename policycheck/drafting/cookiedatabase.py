"""The Open Cookie Database, as its users have it: a CSV or JSON file, read row by row.

https://github.com/jkwakman/Open-Cookie-Database. Its wildcard rows hold a text that a name contains; read like that,
short ones match names of anybody, so a wildcard is taken for a prefix, and only where it ends like one or is long. What
licence a copy has, and what follows from it, is for the user to know.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policycheck.catalogue.plain import as_list, as_object
from policycheck.errors import UsageError
from policycheck.model.storage import StorageKind

CSV_FIELDS = (
    "Platform",
    "Category",
    "Cookie / Data Key name",
    "Domain",
    "Description",
    "Data Controller",
    "Wildcard match",
)
_JSON_FIELDS = ("", "category", "cookie", "domain", "description", "dataController", "wildcardMatch")
CATEGORIES = {
    "functional": "functional",
    "personalization": "functional",
    "preferences": "functional",
    "analytics": "analytics",
    "marketing": "marketing",
    "security": "necessary",
    "necessary": "necessary",
}
"""Its categories in ours. Its security rows are such as a site cannot do without; its own list is not kept strictly."""
_ENDS = ("_", "-", ".", ":", "/", "[", "=")
_LONG = 5
_FIX = "  fix: give its open-cookie-database.csv or open-cookie-database.json"


@dataclass(frozen=True, slots=True)
class Known:
    """What a row says of a name. ``exact`` is False where the row is a wildcard."""

    name: str
    category: str | None
    provider: str
    purpose: str
    exact: bool


class CookieDatabase:
    """Looks up names. Of several rows with one name, those that agree count; of wildcards the longest."""

    def __init__(self, rows: Iterator[Known]) -> None:
        self._exact: dict[str, Known] = {}
        self._prefixes: dict[str, Known] = {}
        self.rows = 0
        for row in rows:
            self.rows += 1
            table = self._exact if row.exact else self._prefixes
            known = table.get(row.name)
            table[row.name] = row if known is None else _agreed(known, row)

    def find(self, kind: StorageKind, name: str) -> Known | None:
        """What is known of a name; the rows do not say in what kind of storage, so every kind may be meant."""
        found = self._exact.get(name)
        if found is not None:
            return found
        ends = range(len(name), 0, -1)
        return next((self._prefixes[name[:end]] for end in ends if name[:end] in self._prefixes), None)


def _agreed(one: Known, other: Known) -> Known:
    """Two rows with one name: what they do not agree on nobody knows."""
    same = one.provider == other.provider
    return Known(
        one.name,
        one.category if one.category == other.category else None,
        one.provider if same else "",
        one.purpose if same else "",
        one.exact,
    )


def read_cookie_database(path: Path) -> CookieDatabase:
    """Read the file at ``path``. Raises :class:`policycheck.errors.UsageError` for one that is no such database."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            start = file.read(1)
            file.seek(0)
            rows = _json_rows(path, file.read()) if start in {"{", "["} else _csv_rows(path, file)
            return CookieDatabase(row for fields in rows if (row := _row(fields)) is not None)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 (byte {error.start})\n{_FIX}") from None


def _csv_rows(path: Path, file: Any) -> Iterator[Mapping[str, str]]:
    reader = csv.DictReader(file)
    try:
        missing = [field for field in CSV_FIELDS if field not in (reader.fieldnames or ())]
        if missing:
            named = ", ".join(missing)
            raise UsageError(f"{path}:1: no Open Cookie Database: its columns are missing: {named}\n{_FIX}")
        yield from reader
    except csv.Error as error:
        raise UsageError(f"{path}:{reader.line_num}: the CSV cannot be read: {error}\n{_FIX}") from None


def _json_rows(path: Path, text: str) -> Iterator[Mapping[str, str]]:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        place = f"{path}:{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else str(path)
        raise UsageError(f"{place}: the JSON cannot be read\n{_FIX}") from None
    rows = list(_platforms(data))
    if not rows or any("cookie" not in row for _, row in rows[:10]):
        raise UsageError(f"{path}: no Open Cookie Database: it holds platforms, each with a list of cookies\n{_FIX}")
    for platform, row in rows:
        yield {
            field: str(row.get(key) or "") if key else platform
            for field, key in zip(CSV_FIELDS, _JSON_FIELDS, strict=True)
        }


def _platforms(data: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    for platform, rows in as_object(data).items():
        for row in as_list(rows):
            yield platform, as_object(row)


def _row(fields: Mapping[str, str | None]) -> Known | None:
    """What a row says; None for one that says nothing of use, or of which the name would match those of anybody."""
    platform, category, name, _, description, controller, wildcard = (
        (fields.get(field) or "").strip() for field in CSV_FIELDS
    )
    exact = wildcard != "1" and not name.endswith("*")
    name = name.rstrip("*").partition("%INTEGER%")[0] if not exact else name
    if not name or (not exact and len(name) < _LONG and not (len(name) > 2 and name.endswith(_ENDS))):
        return None
    return Known(name, CATEGORIES.get(category.lower()), controller or platform, description, exact)
