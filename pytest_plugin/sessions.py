"""One session of the engine for each catalogue that the tests name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from policycheck.catalogue.entries import Catalogue
from policycheck.consent.reading import read_consent
from policycheck.engine.project import Project
from policycheck.engine.session import Session
from policycheck.errors import UsageError

from .options import given_location, has_scheme, readable_location


class Sessions:
    """Starts sessions when they are first asked for, and keeps them."""

    def __init__(
        self,
        project: Project,
        *,
        said_by: str | None = None,
        prepare: Callable[[Session], None] = lambda session: None,
    ) -> None:
        """``said_by`` is the option that says the consent at the start, where it is not the settings that do.

        ``prepare`` sees each session before it is used.
        """
        self._project = project
        self._prepare = prepare
        self._said_by = said_by or f"{project.settings.source or 'settings'}: consent"
        self._by_location: dict[str, Session] = {}
        self._by_identity: dict[int, Session] = {}

    def __iter__(self) -> Iterator[Session]:
        """Every session that was started, in order."""
        return iter(self._by_identity.values())

    def default(self) -> Session:
        """The session against the project's own catalogue. Raises PolicycheckError."""
        location = self._project.settings.catalogue
        if location is None:
            raise UsageError(
                "no catalogue is named\n"
                '  fix: set catalogue = "catalogue.yaml" under [tool.policycheck] in pyproject.toml, '
                "give --policycheck-catalogue, or override the fixture policycheck_catalogue"
            )
        return self.located(location)

    def located(self, location: str) -> Session:
        """The session against the catalogue at ``location``, relative to the settings. Raises PolicycheckError."""
        place = readable_location(given_location(location, self._project.settings.root))
        session = self._by_location.get(place)
        if session is None:
            session = self._by_location[place] = self._start(self._project.catalogue(place))
        return session

    def of(self, named: object) -> Session:
        """The session for what a marker or a fixture names: a catalogue, or a location. Raises PolicycheckError."""
        if isinstance(named, Catalogue):
            return self._by_identity.get(id(named)) or self._start(named)
        if isinstance(named, (str, Path)):
            return self.located(str(named))
        raise UsageError(f"a catalogue is a location or a Catalogue, not {type(named).__name__}")

    def location(self, session: Session) -> str | None:
        """The location that ``session`` can be started from elsewhere; None for a catalogue that a test has built."""
        return next((place for place, known in self._by_location.items() if known is session), None)

    def _start(self, catalogue: Catalogue) -> Session:
        settings = self._project.settings
        try:
            read_consent(settings.consent, catalogue.categories)
        except UsageError as error:
            raise UsageError(f"{self._said_by}: {error}") from error
        session = self._by_identity[id(catalogue)] = self._project.session(catalogue)
        self._prepare(session)
        return session


class BlindSessions(Sessions):
    """One session without rules for whatever tests name: a run that judges nothing counts what it sees.

    It is held against the project's catalogue where there is one, for its categories and for what was observed of it.
    """

    def default(self) -> Session:
        """The one session. Raises PolicycheckError for a catalogue that is broken."""
        return self.located("")

    def located(self, location: str) -> Session:
        """The one session."""
        session = self._by_location.get("")
        if session is None:
            settings = self._project.settings
            there = settings.catalogue is not None and (
                has_scheme(settings.catalogue) or Path(settings.root, settings.catalogue).exists()
            )
            catalogue = self._project.catalogue() if there else Catalogue("", "", ())
            session = Session(catalogue, (), settings.without_rules(), signals=self._project.signals)
            self._by_location[""] = self._by_identity[id(catalogue)] = session
            self._prepare(session)
        return session

    def of(self, named: object) -> Session:
        """The one session."""
        return self.located("")
