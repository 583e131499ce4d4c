"""One row of the table of settings, and what rows are made of: pieces of JSON Schema, and what places a path."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from policycheck.consent.laws.names import LawName
from policycheck.consent.profiles.loading import load_profile
from policycheck.engine.settings.readers import Reader
from policycheck.model.consent import ConsentStatus
from policycheck.model.finding import Severity
from policycheck.model.profile import Profile

SCHEME: Final = re.compile("[A-Za-z][A-Za-z0-9+.-]+:")
"""How ``pack:NAME`` and the like begin. Two letters at least: ``C:`` is a drive."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. ``value`` and ``default`` are phrases, ``text`` is Markdown with examples.

    ``placed`` makes of what ``read`` returned what holds for somebody in the folder ``root``, where the file that says
    it lies in ``folder``. ``adds`` says that a file adds to what it extends, and does not replace it: key by key for a
    table, at the end for a list.
    """

    read: Reader
    schema: Mapping[str, Any]
    value: str
    default: str
    text: str
    placed: Callable[[Any, Path, Path], Any] | None = None
    adds: bool = False


def relocated(location: str, folder: Path, root: Path) -> str:
    """A location that starts from ``folder``, as it reads from ``root``; ``pack:NAME`` and absolute paths stay."""
    if folder == root or SCHEME.match(location) or Path(location).is_absolute():
        return location
    try:
        return os.path.relpath(folder / location, root)
    except ValueError:  # another drive
        return str(folder / location)


def absolute(path: str, folder: Path, root: Path) -> Path:
    """A path that starts from ``folder``."""
    return Path(os.path.abspath(folder / path))  # noqa: PTH100 - links are left alone


def profile(name: str, folder: Path, root: Path) -> Profile:
    """The profile that ``name`` is the key or the path of. Raises what loading it does."""
    return load_profile(name, folder)


TEXT: Final = {"type": "string", "pattern": r"\S"}
TEXTS: Final = {"type": "array", "items": TEXT}
SEVERITY: Final = {"enum": [severity.value for severity in Severity]}
SEVERITIES: Final = {"type": "object", "additionalProperties": SEVERITY}
CONSENT: Final = {
    "anyOf": [TEXT, TEXTS, {"type": "object", "additionalProperties": {"enum": [one.value for one in ConsentStatus]}}]
}
LOCAL: Final = {"ignore": TEXTS, "severity": SEVERITIES, "select": TEXTS}


def tables(required: tuple[str, ...], **properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a list of tables."""
    table = {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": dict(properties),
    }
    return {"type": "array", "items": table}


WAIVERS: Final = tables(
    ("codes", "subject", "reason", "owner", "expires"),
    codes={**TEXTS, "minItems": 1},
    subject=TEXT,
    reason=TEXT,
    owner=TEXT,
    expires={"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}"},
)
LAWS: Final = {
    "type": "object",
    "additionalProperties": False,
    "properties": {law.value: TEXT for law in LawName},
}
SIGNALS: Final = {
    "type": "object",
    "additionalProperties": {
        "anyOf": [
            {"const": False},
            {"type": "object", "additionalProperties": {"anyOf": [TEXT, TEXTS]}},
        ]
    },
}

EXTEND: Final = "extend"
EXTEND_OF: Final = {"extend-select": "select", "extend-ignore": "ignore"}
"""The settings that add to others, and to which."""
