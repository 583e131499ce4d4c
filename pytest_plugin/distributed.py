"""pytest-xdist: the controller collects what its workers observed. Imported only in a controller."""

from __future__ import annotations

from typing import Any

import pytest

OUTPUT_KEY = "policycheck"
"""Where a worker puts what it observed, in ``config.workeroutput``."""


def await_workers(config: pytest.Config) -> None:
    """Listen for workers that finish. Nothing else starts in the controller before one has observed something."""
    config.pluginmanager.register(Workers(config), "policycheck-workers")


class Workers:
    """Hooks of pytest-xdist."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker where to write down what its tests see."""
        if self._config.option.policycheck_observations:
            from .observing import FOLDER_KEY
            from .runtime import running

            observing = running(self._config, testing=False).observing
            if observing is not None:
                node.workerinput[FOLDER_KEY] = str(observing.folder)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take in what a worker observed. One that crashed is named in the report, since what it saw is lost."""
        sent = getattr(node, "workeroutput", {}).get(OUTPUT_KEY)
        if sent is None and not error:
            return
        from .parts import Part
        from .runtime import running

        try:
            runtime = running(self._config, testing=False)
        except pytest.UsageError:  # each test that asked for a check has failed with this message already
            return
        if sent is not None:
            runtime.others.append(Part.loads(sent))
        elif runtime.others or self._config.option.policycheck:
            runtime.wholeness.worker_ended_early(node.gateway.id)
            runtime.notes.append(f"worker {node.gateway.id} ended early: what it observed is missing from this report")
