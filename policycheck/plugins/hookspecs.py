"""The hooks of policycheck. A plugin is an object with some of these; its docstrings are the tutorial.

Register it with an entry point of the group ``policycheck``::

    [project.entry-points.policycheck]
    shop = "shop_policies.plugin"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from policycheck.model.finding import Finding

PROJECT = "policycheck"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def policycheck_rules() -> Iterable[Any]:  # type: ignore[empty-body]
    """Return rules of your own: :class:`policycheck.rules.rule.Rule` values with a code that nobody else uses."""


@hookspec(firstresult=True)
def policycheck_open_catalogue(location: str) -> bytes | None:
    """Return the bytes of the catalogue at ``location`` (``pack:NAME``, a path, your own scheme), or None.

    The format is read off the end of the location; a pack without one is YAML.
    """


@hookspec
def policycheck_catalogue_formats() -> Mapping[str, Any]:  # type: ignore[empty-body]
    """Return readers by file ending: ``{".ini": read}``.

    ``read(text, location)`` returns plain data, as JSON would; or with positions, a
    :class:`policycheck.catalogue.documents.Parsed`.
    """


@hookspec(firstresult=True)
def policycheck_observe(subject: object, recorder: Any) -> Any | None:
    """Start watching ``subject`` (a client, a class of clients, an application); return a Watch, or None if not yours.

    ``recorder`` is a :class:`policycheck.recording.Recorder`; hand it each response as an ``HttpExchange``. A Watch is
    a context manager whose ``close()`` undoes what the adapter changed.
    """


@hookspec
def policycheck_watched_modules() -> Mapping[str, Any]:  # type: ignore[empty-body]
    """Return what ``pytest --policycheck`` watches: module name to a function from a recorder to a Watch.

    The function is called once, when the module has been imported.
    """


@hookspec
def policycheck_modify_findings(findings: list[Finding]) -> None:
    """Change the list of findings in place, after waivers and before the report."""


@hookspec
def policycheck_reporters() -> Mapping[str, Any]:  # type: ignore[empty-body]
    """Return reporters by name of format: ``{"json": render}``, where ``render(report)`` returns the text."""


@hookspec
def policycheck_consent_signals() -> Iterable[Any]:  # type: ignore[empty-body]
    """Return the records of consent managers that you can read: :class:`policycheck.consent.signals.ConsentSignal`s.

    With them a choice is read from what the application stored, and CON011 sees a record that says yes too early.
    """


@hookspec
def policycheck_commands(subparsers: Any) -> None:
    """Add commands to the command line: call ``subparsers.add_parser`` and set ``run`` as a default of the parser."""
