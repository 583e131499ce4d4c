"""What a site's settings say about its catalogue, also as they stood in a revision of its repository.

Of an older file these three settings alone are looked at: what else it says may have been called otherwise then.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

from policycheck.catalogue.revisions import Revision
from policycheck.engine.settings import Settings
from policycheck.engine.settings.layers import PYPROJECT
from policycheck.engine.settings.loading import OWN
from policycheck.engine.settings.setting import EXTEND
from policycheck.engine.settings.table import SETTINGS
from policycheck.errors import ConfigurationError, UsageError

_SAID: Final = ("catalogue", "features", "bindings")
_MOST: Final = 16


def settings_at(settings: Settings, revision: Revision) -> Settings:
    """``settings`` with the catalogue, features and bindings that they named in ``revision``.

    Without a settings file there, and without one now, they stay as they are. Raises ConfigurationError for a file that
    cannot be read.
    """
    if settings.source is None:
        return settings
    here = (settings.source, settings.root / OWN, settings.root / PYPROJECT)
    layers = next((found for path in here if (found := list(_layers(path, revision)))), None)
    if layers is None:
        return settings
    said: dict[str, Any] = {"catalogue": None, "features": {}, "bindings": {}}
    for path, table in reversed(layers):
        for key in _SAID:
            if key in table:
                value = _read(key, table[key], path, settings.root, revision)
                said[key] = {**said[key], **value} if SETTINGS[key].adds else value
    return replace(settings, **said)


def _read(key: str, value: object, path: Path, root: Path, revision: Revision) -> Any:
    setting = SETTINGS[key]
    try:
        read = setting.read(value)
    except (ValueError, UsageError) as error:
        raise ConfigurationError(f"{revision.spell(str(path))}: {key}: {error}") from error
    return read if setting.placed is None else setting.placed(read, path.parent, root)


def _layers(path: Path, revision: Revision) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The file at ``path`` and those that it extends, each with what it says of policycheck; the nearest first."""
    for _ in range(_MOST):
        place = revision.place_of(str(path))
        content = None if place is None else revision.read(place)
        if content is None:
            return
        try:
            document: Any = tomllib.loads(content.decode("utf-8").replace("\r\n", "\n"))
        except ValueError as error:
            raise ConfigurationError(f"{revision.spell(str(path))}: not valid TOML: {error}") from error
        table = document.get("tool", {}).get("policycheck") if path.name == PYPROJECT else document
        if not isinstance(table, dict):
            return
        said = cast("dict[str, Any]", table)
        yield path, said
        extended = said.get(EXTEND)
        if not isinstance(extended, str):
            return
        path = Path(os.path.normpath(path.parent / extended))
