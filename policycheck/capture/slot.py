"""The recorder of the moment: one watch for a whole session, and a recorder of its own for each test."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

from policycheck.capture.hosts import HostFilter, host_of
from policycheck.model.observation import HttpExchange


class ResponseSink(Protocol):
    """What adapters write into: a :class:`policycheck.recording.Recorder`, a :class:`RecorderSlot`, or your own."""

    def response(self, exchange: HttpExchange) -> object:
        """Take one response. May be called from any thread."""
        ...


class RecorderSlot:
    """Forwards each response to ``current``, which may be exchanged at any time; drops it while that is None.

    ``current`` is one for the process, not for a thread or a context: a live server, a portal thread of an ASGI test
    client and a worker of the code under test all report to the test that runs now. So the tests of one process run one
    after the other, as pytest's do; a response that arrives when its test is over counts for the next one, or, between
    tests, as ``unassigned``.

    With ``hosts``, a response over a network counts only when the filter admits its URL; one that was served in this
    process always counts, and so does one of a client that a watch of its own observes for the same recorder.
    ``skipped`` counts the others by host, so that a run can say what it left out.
    """

    def __init__(self, current: ResponseSink | None = None, *, hosts: HostFilter | None = None) -> None:
        self.current = current
        self.hosts = hosts
        self.skipped: Counter[str] = Counter()
        self.unassigned = 0
        self._lock = threading.Lock()

    def response(self, exchange: HttpExchange, *, counts: bool = False) -> None:
        """Forward one response to the recorder of the moment, if it ``counts`` anyhow or the filter admits its host."""
        if not counts and self.hosts is not None and not self.hosts.admits(exchange.url):
            with self._lock:
                self.skipped[host_of(exchange.url) or "unknown host"] += 1
            return
        recorder = self.current
        if recorder is None:
            with self._lock:
                self.unassigned += 1
            return
        recorder.response(exchange)

    @contextmanager
    def holding(self, recorder: ResponseSink) -> Generator[None, None, None]:
        """Make ``recorder`` the current one inside the block, then put back what was there."""
        before, self.current = self.current, recorder
        try:
            yield
        finally:
            self.current = before
