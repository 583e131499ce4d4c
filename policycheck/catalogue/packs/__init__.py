"""Packs: ready-made catalogues by name, ``pack:django`` in ``extends``.

Those in the box are the YAML files beside this module. Others come from installed distributions through the entry point
group ``policycheck.packs``: the name of the entry point is the pack's, its value a package, in which the pack is the
resource ``NAME.yaml``, or ``package:resource.yaml`` where the file is called otherwise. A pack in the box cannot be
replaced by an installed one, so that ``pack:django`` means the same everywhere.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from policycheck.errors import PluginError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "policycheck.packs"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def open_pack(name: str) -> bytes | None:
    """Return the YAML text of the pack called ``name``, or None when there is none.

    Raises :class:`policycheck.errors.PluginError` when an installed distribution announces the pack and cannot give it,
    or when two distributions announce it.
    """
    if not _NAME.fullmatch(name):
        return None
    resource = files(__name__) / f"{name}.yaml"
    if resource.is_file():
        return resource.read_bytes()
    entry_point = _installed().get(name)
    return None if entry_point is None else _read(entry_point)


def pack_names() -> tuple[str, ...]:
    """Return the names of all packs, those in the box and those of installed distributions, sorted."""
    return tuple(sorted({*_built_in(), *_installed()}))


def _built_in() -> list[str]:
    return [entry.name.removesuffix(".yaml") for entry in files(__name__).iterdir() if entry.name.endswith(".yaml")]


def _installed() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points

    found: dict[str, EntryPoint] = {}
    for entry_point in entry_points(group=GROUP):
        other = found.setdefault(entry_point.name, entry_point)
        if other.value != entry_point.value:
            raise PluginError(
                f"two distributions bring a pack called {entry_point.name!r}: {_source(other)} and "
                f"{_source(entry_point)}\n  fix: uninstall one of them"
            )
    return found


def _read(entry_point: EntryPoint) -> bytes:
    name = entry_point.attr or f"{entry_point.name}.yaml"
    try:
        return (files(entry_point.module) / name).read_bytes()
    except Exception as error:
        raise PluginError(
            f"pack {entry_point.name!r} of {_source(entry_point)} cannot be read: {type(error).__name__}: {error}\n"
            f"  fix: repair the distribution, or uninstall it; {name} must stand in the package {entry_point.module}"
        ) from error


def _source(entry_point: EntryPoint) -> str:
    distribution = entry_point.dist
    owner = "an unknown distribution" if distribution is None else f"the distribution {distribution.name!r}"
    return f"{owner} ({entry_point.value})"
