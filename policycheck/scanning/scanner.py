"""The four phases of a scan, each on the device that it needs."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from policycheck.capture.writing import PageLoad
from policycheck.scanning.banner import look
from policycheck.scanning.browsing import Browsing, Opened, Tab, why_browser_failed
from policycheck.scanning.devices import Device, Devices
from policycheck.scanning.links import Frontier
from policycheck.scanning.plan import CHOICES, Choice, Phase, Plan
from policycheck.scanning.results import PhaseResult, Scan
from policycheck.scanning.scope import shown
from policycheck.scanning.stopping import ScanStopped, Stopper
from policycheck.scanning.ways import NoWay, find_way


class Listener(Protocol):
    """Who is told how a scan gets on."""

    def begins(self, phase: Phase) -> None:
        """A phase begins."""

    def opens(self, phase: Phase, url: str, number: int, known: int) -> None:
        """A page is opened: the ``number``-th, of those known up to now."""

    def ends(self, result: PhaseResult) -> None:
        """A phase is over; its files may be written now."""

    def stopping(self) -> None:
        """Ctrl-C was pressed. Called from a signal handler."""


Observe = Callable[[Any, Any], Any]
"""Watches a browser context with a recorder: gives ``settle()``, ``close()`` and ``gaps``."""


@dataclass(slots=True)
class _Stage:
    """A device under way: its page, its recorder, what watches it, and the pages that were loaded."""

    tab: Tab
    device: Device
    watch: Any
    loads: list[PageLoad] = field(default_factory=list[PageLoad])

    def loaded(self, opened: Opened) -> None:
        """Note a page once its scripts have run."""
        recorder = self.device.recorder
        position, status = len(recorder.observations), opened.status or 200
        self.loads.append(PageLoad(opened.url, position, time.time(), recorder.consent, status))


class Scanner:
    """Scans as ``plan`` says. ``devices`` judge or do not, ``observe`` watches, ``listener`` is told."""

    def __init__(self, plan: Plan, devices: Devices, observe: Observe, listener: Listener) -> None:
        self.scan = Scan(plan.start)
        self._plan = plan
        self._devices = devices
        self._observe = observe
        self._listener = listener
        self._frontier = Frontier(plan.scope, (plan.start, *plan.pages), plan.limit)
        self._toured = False

    def run(self) -> Scan:
        """Scan. After Ctrl-C the result holds what was seen until then. Raises UsageError without a browser."""
        plan = self._plan
        with Stopper(self._listener.stopping) as stopper, Browsing(plan, stopper) as browsing:
            self.scan.browser = browsing.name
            try:
                if Phase.BEFORE in plan.phases:
                    self._before(browsing)
                if Phase.REFUSED in plan.phases:
                    self._after(browsing, Phase.REFUSED)
                if Phase.GRANTED in plan.phases or Phase.WITHDRAWN in plan.phases:
                    self._after(browsing, Phase.GRANTED)
            except ScanStopped:
                self.scan.interrupted = True
            except Exception as error:
                self.scan.broken = why_browser_failed(error)
                if self.scan.broken is None:
                    raise
        if self._frontier.left_out:
            count = self._frontier.left_out
            told = "1 more page is linked and was" if count == 1 else f"{count} more pages are linked and were"
            self.scan.notes.append(f"{told} not visited (--limit {plan.limit})")
        return self.scan

    def _before(self, browsing: Browsing) -> None:
        with self._device(browsing) as stage, self._phase(Phase.BEFORE, stage) as result:
            self._tour(stage, result)

    def _after(self, browsing: Browsing, phase: Phase) -> None:
        with self._device(browsing) as stage:
            with self._phase(phase, stage) as result:
                if self._open_start(stage, result) and self._choose(stage, result):
                    self._tour(stage, result)
            if phase is not Phase.GRANTED or Phase.WITHDRAWN not in self._plan.phases:
                return
            with self._phase(Phase.WITHDRAWN, stage) as last:
                if result.not_observed is not None:
                    last.not_observed = f"nothing was granted, so nothing could be withdrawn: {result.not_observed}"
                elif self._open_start(stage, last) and self._choose(stage, last):
                    self._tour(stage, last)

    @contextmanager
    def _device(self, browsing: Browsing) -> Generator[_Stage]:
        """A fresh device under watch; whatever happens, what it holds is recorded at the end."""
        device = self._devices.device(gpc=self._plan.gpc)
        tab = browsing.device()
        watch = self._observe(tab.context, device.recorder)
        self._note_gaps(watch)
        try:
            try:
                yield _Stage(tab, device, watch)
            except BaseException as error:
                # Where it is not the user who ends it the browser is gone, and what is recorded is all there will be.
                if isinstance(error, ScanStopped):
                    watch.close()
                    tab.close()
                raise
            watch.close()
        finally:
            device.close()
        tab.close()

    @contextmanager
    def _phase(self, phase: Phase, stage: _Stage) -> Generator[PhaseResult]:
        recorder = stage.device.recorder
        begin, before, asked = len(recorder.observations), recorder.exchanges, len(recorder.requests)
        result = PhaseResult(phase, device=recorder.observations, opened=begin, begin=begin, requests=recorder.requests)
        self.scan.phases.append(result)
        self._listener.begins(phase)
        try:
            yield result
        except ScanStopped:
            stage.tab.stop_loading()
            stage.watch.settle()
            raise
        finally:
            result.end, result.exchanges = len(recorder.observations), recorder.exchanges - before
            if phase is not Phase.BEFORE and result.how is None:
                result.begin = result.end  # nothing was chosen, so all of it belongs to what held before
            result.asked, result.loads = (asked, len(recorder.requests)), tuple(stage.loads)
            self._listener.ends(result)

    def _tour(self, stage: _Stage, result: PhaseResult) -> None:
        """Look at every page; the first tour finds them, the others go to the same ones."""
        waiting = iter(self._frontier.pages) if self._toured else iter(self._frontier.next, None)
        for number, url in enumerate(waiting, 1):
            opened = self._open(stage, result, url, number)
            if number == 1 and opened.failure is None:
                self._picture(stage.tab, result)
            if not self._toured and opened.failure is None:
                self._frontier.found(stage.tab.links())
        self._toured = True
        result.whole = True
        if not result.pages:
            reasons = "; ".join(f"{shown(url)} {why}" for url, why in result.failures.items())
            result.not_observed = f"no page could be looked at: {reasons}"

    def _open_start(self, stage: _Stage, result: PhaseResult) -> bool:
        """Open the page on which the choice is made. It counts as looked at on the tour only."""
        opened = self._open(stage, result, self._plan.start, 0)
        if opened.failure is not None:
            result.not_observed = f"{shown(self._plan.start)} {opened.failure}"
        return opened.failure is None

    def _open(self, stage: _Stage, result: PhaseResult, url: str, number: int) -> Opened:
        self._listener.opens(result.phase, url, number, len(self._frontier.pages))
        held = result.phase if number else result.phase.earlier
        stage.device.recorder.test = f"{held.words}, {shown(url)}"
        opened = stage.tab.open(url)
        stage.watch.settle()
        if opened.failure is None:
            stage.loaded(opened)
            stage.device.visited(url, asked=look(stage.tab.page).asks)
        if number:
            if opened.failure is None:
                result.pages.append(url)
            else:
                result.failures[url] = opened.failure
            if opened.unfinished:
                result.notes.append(f"{shown(url)} had not finished loading when it was looked at")
            left = [] if opened.failure else [shown(address) for address in stage.tab.left]
            result.notes += [f"{shown(url)} tried to lead to {address}, which was not named" for address in left]
        return opened

    def _choose(self, stage: _Stage, result: PhaseResult) -> bool:
        """Have the visitor choose; where there is no way, say so in ``not_observed``."""
        choice = CHOICES[result.phase]
        way = find_way(stage.tab, choice, self._plan.manner, self._plan.patience)
        if isinstance(way, NoWay):
            result.not_observed = f"{way.reason}{self._advice(stage.tab, choice)}"
            return False
        stage.device.recorder.test = f"{result.phase.words}, the choice"
        stage.watch.settle()
        result.begin = len(stage.device.recorder.observations)
        stage.device.decides(choice)
        way.press()
        stage.tab.rest(self._plan.wait)
        why_not = way.check()
        stage.watch.settle()
        if why_not is not None:
            result.not_observed = f"{why_not}{self._advice(stage.tab, choice)}"
            return False
        stage.device.chose(choice, way.clicks)
        result.how = way.how
        return True

    def _advice(self, tab: Tab, choice: Choice) -> str:
        hidden = ""
        if tab.is_automated():
            hidden = "; navigator.webdriver is set, from which some banners hide: --hide-webdriver"
        return f"\n  fix: name what to press: --{choice} SELECTOR{hidden}"

    def _picture(self, tab: Tab, result: PhaseResult) -> None:
        if self._plan.out is None or not self._plan.screenshots:
            return
        path = self._plan.out / f"{result.phase.stem}.png"
        why_not = tab.screenshot(path)
        if why_not is None:
            result.screenshot = path
        else:
            result.notes.append(f"no screenshot: {why_not}")

    def _note_gaps(self, watch: Any) -> None:
        """Name once what the browser does not tell in full; the gap itself says more than a report of a scan needs."""
        gaps = dict.fromkeys(str(gap).partition(":")[0] for gap in getattr(watch, "gaps", ()))
        note = f"not observed in full, since the browser does not tell: {'; '.join(gaps)}"
        if gaps and note not in self.scan.notes:
            self.scan.notes.append(note)
