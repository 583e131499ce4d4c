"""Who watches a visit: policycheck's own capture of a browser, or Playwright and a script of ours alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Self

from playwright.async_api import BrowserContext, Page

import policycheck
from policycheck.model.observation import Observation
from policycheck.model.storage import Operation

from .plain import PlainObserver
from .visits import Observer
from .writes import Write, attributes_of, declared


class PolicycheckObserver:
    """Sees what ``policycheck.observe`` of the context sees; each observation belongs to the step that settled it."""

    def __init__(self, context: BrowserContext, device: str) -> None:
        self.writes: list[Write] = []
        self.step = "load"
        self._watch: Any = policycheck.observe(context)
        self._device = device
        self._taken = 0
        self._counted = 0
        self._last = time.monotonic()

    async def __aenter__(self) -> Self:
        await self._watch.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._watch.__aexit__(None, None, None)
        self._take()

    @property
    def last(self) -> float:
        """When the last observation came in, as far as somebody asked."""
        if self._counted != (count := len(self._watch.recorder.observations)):
            self._counted, self._last = count, time.monotonic()
        return self._last

    @last.setter
    def last(self, moment: float) -> None:
        self._last = moment

    async def settle(self, page: Page) -> None:
        """Have the watch settle, and take what it saw."""
        await self._watch.settle()
        self._take()

    def _take(self) -> None:
        observations: list[Observation] = self._watch.recorder.observations
        self.writes += [write for seen in observations[self._taken :] if (write := self._write(seen)) is not None]
        self._taken = len(observations)

    def _write(self, seen: Observation) -> Write | None:
        deleted = seen.operation is Operation.DELETE
        if not (deleted or seen.stored):
            return None
        lifetime = None if deleted else declared(seen.lifetime) if seen.kind.value == "cookie" else _stays(seen)
        attributes = attributes_of(seen.set_cookie) if seen.set_cookie else ()
        return Write(seen.kind.value, seen.name, self.step, self._device, lifetime, attributes, seen.set_by.value)


def _stays(seen: Observation) -> str:
    return "session" if seen.kind.value == "sessionStorage" else "persistent"


OBSERVERS: Mapping[str, Callable[[BrowserContext, str], Observer]] = {
    "plain": PlainObserver,
    "policycheck": PolicycheckObserver,
}
