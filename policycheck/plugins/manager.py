"""Building the plugin manager: built-ins and third-party plugins through the same hooks."""

from __future__ import annotations

from importlib.metadata import EntryPoint, distributions

import pluggy

from policycheck.errors import PluginError
from policycheck.plugins import hookspecs


def build_manager(
    builtin: object, *, extra: tuple[object, ...] = (), load_entry_points: bool = True
) -> pluggy.PluginManager:
    """Build a manager with the built-in implementations, ``extra`` plugins and those of installed distributions.

    Raises :class:`policycheck.errors.PluginError`, which names the distribution and the entry point of a plugin that
    cannot be imported or that implements an unknown hook.
    """
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(builtin, name="policycheck-builtin")
    for plugin in extra:
        manager.register(plugin)
    if load_entry_points:
        for distribution, entry_point in _entry_points():
            _load(manager, distribution, entry_point)
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PluginError(f"a plugin implements a hook that policycheck does not have: {error}") from error
    return manager


def _entry_points() -> list[tuple[str, EntryPoint]]:
    found = {
        (distribution.metadata["Name"], entry_point.name): (distribution.metadata["Name"], entry_point)
        for distribution in distributions()
        for entry_point in distribution.entry_points
        if entry_point.group == hookspecs.PROJECT
    }
    return [found[key] for key in sorted(found)]


def _load(manager: pluggy.PluginManager, distribution: str, entry_point: EntryPoint) -> None:
    name = f"{distribution}:{entry_point.name}"
    try:
        plugin = entry_point.load()
        manager.register(plugin, name=name)
        manager.check_pending()
    except Exception as error:
        raise PluginError(
            f"plugin {entry_point.name!r} of the distribution {distribution!r} ({entry_point.value}) cannot be used: "
            f"{type(error).__name__}: {error}\n  fix: repair it, or uninstall {distribution}"
        ) from error
