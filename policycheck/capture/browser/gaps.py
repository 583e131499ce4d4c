"""What each browser cannot tell through its driver. Reported as not observed, never as clean."""

from __future__ import annotations

from collections.abc import Mapping

GAPS: Mapping[str, tuple[str, ...]] = {
    "playwright-chromium": ("what a shared worker writes is seen when it lies there, not when it is written",),
    "selenium-chromium": (),
}
