"""What a run leaves behind: reports, observations, a draft of the catalogue, a changed baseline."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pytest

from policycheck.engine.baseline import Update
from policycheck.engine.settings import Settings
from policycheck.engine.targets import Target, parse_targets, split_target
from policycheck.errors import UsageError

from .options import has_scheme

_REPORT = "--policycheck-report"
_OBSERVATIONS = "--policycheck-observations"


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the command line asks for besides reports. ``record`` is the catalogue to draft into.

    ``observations`` is None in a worker, which writes for its controller; ``observing`` is true there, too.
    """

    update: Update | None = None
    record: Path | None = None
    observations: Path | None = None
    observing: bool = False


def outputs_of(config: pytest.Config, settings: Settings) -> Outputs:
    """Read the options, and see that what they name can be written. Raises UsageError."""
    given = config.option.policycheck_observations
    how = config.option.policycheck_baseline_update
    outputs = Outputs(
        Update(how) if how else None,
        _record_path(config, settings),
        _fresh(config, _OBSERVATIONS, given),
        bool(given),
    )
    if outputs.update is not None:
        _check_baseline(settings, outputs)
    for report in config.option.policycheck_report or ():
        _fresh(config, _REPORT, split_target(report)[1])
    return outputs


def report_targets(config: pytest.Config, settings: Settings, formats: Collection[str]) -> list[Target]:
    """Where reports go: what the command line says, relative to where pytest was started, else the settings.

    Raises UsageError for a format that nobody provides, and for two reports to one file.
    """
    given = config.option.policycheck_report
    try:
        if given:
            return parse_targets(given, formats, config.invocation_params.dir, default="json")
        return parse_targets(settings.reports, formats, settings.root)
    except UsageError as error:
        raise UsageError(f"{_REPORT if given else f'{settings.source}: reports'}: {error}") from error


def _fresh(config: pytest.Config, option: str, given: str | None) -> Path | None:
    """Where a file of the run goes, relative to where pytest was started; None in a worker, or where none is wanted.

    Its folder is made, and the file of an earlier run taken away: a run that breaks off must not leave it.
    """
    if not given or hasattr(config, "workerinput"):
        return None
    path: Path = config.invocation_params.dir / given
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{option}: the folder of {given} cannot be made: {error.strerror}") from error
    if path.is_dir():
        raise UsageError(f"{option}: {given} is a folder; name a file in it")
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{option}: {given} cannot be replaced: {error.strerror}") from error
    return path


def _check_baseline(settings: Settings, outputs: Outputs) -> None:
    if outputs.record is not None:
        raise UsageError(
            "--policycheck-record judges nothing, so no baseline can be updated by it; give one of the two"
        )
    if settings.baseline is None:
        raise UsageError(
            "--policycheck-baseline-update: there is no baseline to update\n"
            "  fix: give --policycheck-baseline=policycheck-baseline.json, or set baseline under [tool.policycheck]"
        )
    if not settings.baseline.parent.is_dir():
        raise UsageError(f"--policycheck-baseline: the folder {settings.baseline.parent} does not exist")


def _record_path(config: pytest.Config, settings: Settings) -> Path | None:
    """The file of the option, else the project's catalogue, else ``catalogue.yaml`` at pytest's rootdir."""
    from policycheck.drafting.recorded import ENDINGS

    given: str | None = config.option.policycheck_record
    if given is None:
        return None
    if not given and settings.catalogue is None:
        return config.rootpath / "catalogue.yaml"
    if not given and has_scheme(settings.catalogue or ""):
        raise UsageError(
            f"--policycheck-record: {settings.catalogue} cannot be written to\n"
            "  fix: name a file of your own: --policycheck-record=catalogue.yaml"
        )
    path = config.invocation_params.dir / given if given else settings.root / (settings.catalogue or "")
    if path.is_dir() or path.suffix not in ENDINGS or has_scheme(given):
        raise UsageError(
            f"--policycheck-record: {given or path} is no catalogue, which ends in {', '.join(ENDINGS)}\n"
            "  fix: write --policycheck-record=PATH, or put the option behind the tests"
        )
    if not path.parent.is_dir():
        raise UsageError(f"--policycheck-record: the folder {path.parent} does not exist")
    return path
