"""Playwright, sync and async: a page or a context is watched as the context that it is, since that is the device."""

from __future__ import annotations

from typing import Any

from policycheck.capture.browser.channel import Channel
from policycheck.capture.browser.device import BrowserDevice
from policycheck.capture.browser.watch import BrowserWatch, recorder_of
from policycheck.errors import CaptureError


def observe(subject: Any, recorder: Any) -> BrowserWatch | None:
    """Watch a ``Page`` or ``BrowserContext`` of either API."""
    cls: Any = subject.__class__
    if cls.__name__ not in {"Page", "BrowserContext"}:
        return None
    context = subject.context if cls.__name__ == "Page" else subject
    name = _browser(context)
    device = BrowserDevice(recorder_of(recorder), f"playwright-{name}")
    channel = Channel(recorder_of(recorder)().browsing)
    asynchronous = cls.__module__.startswith("playwright.async_api")
    if name == "chromium":
        if asynchronous:
            from policycheck.capture.browser.playwright_async import watch_async

            return watch_async(context, subject, device, channel)
        from policycheck.capture.browser.playwright_sync import watch_sync

        return watch_sync(context, subject, device, channel)
    from policycheck.capture.browser.playwright_other import watch_other

    return watch_other(context, subject, device, channel, asynchronous=asynchronous)


def _browser(context: Any) -> str:
    """The name of the context's browser: ``chromium``, ``firefox`` or ``webkit``."""
    browser = context.browser
    if browser is None:  # a persistent context, in releases before 1.53
        raise CaptureError(
            "this Playwright does not tell the browser of a persistent context\n"
            "  fix: use browser.new_context(), or a newer Playwright"
        )
    return str(browser.browser_type.name)
