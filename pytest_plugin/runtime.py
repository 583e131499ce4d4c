"""The plugin at work: registered with pytest when something of policycheck is asked for, and not before."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import pytest

from policycheck.consent.reading import read_consent
from policycheck.drafting import Inventory
from policycheck.engine.project import Project
from policycheck.engine.selection import check_selectors
from policycheck.engine.settings import Settings
from policycheck.errors import PolicycheckError

from .bridge import ConftestHooks
from .check import Check
from .device import Device
from .marks import Wishes, place_of, wishes_of
from .observing import Observing
from .options import check_given_rules, settings_of
from .outputs import Outputs, outputs_of, report_targets
from .phases import Phases, check_of, device_of, keep_check, keep_device
from .sessions import BlindSessions, Sessions
from .stopping import fail, stop
from .wholeness import Wholeness
from .wholerun import WholeRun

if TYPE_CHECKING:
    from policycheck.catalogue.entries import Catalogue
    from policycheck.engine.session import Session
    from policycheck.engine.targets import Target
    from policycheck.model.finding import Location

    from .parts import Part
    from .watching import SessionWatch

_RUNTIME = pytest.StashKey["Runtime"]()


def running(config: pytest.Config, *, testing: bool = True) -> Runtime:
    """The runtime of this pytest run, started now if need be. ``testing`` says whether tests are being run already."""
    runtime = config.stash.get(_RUNTIME, None)
    if runtime is None:
        try:
            runtime = config.stash[_RUNTIME] = Runtime(config)
            runtime.register()
        except PolicycheckError as error:
            stop(config, error, testing=testing)
    return runtime


class Runtime:
    """Settings, sessions and hooks of one pytest run. With ``--no-policycheck`` it judges nothing and has no hooks.

    ``watch`` is there in the zero-line mode, ``ran`` counts tests, ``others`` are the parts of other processes.
    ``mistake`` is what a worker, which cannot end the run, has found wrong: each test fails with it. ``observing``
    writes down what each device saw, ``inventory`` gathers what a draft of the catalogue is made of: None where nobody
    asked for that. A run that drafts judges nothing.

    Raises PolicycheckError for settings or options that make no sense.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.off = bool(config.option.no_policycheck)
        self.settings = Settings() if self.off else settings_of(config)
        self.outputs = Outputs() if self.off else outputs_of(config, self.settings)
        self.project = Project(self.settings, update=self.outputs.update)
        self.sessions = (Sessions if self.outputs.record is None else BlindSessions)(
            self.project,
            said_by="--policycheck-consent" if config.option.policycheck_consent else None,
            prepare=self._prepare_session,
        )
        self.inventory = None if self.outputs.record is None else Inventory()
        self.observing = Observing(config) if self.outputs.observing else None
        self.places: dict[str, Location] = {}
        self.wholeness = Wholeness(config)
        self.conftests = ConftestHooks()
        self.watch: SessionWatch | None = None
        self.ran = 0
        self.mistake: PolicycheckError | None = None
        self.others: list[Part] = []
        self.notes: list[str] = []

    @property
    def distributing(self) -> bool:
        """True in the process that hands tests to workers and runs none."""
        return bool(getattr(self.config.option, "tx", None)) and not hasattr(self.config, "workerinput")

    def register(self) -> None:
        """Register the hooks with pytest."""
        manager = self.config.pluginmanager
        manager.register(self.conftests, "policycheck-conftests")
        if not self.off:
            manager.register(Phases(self), "policycheck-phases")
            manager.register(WholeRun(self), "policycheck-run")
            manager.register(self.wholeness, "policycheck-wholeness")

    @cached_property
    def targets(self) -> list[Target]:
        """Where reports go. Raises UsageError."""
        return report_targets(self.config, self.settings, self.project.reporters)

    def _prepare_session(self, session: Session) -> None:
        session.locate = self.places.get
        session.keeps_journeys = self.project.wants_journeys(target.format_name for target in self.targets)

    def prepare(self) -> None:
        """Load plugins and rules, and the catalogue where the settings name one. Raises PolicycheckError."""
        self.conftests.join(self.project.manager)
        check_given_rules(self.config, self.project.rules)
        check_selectors(self.project.rules, self.settings)
        self.targets  # noqa: B018 - says what is wrong with them
        if self.settings.catalogue is not None or self.inventory is not None:
            self.sessions.default()

    def default_catalogue(self) -> Catalogue:
        """The catalogue of the project; ends the run when there is none that can be used."""
        try:
            self.conftests.join(self.project.manager)
            return self.sessions.default().catalogue
        except PolicycheckError as error:
            stop(self.config, error, testing=True)

    def device(self, test: str | None) -> Device:
        """An empty device for ``test``, None for what comes between tests."""
        return Device(test, logged=self.observing is not None)

    def keep(self, device: Device) -> None:
        """Take down what ``device`` saw in all, for the files that were asked for."""
        session = device.journey.session if device.journey is not None else None
        if session is None:
            return
        if self.inventory is not None:
            self.inventory.see(device.observations)
        if self.observing is not None:
            try:
                self.observing.keep(device, session.catalogue)
            except OSError as error:
                self.notes.append(f"what a process of this run observed was not written down: {error.strerror}")

    def open(self, item: pytest.Item, request: pytest.FixtureRequest | None) -> Check:
        """The check of ``item``, started now if need be: what its device has seen so far is judged.

        Fails the test for a marker, or a fixture ``policycheck_catalogue``, that makes no sense.
        """
        __tracebackhide__ = True
        check = check_of(item)
        if check is None:
            self.places[item.nodeid] = place_of(item)
            device = device_of(item)
            if device is None:
                device = self.device(item.nodeid)
                keep_device(item, device)
            try:
                check = self._check(device, wishes_of(item), request)
            except PolicycheckError as error:
                fail(error)
            keep_check(item, check)
        return check

    def _check(self, device: Device, wishes: Wishes, request: pytest.FixtureRequest | None) -> Check:
        if self.off:
            self.conftests.join(self.project.manager)
            device.judge_with(self._blind())
            return Check(self.project, device, None, self.settings.fail_on)
        if self.mistake is not None:
            raise self.mistake
        session = self.session(wishes, request)
        categories = tuple(session.catalogue.categories) or None
        check_selectors(self.project.rules, self.settings, further=wishes.ignore)
        consent = None if wishes.consent is None else read_consent(wishes.consent, categories)
        device.judge_with(session, consent, wishes.ignore)
        return Check(self.project, device, categories, self.settings.fail_on)

    def session(self, wishes: Wishes, request: pytest.FixtureRequest | None) -> Session:
        """The session of a test: against the catalogue that its marker or its fixture names, or the project's."""
        if wishes.catalogue is not None:
            self.conftests.join(self.project.manager)
            return self.sessions.of(wishes.catalogue)
        if request is None:
            return self.sessions.of(self.default_catalogue())
        return self.sessions.of(request.getfixturevalue("policycheck_catalogue"))

    def _blind(self) -> Session:
        """A session that judges nothing."""
        from policycheck.catalogue.entries import Catalogue
        from policycheck.engine.session import Session

        return Session(Catalogue("", "", ()), (), self.settings)
