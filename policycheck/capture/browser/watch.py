"""What ``observe`` returns for a browser: an observation that goes on until it is closed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, Protocol, Self

from policycheck.capture.browser.device import BrowserDevice
from policycheck.errors import UsageError
from policycheck.recording import Recorder


class RecorderOwner(Protocol):
    """What holds the recorder of the moment, as a test's device does."""

    @property
    def recorder(self) -> Recorder:
        """The recorder of the moment."""
        ...


def recorder_of(sink: Any) -> Callable[[], Recorder]:
    """A function that gives the recorder behind ``sink``: itself, or whichever it holds at the moment.

    Raises :class:`policycheck.errors.UsageError` where there is none: a browser writes more than responses.
    """
    if isinstance(sink, Recorder):
        return lambda: sink
    if isinstance(getattr(sink, "recorder", None), Recorder):
        return lambda: sink.recorder
    raise UsageError("a browser is observed with a Recorder, since it writes more than responses")


class BrowserWatch:
    """An observation of a browser context. Also a context manager.

    ``settle()`` takes in what is under way and what lies on the device; closing does so too. What the browser cannot
    tell is in ``gaps``, and in the report as not observed.
    """

    def __init__(self, adapter: str, device: BrowserDevice, subject: Any, gaps: Sequence[str] = ()) -> None:
        self.adapter = adapter
        self.subject = subject
        self.gaps = tuple(gaps)
        self.closed = False
        self._device = device

    @property
    def recorder(self) -> Recorder:
        """What gets the observations now."""
        return self._device.recorder

    @property
    def notes(self) -> tuple[str, ...]:
        """What was seen that a person should know before calling the page clean."""
        lost = f"{self.lost} records of the page were lost: it wrote faster than it could be heard" if self.lost else ""
        return (*self._device.notes, *((lost,) if lost else ()))

    @property
    def lost(self) -> int:
        """Records of hooks that were lost: they came too thick, or made no sense."""
        return self._device.lost

    def __repr__(self) -> str:
        return f"<{type(self).__name__} by {self.adapter}, {'closed' if self.closed else 'open'}>"


class SyncBrowserWatch(BrowserWatch):
    """An observation of a browser that is driven by plain calls."""

    def __init__(
        self,
        adapter: str,
        device: BrowserDevice,
        subject: Any,
        gaps: Sequence[str],
        settle: Callable[[], None],
        stop: Callable[[], None],
    ) -> None:
        super().__init__(adapter, device, subject, gaps)
        self._settle = settle
        self._stop = stop

    def settle(self) -> None:
        """Take in what is under way, and look at what lies on the device."""
        if not self.closed:
            self._settle()

    def close(self) -> None:
        """Settle once more, stop, and put back what was changed. Idempotent."""
        if not self.closed:
            try:
                self._settle()
            finally:
                self.closed = True
                self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


class AsyncBrowserWatch(BrowserWatch):
    """An observation of a browser that is driven by coroutines: ``async with policycheck.observe(page) as watch``."""

    def __init__(
        self,
        adapter: str,
        device: BrowserDevice,
        subject: Any,
        gaps: Sequence[str],
        start: Callable[[], Awaitable[None]],
        settle: Callable[[], Awaitable[None]],
        stop: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(adapter, device, subject, gaps)
        self._start = start
        self._settle = settle
        self._stop = stop
        self._started = False
        self.settlings = 0
        """How often it was settled."""

    async def start(self) -> Self:
        """Begin. ``async with`` does it."""
        if not self._started:
            self._started = True
            await self._start()
        return self

    async def settle(self) -> None:
        """Take in what is under way, and look at what lies on the device."""
        if not self.closed:
            await self.start()
            await self._settle()
            self.settlings += 1

    async def close(self) -> None:
        """Settle once more, stop, and put back what was changed. Idempotent."""
        if not self.closed and self._started:
            try:
                await self._settle()
            finally:
                self.closed = True
                await self._stop()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.close()

    def __enter__(self) -> Self:
        raise UsageError("this page belongs to Playwright's async API\n  fix: async with policycheck.observe(page)")

    def __exit__(self, *ignored: object) -> None:
        """Never reached."""
