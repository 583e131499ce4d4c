"""A project: its settings, its plugins, its catalogue. What the plugin and the command line both start from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pluggy

from policycheck.catalogue.entries import Catalogue
from policycheck.engine import builtin
from policycheck.engine.session import Session
from policycheck.engine.settings import Settings, load_settings
from policycheck.errors import UsageError
from policycheck.model.finding import Report
from policycheck.plugins.manager import build_manager
from policycheck.rules.rule import Rule


class Project:
    """Settings and plugins, and what is built from them on demand."""

    def __init__(self, settings: Settings, *, plugins: tuple[object, ...] = ()) -> None:
        self.settings = settings
        self._plugins = plugins

    @classmethod
    def at(cls, folder: Path) -> Project:
        """The project whose settings are nearest to ``folder``. Raises ConfigurationError."""
        return cls(load_settings(folder))

    @cached_property
    def manager(self) -> pluggy.PluginManager:
        """The plugin manager. Raises PluginError for a broken plugin."""
        return build_manager(builtin, extra=self._plugins)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, built-in and from plugins, by code. Raises UsageError when two share a code."""
        known: dict[str, Rule] = {}
        for group in self.manager.hook.policycheck_rules():
            for rule in group:
                if rule.code in known:
                    raise UsageError(
                        f"two rules have the code {rule.code}: {known[rule.code].module} and {rule.module}"
                    )
                known[rule.code] = rule
        return tuple(known[code] for code in sorted(known))

    @cached_property
    def reporters(self) -> Mapping[str, Any]:
        """Reporters by name of format."""
        return {name: render for group in self.manager.hook.policycheck_reporters() for name, render in group.items()}

    def catalogue(self, location: str | None = None) -> Catalogue:
        """Load the catalogue at ``location``, or the one of the settings, with the project's features and bindings.

        A location from the settings is relative to their folder, one that is given to the working directory. Raises
        CatalogueError, and UsageError when no catalogue is named anywhere.
        """
        from policycheck.catalogue.loading import load_catalogue

        if location is None:
            if self.settings.catalogue is None:
                raise UsageError(
                    'no catalogue is named: set catalogue = "catalogue.yaml" under [tool.policycheck] '
                    "in pyproject.toml, or give --catalogue"
                )
            location = self.settings.catalogue
            if ":" not in location:
                location = str(self.settings.root / location)
        readers = {
            ending: read
            for group in self.manager.hook.policycheck_catalogue_formats()
            for ending, read in group.items()
        }
        return load_catalogue(
            location,
            opener=lambda place: self.manager.hook.policycheck_open_catalogue(location=place),
            readers=readers,
            features=self.settings.features,
            bindings=self.settings.bindings,
            cache=self.settings.cache_folder,
        )

    def session(self, catalogue: Catalogue | None = None) -> Session:
        """Start a session against ``catalogue``, or the project's own."""
        return Session(
            self.catalogue() if catalogue is None else catalogue,
            self.rules,
            self.settings,
            modify_findings=lambda findings: self.manager.hook.policycheck_modify_findings(findings=findings),
        )

    def render(self, report: Report, format_name: str) -> str:
        """Render ``report`` in a format by name. Raises UsageError for a format that nobody provides."""
        if format_name not in self.reporters:
            raise UsageError(f"no reporter is called {format_name!r}; there are {', '.join(sorted(self.reporters))}")
        return str(self.reporters[format_name](report))
