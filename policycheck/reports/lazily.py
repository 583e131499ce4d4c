"""The reporters by name of format. The module of one is imported when a report is rendered in it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from policycheck.model.report import Report
from policycheck.reports import text

_LAZY = ("json", "sarif", "junit", "github", "gitlab", "markdown")


@dataclass(frozen=True)
class LazyReporter:
    """The function ``render`` of the module ``name`` here. ``wants_journeys``: it shows what each device saw."""

    name: str
    wants_journeys: bool = False

    def __call__(self, report: Report) -> str:
        """Render the report."""
        return str(importlib.import_module(f"policycheck.reports.{self.name}").render(report))


def reporters() -> Mapping[str, Callable[[Report], str]]:
    """The formats that come in the box."""
    html = LazyReporter("html.render", wants_journeys=True)
    return {"text": text.render, **{name: LazyReporter(name) for name in _LAZY}, "html": html}
