"""Hooks of policycheck in a conftest.py, without an entry point."""

from __future__ import annotations

from types import FunctionType, ModuleType

import pluggy
import pytest

from policycheck.errors import PluginError
from policycheck.model.spelling import did_you_mean
from policycheck.plugins import hookspecs

_PREFIX = f"{hookspecs.PROJECT}_"
_HOOKS = tuple(name for name in vars(hookspecs) if name.startswith(_PREFIX))


class ConftestHooks:
    """Collects modules that pytest has loaded as plugins and that have ``policycheck_*`` hooks.

    As with pytest's own hooks, a function with the prefix is a hook; the decorator ``hookimpl`` is for options only.
    """

    def __init__(self) -> None:
        self._found: dict[str, ModuleType] = {}

    @pytest.hookimpl
    def pytest_plugin_registered(self, plugin: object, manager: pytest.PytestPluginManager) -> None:
        """See each plugin of pytest, those included that were there before this one."""
        if not isinstance(plugin, ModuleType):
            return
        named = {name: value for name, value in vars(plugin).items() if _is_hook(name, value)}
        if not named:
            return
        # A conftest's name among pytest's plugins is its path; as modules, two of them share the name "conftest".
        key = manager.get_name(plugin) or plugin.__name__
        self._found[key] = plugin

    def join(self, manager: pluggy.PluginManager) -> None:
        """Register with ``manager`` what was found so far; call it again when there may be more. Raises PluginError.

        Nothing is raised where pytest loads a conftest, since it would be shown as an error of that folder's tests.
        """
        for name, plugin in self._found.items():
            if not manager.is_registered(plugin):
                _register(manager, name, plugin)


def _register(manager: pluggy.PluginManager, name: str, plugin: ModuleType) -> None:
    for word, function in vars(plugin).items():
        if _is_hook(word, function) and not _marked(function):
            if word not in _HOOKS:
                raise PluginError(
                    f"{plugin.__file__}: policycheck has no hook {word!r}{did_you_mean(word, _HOOKS)}\n"
                    f"  fix: correct the name, or give a function that is no hook a name without {_PREFIX!r}"
                )
            hookspecs.hookimpl(function)
    try:
        manager.register(plugin, name=name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PluginError(f"{plugin.__file__}: {' '.join(str(error).split())}") from error


def _is_hook(name: str, value: object) -> bool:
    if not isinstance(value, FunctionType) or hasattr(value, "_pytestfixturefunction"):
        return False
    return name.startswith(_PREFIX) or _marked(value)


def _marked(function: FunctionType) -> bool:
    return hasattr(function, f"{_PREFIX}impl")
