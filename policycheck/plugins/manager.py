"""Building the plugin manager: built-ins and third-party plugins through the same hooks."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from importlib.metadata import EntryPoint, distributions
from pathlib import Path
from traceback import walk_tb

import pluggy

from policycheck.errors import PluginError, PolicycheckError
from policycheck.plugins import hookspecs

BUILTIN = "policycheck-builtin"


def build_manager(
    builtin: object, *, extra: tuple[object, ...] = (), load_entry_points: bool = True
) -> pluggy.PluginManager:
    """Build a manager with the built-in implementations, ``extra`` plugins and those of installed distributions.

    Raises :class:`policycheck.errors.PluginError`, which names the distribution and the entry point of a plugin that
    cannot be imported or that implements an unknown hook.
    """
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(builtin, name=BUILTIN)
    for plugin in extra:
        manager.register(plugin)
    if load_entry_points:
        for distribution, entry_point in entry_points_declared():
            _load(manager, distribution, entry_point)
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PluginError(f"a plugin implements a hook that policycheck does not have: {error}") from error
    return manager


def entry_points_declared() -> list[tuple[str, EntryPoint]]:
    """The entry points of the group ``policycheck``, each with the name of its distribution, sorted. Loads none."""
    found = {
        (distribution.metadata["Name"], entry_point.name): (distribution.metadata["Name"], entry_point)
        for distribution in distributions()
        for entry_point in distribution.entry_points
        if entry_point.group == hookspecs.PROJECT
    }
    return [found[key] for key in sorted(found)]


@contextmanager
def blaming(caller: pluggy.HookCaller) -> Generator[None]:
    """Turn what a third-party plugin raises while ``caller`` is called into a PluginError that names the plugin.

    Its message is left out: the plugin may have put the value of a cookie there.
    """
    try:
        yield
    except PolicycheckError:
        raise
    except Exception as error:
        places = {frame.f_code: line for frame, line in walk_tb(error.__traceback__)}
        for implementation in caller.get_hookimpls():
            code = getattr(implementation.function, "__code__", None)
            if code in places and implementation.plugin_name != BUILTIN:
                raise PluginError(
                    f"plugin {implementation.plugin_name!r} failed in {caller.name} with {type(error).__name__} "
                    f"({Path(code.co_filename).name}:{places[code]})\n  fix: repair it, or uninstall it"
                ) from error
        raise


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
