"""A project: its settings, its plugins, its catalogue. What the plugin and the command line both start from."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.catalogue.entries import Catalogue
from policycheck.consent.signals import ConsentSignal
from policycheck.consent.signals.overrides import check_categories, with_overrides
from policycheck.engine import builtin
from policycheck.engine.baseline import Baseline, Update, read_baseline
from policycheck.engine.repository import prefix_of, sources_of
from policycheck.engine.session import Session
from policycheck.engine.settings import Settings, load_settings
from policycheck.errors import ConfigurationError, PluginError, UsageError
from policycheck.model.finding import Finding
from policycheck.model.report import Report
from policycheck.model.spelling import did_you_mean
from policycheck.plugins.manager import blaming, build_manager
from policycheck.rules.rule import Rule

if TYPE_CHECKING:
    import pluggy

    from policycheck.catalogue.loading import Opener

_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]+:")
"""Two letters at least: ``C:`` is a drive."""


class Project:
    """Settings and plugins, and what is built from them on demand. ``update``: the run is to change the baseline."""

    def __init__(self, settings: Settings, *, plugins: tuple[object, ...] = (), update: Update | None = None) -> None:
        self.settings = settings
        self.update = update
        self._plugins = plugins

    @classmethod
    def at(cls, folder: Path) -> Project:
        """The project whose settings are nearest to ``folder``. Raises ConfigurationError."""
        return cls(load_settings(folder))

    def with_settings(self, settings: Settings) -> Project:
        """The same project and plugins with other settings."""
        other = Project(settings, plugins=self._plugins, update=self.update)
        other.__dict__["manager"] = self.manager
        return other

    @cached_property
    def manager(self) -> pluggy.PluginManager:
        """The plugin manager. Raises PluginError for a broken plugin."""
        return build_manager(builtin, extra=self._plugins)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, built-in and from plugins, by code. Raises UsageError when two share a code."""
        known: dict[str, Rule] = {}
        with blaming(self.manager.hook.policycheck_rules):
            groups = [tuple(group) for group in self.manager.hook.policycheck_rules()]
        for group in groups:
            for rule in group:
                if not isinstance(rule, Rule):
                    raise PluginError(f"a plugin gave a {type(rule).__name__} among its rules, which is no Rule")
                if rule.code in known:
                    raise UsageError(
                        f"two rules have the code {rule.code}: {known[rule.code].module} and {rule.module}"
                    )
                known[rule.code] = rule
        return tuple(known[code] for code in sorted(known))

    @cached_property
    def signals(self) -> tuple[ConsentSignal, ...]:
        """The records of consent managers that can be read, built-in and from plugins; a plugin's goes first.

        The settings say which of them are left out, and what their keys stand for. Raises ConfigurationError.
        """
        with blaming(self.manager.hook.policycheck_consent_signals):
            groups = [tuple(group) for group in self.manager.hook.policycheck_consent_signals()]
        for signal in (signal for group in groups for signal in group):
            if not isinstance(signal, ConsentSignal):
                raise PluginError(
                    f"a plugin gave a {type(signal).__name__} among its signals, which is no ConsentSignal"
                )
        own = {signal.key: signal for group in reversed(groups) for signal in group}
        keys = dict.fromkeys(signal.key for group in groups for signal in group)
        with self._blaming_settings("signals"):
            return with_overrides((own[key] for key in keys), self.settings.signals)

    @cached_property
    def reporters(self) -> Mapping[str, Callable[[Report], str]]:
        """Reporters by name of format."""
        with blaming(self.manager.hook.policycheck_reporters):
            groups = self.manager.hook.policycheck_reporters()
        return {name: render for group in reversed(groups) for name, render in group.items()}

    def catalogue(self, location: str | None = None, *, opener: Opener | None = None) -> Catalogue:
        """Load the catalogue at ``location``, or the one of the settings, with the project's features and bindings.

        A location from the settings is relative to their folder, one that is given to the working directory. ``opener``
        finds files in place of :meth:`open`; what it finds is not cached. Raises CatalogueError, and UsageError when no
        catalogue is named anywhere.
        """
        from policycheck.catalogue.loading import load_catalogue

        location = self.catalogue_location if location is None else location
        with blaming(self.manager.hook.policycheck_catalogue_formats):
            groups = self.manager.hook.policycheck_catalogue_formats()
        readers = {ending: read for group in reversed(groups) for ending, read in group.items()}
        return load_catalogue(
            location,
            opener=opener or self.open,
            readers=readers,
            features=self.settings.features,
            bindings=self.settings.bindings,
            cache=None if opener else self.settings.cache_folder,
        )

    @property
    def catalogue_location(self) -> str:
        """Where the catalogue of the settings is, as seen from the working directory. Raises UsageError for none."""
        if self.settings.catalogue is None:
            raise UsageError(
                'no catalogue is named: set catalogue = "catalogue.yaml" under [tool.policycheck] '
                "in pyproject.toml, or give --catalogue"
            )
        return self._spelled(self.settings.catalogue)

    @cached_property
    def baseline(self) -> Baseline | None:
        """The baseline that the settings name, None where they name none. Raises ConfigurationError."""
        if self.settings.baseline is None:
            return None
        return read_baseline(self.settings.baseline, self.settings.baseline_max_age, update=self.update)

    def session(self, catalogue: Catalogue | None = None) -> Session:
        """Start a session against ``catalogue``, or the project's own.

        Raises ConfigurationError where the settings name a category for a consent signal that it does not have, and for
        a baseline that cannot be read.
        """
        chosen = self.catalogue() if catalogue is None else catalogue
        with self._blaming_settings("signals"):
            check_categories(self.settings.signals, chosen.categories)
        self._check_consents(chosen)
        return Session(
            chosen,
            self.rules,
            self.settings,
            signals=self.signals,
            modify_findings=self.modify_findings,
            baseline=self.baseline,
            update=self.update,
        )

    def check_update(self) -> None:
        """Raise UsageError where the run is to change the baseline, and there is none, or no folder for it."""
        path = self.settings.baseline
        if self.update is not None and path is None:
            raise UsageError(
                "there is no baseline to update\n"
                '  fix: set baseline = "policycheck-baseline.json" under [tool.policycheck], or name one'
            )
        if self.update is not None and path is not None and not path.parent.is_dir():
            raise UsageError(f"{path}: the baseline cannot be written: the folder does not exist")

    def update_baseline(self, report: Report) -> str:
        """Change the baseline by what a whole run found, as :attr:`update` says, and say in a line what changed.

        Raises UsageError for settings without a baseline, a report of evidence that was not read to its end, and a
        place that cannot be written.
        """
        self.check_update()
        if self.baseline is None or self.update is None:
            raise UsageError("the run was not to change the baseline")
        today = datetime.now(tz=UTC).date()
        new = self.baseline.updated(report, self.update, fail_on=self.settings.fail_on, today=today)
        if new.entries != self.baseline.entries or not new.path.exists():
            new.write()
        return new.changed_since(self.baseline)

    def _check_consents(self, catalogue: Catalogue) -> None:
        """Raise ConfigurationError where the settings say of a test a category that ``catalogue`` does not have."""
        from policycheck.consent.reading import read_consent

        for table in self.settings.per_test:
            try:
                read_consent(table.consent, catalogue.categories)
            except UsageError as error:
                raise ConfigurationError(f"{table.location}: per-test: consent: {error}") from error

    def modify_findings(self, findings: list[Finding]) -> None:
        """Let plugins change ``findings`` in place."""
        with blaming(self.manager.hook.policycheck_modify_findings):
            self.manager.hook.policycheck_modify_findings(findings=findings)

    def reporter(self, format_name: str) -> Callable[[Report], str]:
        """The reporter of a format by name. Raises UsageError for a format that nobody provides."""
        if format_name not in self.reporters:
            raise UsageError(
                f"no reporter is called {format_name!r}{did_you_mean(format_name, self.reporters)}; "
                f"there are {', '.join(sorted(self.reporters))}"
            )
        return self.reporters[format_name]

    def wants_journeys(self, formats: Iterable[str]) -> bool:
        """True when a reporter of ``formats`` tells what each device saw. Raises as :meth:`reporter` does."""
        return any(getattr(self.reporter(name), "wants_journeys", False) for name in formats)

    def render(self, report: Report, format_name: str) -> str:
        """Render ``report`` in a format by name, as seen from the repository that the run stands in.

        Raises UsageError for a format that nobody provides.
        """
        render = self.reporter(format_name)
        report = replace(report, prefix=prefix_of(Path.cwd()), sources=sources_of())
        with blaming(self.manager.hook.policycheck_reporters):
            return str(render(report))

    @contextmanager
    def _blaming_settings(self, key: str) -> Generator[None]:
        try:
            yield
        except UsageError as error:
            raise ConfigurationError(f"{self.settings.source or 'settings'}: {key}: {error}") from error

    def open(self, location: str) -> bytes | None:
        """What stands at ``location``: a file, a pack, or what a plugin opens; None for nothing."""
        with blaming(self.manager.hook.policycheck_open_catalogue):
            content: bytes | None = self.manager.hook.policycheck_open_catalogue(location=location)
        return content

    def _spelled(self, location: str) -> str:
        """A location of the settings, which starts from their folder, as it reads from the working directory."""
        if _SCHEME.match(location) or Path(location).is_absolute() or self.settings.root == Path.cwd():
            return location
        try:
            return os.path.relpath(self.settings.root / location)
        except ValueError:  # another drive
            return str(self.settings.root / location)
