"""Looking at one consent manager: the laws by random journeys, and what is left after a withdrawal."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from consent_managers.managers import Manager
from consent_managers.server import Shop
from policycheck.capture.browser.machine import Machine
from policycheck.engine.project import Project
from policycheck.testing import ConsentViolation, consent_journey, run_consent_machine

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PROJECT = Path(__file__).parents[1]
EXAMPLES = 10
STEPS = 12


@dataclass(frozen=True)
class Broken:
    """A law that does not hold, with the rule that says so, the shortest sequence, and what the finding is about."""

    law: str
    code: str
    sequence: str
    message: str


@dataclass(frozen=True)
class Trial:
    broken: tuple[Broken, ...]
    not_evaluated: tuple[str, ...]
    journeys: int
    seconds: float


@contextmanager
def chromium() -> Generator[Browser, None, None]:
    """The Chromium of this machine, headless."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = Machine().chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=found.path, args=list(found.flags))
        try:
            yield browser
        finally:
            browser.close()


def look(manager: Manager, browser: Browser, packages: Path, *, examples: int, steps: int, seed: int) -> Trial:
    """Every law that random journeys saw broken."""
    started = time.perf_counter()
    with Shop(manager.key, packages) as shop:
        project = Project.at(PROJECT)
        factory = manager.factory(browser, shop)
        broken: list[Broken] = []
        missing: tuple[str, ...] = ()
        try:
            outcome = run_consent_machine(
                manager.catalogue, factory, project=project, examples=examples, steps=steps, seed=seed
            )
            missing = tuple(law.value for law in outcome.not_evaluated)
        except ConsentViolation as violation:
            for one in (violation, *violation.others):
                broken += [
                    Broken(finding.law or "", finding.code, one.replay, finding.message) for finding in one.findings
                ]
    return Trial(tuple(broken), missing, examples, time.perf_counter() - started)


def walk(manager: Manager, browser: Browser, packages: Path, sequence: str) -> list[Broken]:
    """The laws that do not hold after a step of ``sequence``, each once, with the sequence up to that step."""
    broken: list[Broken] = []
    with Shop(manager.key, packages) as shop:
        journey = consent_journey(manager.catalogue, manager.factory(browser, shop), project=Project.at(PROJECT))
        with journey as visitor:
            names = {name: getattr(visitor, name) for name in dir(visitor) if not name.startswith("_")}
            steps = sequence.split("; ")
            for number, step in enumerate(steps, 1):
                try:
                    exec(step, names)
                except ConsentViolation as violation:
                    so_far = "; ".join(steps[:number])
                    broken += [Broken(f.law or "", f.code, so_far, f.message) for f in violation.findings]
                    journey.setup.set_aside.update(violation.laws)
    return broken


def left_after_withdrawal(manager: Manager, browser: Browser, packages: Path) -> list[str]:
    """What the trackers have left on the device once everything was granted, withdrawn, and both pages loaded."""
    with Shop(manager.key, packages) as shop:
        journey = consent_journey(manager.catalogue, manager.factory(browser, shop), project=Project.at(PROJECT))
        journey.watched = False
        with journey as visitor:
            visitor.visit_all()
            visitor.grant_all()
            visitor.visit_all()
            visitor.refuse_all()
            visitor.visit_all()
            held = visitor.device.values()
            left = {
                f"{match.observation.kind.value} {match.observation.name}"
                for match in held
                if match.item is not None and all(use.needs_consent for use in match.item.uses)
            }
            return sorted(left)
