"""An event loop that stands still between requests, and goes on where it stopped."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from typing import Any, TypeVar

T = TypeVar("T")


class DriverLoop:
    """A loop of its own for one driver: what the application keeps on it, such as connections, lives from call to call.

    It runs in the thread that calls, so that an application finds the thread's own state there. Where another loop
    already runs in this thread, as in an asynchronous test, a thread is started for the length of the call.
    """

    def __init__(self) -> None:
        # With a factory the runner leaves alone which loop is the thread's current one: that is the test's.
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run ``coroutine`` to its end, with the context variables of the caller, and return what it returns."""
        context = copy_context()
        return apart(lambda: self._runner.run(coroutine, context=context))

    def close(self) -> None:
        """Cancel what still runs on the loop, and close it."""
        apart(self._runner.close)


def apart(call: Callable[[], T]) -> T:
    """Call it here, or in another thread where a loop runs in this one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return call()
    results: list[T] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that asked
            errors.append(error)

    thread = threading.Thread(target=work, name="policycheck-driver")
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
