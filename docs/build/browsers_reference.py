"""Writes ``docs/reference/browsers.md``: how each adapter of a browser sees each way to write.

Run it after a change to ``policycheck/capture/browser/gaps.py``: ``python docs/build/browsers_reference.py``. A test
holds the page current, and the contract of the adapters (``tests/capture/browser/test_contract.py``) what it says.
"""

# ruff: noqa: E501 - rows of tables, and text that is wrapped as in the page

from __future__ import annotations

from pathlib import Path

from policycheck.capture.browser.gaps import GAPS, SIGHTS, WAYS, Sight, sight

PAGE = Path(__file__).parents[1] / "reference" / "browsers.md"
INTRODUCTION = """\
# Browsers that can be watched

<!-- Written by docs/build/browsers_reference.py; edit policycheck/capture/browser/gaps.py or that script instead. -->

What `policycheck.observe(subject)` tells of a browser. [Watch a browser](../how-to/watch-a-browser.md) shows how; [how the browser
is watched](../explanation/how-the-browser-is-watched.md) says why a page does not notice.

| adapter | subjects | where it looks | driven in our tests |
|---|---|---|---|
| `playwright-chromium` | `Page` and `BrowserContext` of Playwright, sync and async | hooks, the DevTools protocol, snapshots | Playwright 1.65 and 1.64 with Chromium 156 |
| `selenium-chromium` | a Selenium 4 `WebDriver` of Chromium, Chrome or Edge | the same, over the browser's own websocket, beside the driver; on a grid where it passes CDP on (`se:cdp`) | Selenium 4.51 with Chromium 156 |
| `playwright-firefox` | as `playwright-chromium` | hooks, responses, a script in each frame, the context's cookies; Playwright leaves its globals `__playwright__binding__` and `__playwright__binding__controller__` in pages | Playwright 1.64 with Firefox ESR 153 (`nox -s browsers`); 1.65 cannot drive this Firefox |
| `playwright-webkit` | as `playwright-chromium` | as `playwright-firefox` | not: no WebKit of Playwright's runs on our machine |
| `selenium-webkitgtk` | a Selenium 4 `WebDriver` without the DevTools protocol | hooks once a page is there, a script in the document, the document's cookies | Selenium 4.51 with WebKitGTK 2.50 under Xvfb |
| `selenium-firefox`, `selenium-safari` | as `selenium-webkitgtk` | as `selenium-webkitgtk` | not: no driver of theirs runs on our machine |

A page or a window is watched as the browser context that it belongs to, since that is the device: with its other pages, popups,
frames and workers. Other contexts of the same browser are left alone.

Events and snapshots are merged. Hooks tell who wrote, and see what lives for a moment. The protocol tells headers as they came, and
what the browser refused. A snapshot, taken by `settle()` and when the watch closes, is the truth about what lies there. Each write
is told once.
"""
WORDS = """\
## Who tells what

The contract of the adapters is one page that makes 84 writes, in each of these ways, short-lived ones, refused ones and deletions
too. `pytest -s tests/capture/browser/test_contract.py` prints what became of each.
"""
GAP_WORDS = """\
## What is not observed

What an adapter does not tell is in `watch.gaps`, in these words. It is reported as not observed, never as clean.
"""
CHROMIUM = """\
Of a frame that may not write cookies, nothing tells a script that a cookie of its was blocked. What a script of a third party set,
and is not there at the next snapshot, counts as refused.
"""


def render() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, WORDS, *_table(), "", *_meanings(), "", CHROMIUM, GAP_WORDS, *_gaps()])


def _groups() -> list[tuple[str, ...]]:
    """Adapters that tell the same stand in one column."""
    groups: dict[tuple[Sight, ...], list[str]] = {}
    for adapter in SIGHTS:
        groups.setdefault(tuple(sight(adapter, way) for way in WAYS), []).append(adapter)
    return [tuple(group) for group in groups.values()]


def _table() -> list[str]:
    groups = _groups()
    heads = ["<br>".join(f"`{adapter}`" for adapter in group) for group in groups]
    lines = [f"| way to write | {' | '.join(heads)} |", f"|---|{'---|' * len(groups)}"]
    for way, words in WAYS.items():
        cells = [sight(group[0], way).name.lower() for group in groups]
        lines.append(f"| {words} | {' | '.join(cells)} |")
    return lines


def _meanings() -> list[str]:
    return [f"- **{seen.name.lower()}**: {seen}" for seen in Sight]


def _gaps() -> list[str]:
    lines: list[str] = []
    for group in _groups():
        lines += ["### " + ", ".join(f"`{adapter}`" for adapter in group), ""]
        lines += [f"- {gap}" for gap in GAPS[group[0]]] + [""]
    return lines


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
