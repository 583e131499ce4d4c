"""The built-in implementations of the hooks, registered like any plugin's; each imports what it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from policycheck.plugins.hookspecs import hookimpl


@hookimpl
def policycheck_rules() -> Iterable[Any]:
    """Return the rules that come in the box."""
    from policycheck.rules.registry import builtin_rules

    return builtin_rules()


@hookimpl(trylast=True)
def policycheck_open_catalogue(location: str) -> bytes | None:
    """Open packs and files."""
    from policycheck.catalogue.loading import open_location

    return open_location(location)


@hookimpl
def policycheck_catalogue_formats() -> Mapping[str, Any]:
    """Return readers for YAML, JSON and TOML."""
    from policycheck.catalogue.reading import READERS

    return READERS


@hookimpl(trylast=True)
def policycheck_observe(subject: object, recorder: Any) -> Any | None:
    """Watch the clients and applications that come in the box."""
    from policycheck.capture import observe

    return observe(subject, recorder)


@hookimpl
def policycheck_watched_modules() -> Mapping[str, Any]:
    """Return the clients that a whole session is watched through."""
    from policycheck.capture import watched_modules

    return watched_modules()


@hookimpl
def policycheck_consent_signals() -> Iterable[Any]:
    """Return the records of consent managers that come in the box."""
    from policycheck.consent.signals.registry import builtin_signals

    return builtin_signals()


@hookimpl
def policycheck_reporters() -> Mapping[str, Any]:
    """Return the reporters that come in the box."""
    from policycheck.reports.lazily import reporters

    return reporters()
