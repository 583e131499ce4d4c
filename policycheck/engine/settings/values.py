"""What a project chose, as plain values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from policycheck.consent.laws.names import LawName
from policycheck.consent.signals.overrides import Overrides
from policycheck.model.consent import UNSET, ConsentState
from policycheck.model.finding import Location, Severity, Waiver
from policycheck.model.lifetime import Retention, parse_retention
from policycheck.model.profile import Profile

ALL = "ALL"
"""The selector that names every rule."""


@dataclass(frozen=True, slots=True)
class PathSettings:
    """What differs for exchanges whose path matches ``path``, a glob: which rules run there, and how severe they are.

    ``location`` is the place in the settings that says so.
    """

    path: str
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict[str, Severity])
    select: tuple[str, ...] = ()
    location: Location | None = field(default=None, compare=False)

    @property
    def title(self) -> str:
        """How messages name it."""
        return f"per-path {self.path!r}"


@dataclass(frozen=True, slots=True)
class PerTestSettings:
    """What differs for tests that ``test`` names, and the consent that their visitors start with.

    ``test`` is a glob over the node id, in which brackets stand for themselves: it names the tests whose node id it
    matches, and all in the folder, file, class or parametrised test that it matches.
    """

    test: str
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict[str, Severity])
    select: tuple[str, ...] = ()
    consent: ConsentState | None = None
    location: Location | None = field(default=None, compare=False)

    @property
    def title(self) -> str:
        """How messages name it."""
        return f"per-test {self.test!r}"

    def covers(self, test: str) -> bool:
        """Whether this holds for the test with the node id ``test``."""
        wild = {"*": ".*", "?": "."}
        glob = "".join(wild.get(letter) or re.escape(letter) for letter in self.test.rstrip("/"))
        return re.match(rf"{glob}(?=\Z|/|::|\[)", test, re.DOTALL) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a project chose. Codes are whole (``CON001``), a group (``CON``), a rule's kebab name, or ``ALL``.

    ``root`` is the folder that relative locations start from, ``source`` the file that was read (None: no file).
    ``tolerance`` is in seconds. ``hosts`` are further hosts of the application under test. ``fail_on`` is the least
    severity that fails a run. ``profile`` is the jurisdiction whose limits are looked at. ``laws`` are the laws of
    consent that are not looked at, each with the reason. ``signals`` says, by key of a consent signal, for which
    categories its own keys stand, or None that it is not read. ``waivers_file`` and ``baseline`` are absolute;
    ``baseline_max_age`` is None where entries of a baseline may get old. ``reports`` are targets of reports, relative
    to ``root``.
    """

    root: Path = field(default_factory=Path.cwd)
    source: Path | None = None
    catalogue: str | None = None
    features: Mapping[str, bool] = field(default_factory=dict[str, bool])
    bindings: Mapping[str, str] = field(default_factory=dict[str, str])
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict[str, Severity])
    per_path: tuple[PathSettings, ...] = ()
    per_test: tuple[PerTestSettings, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    waivers_file: Path | None = None
    baseline: Path | None = None
    baseline_max_age: Retention | None = field(default_factory=lambda: parse_retention("1 year"))
    reports: tuple[str, ...] = ()
    consent: ConsentState = UNSET
    tolerance: float = 0.0
    profile: Profile | None = None
    hosts: tuple[str, ...] = ()
    fail_on: Severity = Severity.ERROR
    cache: bool = True
    laws: Mapping[LawName, str] = field(default_factory=dict[LawName, str])
    signals: Overrides = field(default_factory=dict[str, "Mapping[str, tuple[str, ...]] | None"])

    @property
    def cache_folder(self) -> Path | None:
        """Where compiled catalogues are kept, beside the settings file; None without one, or when it wants none."""
        return self.root / ".policycheck_cache" if self.cache and self.source else None

    def table_of_consent(self, test: str) -> PerTestSettings | None:
        """The table that says which consent the visitor of a test starts with: the last of those that hold for it."""
        said = (table for table in reversed(self.per_test) if table.consent is not None and table.covers(test))
        return next(said, None)

    def consent_of(self, test: str | None) -> ConsentState:
        """The consent that the visitor of a test starts with."""
        table = None if test is None else self.table_of_consent(test)
        return self.consent if table is None or table.consent is None else table.consent

    def with_options(
        self,
        *,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        fail_on: Severity | None = None,
        consent: ConsentState | None = None,
    ) -> Settings:
        """The settings with what a command line says laid over them.

        ``select`` takes the place of the settings', and goes before what they ignore by the same word; ``ignore`` adds
        to theirs. ``consent`` takes the place of every test's.
        """
        chosen = tuple(select)
        return replace(
            self,
            select=chosen or self.select,
            ignore=(*(word for word in self.ignore if word not in chosen), *ignore),
            fail_on=fail_on or self.fail_on,
            consent=self.consent if consent is None else consent,
            per_test=self.per_test
            if consent is None
            else tuple(replace(table, consent=None) for table in self.per_test),
        )

    def without_rules(self) -> Settings:
        """The settings of a session without rules: none of them names one."""
        return replace(self, select=(), ignore=(), severity={}, per_path=(), per_test=(), waivers=())
