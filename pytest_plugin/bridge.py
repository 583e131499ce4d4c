"""Hooks of policycheck in a conftest.py, without an entry point."""

from __future__ import annotations

from types import FunctionType, ModuleType

import pluggy
import pytest

from policycheck.consent.reading import did_you_mean
from policycheck.errors import PluginError
from policycheck.plugins import hookspecs

_PREFIX = f"{hookspecs.PROJECT}_"
_HOOKS = tuple(name for name in vars(hookspecs) if name.startswith(_PREFIX))


class ConftestHooks:
    """Collects modules that pytest has loaded as plugins and that have ``policycheck_*`` hooks.

    As with pytest's own hooks, a function with the prefix is a hook; the decorator ``hookimpl`` is for options only.
    """

    def __init__(self) -> None:
        self._found: dict[str, ModuleType] = {}
        self._manager: pluggy.PluginManager | None = None

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
        if self._manager is not None:
            self._register(key, plugin)

    def join(self, manager: pluggy.PluginManager) -> None:
        """Register with ``manager`` what was found so far, and whatever is found later. Raises PluginError."""
        self._manager = manager
        for name, plugin in self._found.items():
            self._register(name, plugin)

    def _register(self, name: str, plugin: ModuleType) -> None:
        assert self._manager is not None
        if self._manager.is_registered(plugin):
            return
        for word, function in vars(plugin).items():
            if _is_hook(word, function) and not _marked(function):
                if word not in _HOOKS:
                    raise PluginError(
                        f"{plugin.__file__}: policycheck has no hook {word!r}{did_you_mean(word, _HOOKS)}\n"
                        f"  fix: correct the name, or give a function that is no hook a name without {_PREFIX!r}"
                    )
                hookspecs.hookimpl(function)
        try:
            self._manager.register(plugin, name=name)
            self._manager.check_pending()
        except pluggy.PluginValidationError as error:
            raise PluginError(f"{plugin.__file__}: {' '.join(str(error).split())}") from error


def _is_hook(name: str, value: object) -> bool:
    if not isinstance(value, FunctionType) or hasattr(value, "_pytestfixturefunction"):
        return False
    return name.startswith(_PREFIX) or _marked(value)


def _marked(function: FunctionType) -> bool:
    return hasattr(function, f"{_PREFIX}impl")
