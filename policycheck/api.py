"""The functions that ``import policycheck`` offers, for use without the pytest plugin."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from policycheck.catalogue.entries import Catalogue
from policycheck.engine.project import Project
from policycheck.engine.settings import Settings
from policycheck.model.observation import HttpExchange
from policycheck.model.report import Report
from policycheck.recording import Browsing, Recorder


def load_catalogue(location: str | Path) -> Catalogue:
    """Load, validate and resolve the catalogue at ``location`` (a path or ``pack:NAME``).

    Raises :class:`policycheck.errors.CatalogueError`, which carries every problem with file, line and column.
    """
    return Project(Settings(cache=False)).catalogue(str(location))


def observe(
    subject: object,
    recorder: Recorder | None = None,
    *,
    project: Project | None = None,
    reads: bool = False,
    hide_webdriver: bool = False,
) -> Any:
    """Watch ``subject``: a browser's page or context, a test client, an HTTP client, a WSGI or ASGI application.

    Returns a Watch: a context manager with ``recorder`` and ``close()``; of a browser also with ``settle()``. Without
    ``recorder`` a new one is used. For ``reads`` and ``hide_webdriver`` see
    :class:`policycheck.recording.Browsing`. Raises :class:`policycheck.errors.CaptureError` for something that no
    adapter knows.
    """
    chosen = Project(Settings(cache=False)) if project is None else project
    taking = recorder or Recorder()
    if reads or hide_webdriver:
        taking.browsing = Browsing(reads, hide_webdriver)
    return chosen.manager.hook.policycheck_observe(subject=subject, recorder=taking)


def check(exchanges: Iterable[HttpExchange], catalogue: Catalogue, settings: Settings | None = None) -> Report:
    """Judge responses against a catalogue and return the report."""
    session = Project(settings or Settings(cache=False)).session(catalogue)
    journey = session.journey()
    for exchange in exchanges:
        journey.recorder.response(exchange)
    journey.finish()
    return session.report()
