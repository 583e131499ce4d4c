from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from policycheck.model.report import Report
from policycheck.reports.lazily import LazyReporter, reporters


@pytest.mark.parametrize("name", sorted(set(reporters()) - {"text"}))
def test_a_reporter_is_the_function_of_its_module(name: str) -> None:
    reporter = reporters()[name]
    assert isinstance(reporter, LazyReporter)
    module = importlib.import_module(f"policycheck.reports.{reporter.name}")

    assert reporter.wants_journeys is getattr(module.render, "wants_journeys", False)
    report = Report("c.yaml", (), exchanges=1)
    assert reporter(report) == module.render(report)


def test_what_is_not_asked_for_is_not_imported() -> None:
    program = "import sys; from policycheck.reports.lazily import reporters; reporters(); print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    loaded = {name for name in told if name.startswith("policycheck.reports.")}
    assert loaded == {f"policycheck.reports.{name}" for name in ("lazily", "text", "visible")}
    assert "xml.etree" not in told
