"""The one place where a driver and the capture of browsers meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from policycheck.recording import Recorder


def begin_to_watch(context: BrowserContext, recorder: Recorder) -> Any:
    """Record what the pages of ``context`` store. What comes back has ``settle()`` and ``close()``."""
    from policycheck.capture.browser.playwright import observe

    return observe(context, recorder)
