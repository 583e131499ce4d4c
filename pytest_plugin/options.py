"""Settings as the project's files say, with what the command line says on top."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from policycheck.consent.reading import read_consent
from policycheck.engine.selection import check_selectors
from policycheck.engine.settings import Settings, load_settings
from policycheck.errors import ConfigurationError, UsageError
from policycheck.model.consent import ConsentState
from policycheck.model.finding import Severity
from policycheck.model.spelling import did_you_mean
from policycheck.rules.rule import Rule


def settings_of(config: pytest.Config) -> Settings:
    """Read the settings nearest to pytest's rootdir and lay the options over them.

    ``select``, ``consent``, ``fail_on``, the catalogue and the baseline of the command line replace those of the file;
    ``ignore`` adds to them. Raises UsageError, ConfigurationError for a file.
    """
    option, folder = config.option, config.invocation_params.dir
    settings = load_settings(config.rootpath).with_options(
        select=_split(option.policycheck_select or ()),
        ignore=_split(option.policycheck_ignore or ()),
        fail_on=_severity(option.policycheck_fail_on) if option.policycheck_fail_on else None,
        consent=_said("consent", option.policycheck_consent) if option.policycheck_consent else None,
    )
    if option.policycheck_catalogue:
        settings = replace(settings, catalogue=given_location(option.policycheck_catalogue, folder))
    if option.policycheck_baseline:
        settings = replace(settings, baseline=(folder / option.policycheck_baseline).absolute())
    return settings


def given_location(location: str, folder: Path) -> str:
    """Make a location absolute that somebody gave relative to ``folder``; ``pack:NAME`` and other schemes stay."""
    return location if has_scheme(location) else str(folder / location)


def readable_location(location: str) -> str:
    """The location as messages spell it: relative to the working directory where it lies below that."""
    if has_scheme(location):
        return location
    relative = os.path.relpath(location)
    return location if relative.startswith(os.pardir) else relative


def has_scheme(location: str) -> bool:
    """True for ``pack:NAME`` and the like; a Windows drive letter is no scheme."""
    return len(location.partition(":")[0]) > 1 and ":" in location


def check_given_rules(config: pytest.Config, rules: Sequence[Rule]) -> None:
    """Raise UsageError for the first rule on the command line that does not exist, with the option that names it."""
    for option in ("select", "ignore"):
        given = _split(getattr(config.option, f"policycheck_{option}") or ())
        try:
            check_selectors(rules, Settings(), given)
        except ConfigurationError as error:
            raise UsageError(f"--policycheck-{option}: {error}") from error


def _said(option: str, text: str) -> ConsentState:
    try:
        return read_consent(text)
    except UsageError as error:
        raise UsageError(f"--policycheck-{option}: {error}") from error


def _severity(text: str) -> Severity:
    if text not in set(Severity):
        raise UsageError(
            f"--policycheck-fail-on: {text!r} is not a severity{did_you_mean(text, Severity)}; "
            f"there are {', '.join(Severity)}"
        )
    return Severity(text)


def _split(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())
