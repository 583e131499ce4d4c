"""From settings files to settings: the nearest file, those that it extends, and its file of waivers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from policycheck.engine.settings.layers import PYPROJECT, Layer, read_layer, shown
from policycheck.engine.settings.misfits import Misfit, within
from policycheck.engine.settings.readers import text, waivers
from policycheck.engine.settings.setting import EXTEND, EXTEND_OF, Setting
from policycheck.engine.settings.table import SETTINGS
from policycheck.engine.settings.values import ALL, Settings
from policycheck.model.finding import Waiver
from policycheck.model.spelling import did_you_mean

OWN = "policycheck.toml"
_PLACED_TABLES = frozenset({"per-path", "per-test", "waivers"})


def load_settings(start: Path) -> Settings:
    """Read the nearest settings at ``start`` or above it; without any, the defaults with ``start`` as root.

    In one folder policycheck.toml goes before pyproject.toml. Raises :class:`policycheck.errors.ConfigurationError`
    with file, line and column for what is no setting.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        for name in (OWN, PYPROJECT):
            path = folder / name
            if path.is_file() and (settings := read_settings(path)) is not None:
                return settings
    return Settings(root=start)


def read_settings(path: Path) -> Settings | None:
    """Read one file and those that it extends; None for a pyproject.toml without ``[tool.policycheck]``.

    Raises ConfigurationError.
    """
    layers = read_layers(path)
    if not layers:
        return None
    values: dict[str, Any] = {}
    for layer in layers:
        _lay(values, layer, path.parent)
    file: Path | None = values.get("waivers_file")
    if file is not None:
        values["waivers"] = (*values.get("waivers", ()), *_waivers(file, layers))
    return Settings(**values, root=path.parent, source=path)


def read_layers(path: Path) -> tuple[Layer, ...]:
    """The file at ``path`` after those that it extends; nothing for a pyproject.toml that says nothing about us.

    Raises ConfigurationError for a file that cannot be read, or that extends itself in a circle.
    """
    nearest = read_layer(path)
    if nearest is None:
        return ()
    layers = [nearest]
    while EXTEND in layers[0].table:
        layers.insert(0, _extended(layers[0], [layer.path.resolve() for layer in layers]))
    return tuple(layers)


def read_all(settings: Settings) -> tuple[Layer, ...]:
    """Every file that ``settings`` were read from, the file of waivers last. Raises ConfigurationError."""
    files = () if settings.source is None else read_layers(settings.source)
    waivers_file = None if settings.waivers_file is None else read_layer(settings.waivers_file)
    return files if waivers_file is None else (*files, waivers_file)


def _extended(layer: Layer, seen: Sequence[Path]) -> Layer:
    try:
        with within(EXTEND):
            path = layer.folder / text(layer.table[EXTEND])
            if path.is_dir():
                path = next((path / name for name in (OWN, PYPROJECT) if (path / name).is_file()), path)
            if path.is_dir():
                raise ValueError(f"the folder {shown(path)} holds neither {OWN} nor {PYPROJECT}")
            if not path.is_file():
                raise ValueError(f"there is no file {shown(path)}")
            if path.resolve() in seen:
                raise ValueError(f"the files extend each other in a circle: {shown(path)} is here already")
            base = read_layer(path)
            if base is None:
                raise ValueError(f"{shown(path)} has no table [tool.policycheck]")
    except Misfit as misfit:
        raise layer.error(misfit) from misfit.__cause__
    return base


def _lay(values: dict[str, Any], layer: Layer, root: Path) -> None:
    """Lay what ``layer`` says over ``values``."""
    said = _read(layer, root)
    for key, value in said.items():
        name = key.replace("-", "_")
        if key not in EXTEND_OF and key != EXTEND:
            values[name] = _joined(values[name], value) if SETTINGS[key].adds and name in values else value
    for key, name in EXTEND_OF.items():
        if key in said:
            every = (ALL,) if name == "select" else ()
            values[name] = (*(values.get(name) or every), *said[key])


def _joined(base: Any, more: Any) -> Any:
    return base | more if isinstance(more, dict) else base + more


def _read(layer: Layer, root: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    try:
        for key, value in layer.table.items():
            setting = _setting(key)
            with within(key):
                found[key] = setting.read(value)
                if setting.placed is not None:
                    found[key] = setting.placed(found[key], layer.folder, root)
    except Misfit as misfit:
        raise layer.error(misfit) from misfit.__cause__
    for key in _PLACED_TABLES & found.keys():
        found[key] = tuple(replace(item, location=layer.place(key, index)) for index, item in enumerate(found[key]))
    return found


def _setting(key: str) -> Setting:
    if key not in SETTINGS:
        if key == "tool":
            raise Misfit(f"[tool.policycheck] is for {PYPROJECT}; here settings need no table", (key,), of_key=True)
        near = did_you_mean(key, SETTINGS) or did_you_mean(key.replace("_", "-"), SETTINGS)
        raise Misfit(f"is not a setting{near or '; there are ' + ', '.join(SETTINGS)}", (key,), of_key=True)
    return SETTINGS[key]


def _waivers(path: Path, layers: Sequence[Layer]) -> tuple[Waiver, ...]:
    key = "waivers-file"
    naming = next(layer for layer in reversed(layers) if key in layer.table)
    if not path.is_file():
        raise naming.error(Misfit(f"there is no file {shown(path)}", (key,)))
    if path.name == PYPROJECT:
        raise naming.error(Misfit("must be a file of its own", (key,)))
    layer = read_layer(path)
    assert layer is not None
    for word in layer.table:
        if word != "waivers":
            raise layer.error(
                Misfit("has no place here: a file of waivers holds [[waivers]] alone", (word,), of_key=True)
            )
    try:
        with within("waivers"):
            found = waivers(layer.table.get("waivers", []))
    except Misfit as misfit:
        raise layer.error(misfit) from misfit.__cause__
    return tuple(replace(item, location=layer.place("waivers", index)) for index, item in enumerate(found))
