"""Bytes in, a document with positions out: YAML, JSON and TOML, and whatever endings plugins add.

Nothing but the table of readers is imported with the package, since a cached catalogue needs no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policycheck.catalogue.documents import Parsed

Reader = Callable[[str, str], Any]
"""``read(text, location)`` returns a :class:`policycheck.catalogue.documents.Parsed`, or plain data without positions.

It raises :class:`policycheck.catalogue.problems.CatalogueInvalid` for what it cannot read.
"""

MAX_BYTES = 8 * 1024 * 1024
"""How large a catalogue file may be."""


def _read_yaml(text: str, location: str) -> Parsed:
    from policycheck.catalogue.reading.yaml_text import read_yaml

    return read_yaml(text, location)


def _read_json(text: str, location: str) -> Parsed:
    from policycheck.catalogue.reading.json_text import read_json

    return read_json(text, location)


def _read_toml(text: str, location: str) -> Parsed:
    from policycheck.catalogue.reading.toml_text import read_toml

    return read_toml(text, location)


READERS: Mapping[str, Reader] = {".yaml": _read_yaml, ".yml": _read_yaml, ".json": _read_json, ".toml": _read_toml}
