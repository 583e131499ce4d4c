"""The entry point for pytest: options, the marker, fixtures.

Every test run of everybody who has policycheck installed pays for this module. So it imports nothing but pytest, and
registers hooks only when something of policycheck is asked for: an option on the command line, or a fixture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policycheck.catalogue.entries import Catalogue

    from .check import Check
    from .consent import ConsentCheck

OPTIONS = (
    *("catalogue", "report", "consent", "select", "ignore", "fail_on"),
    *("baseline", "baseline_update", "observations"),
)
MARKER = (
    "policycheck(consent=None, ignore=(), catalogue=None): what holds for the check of this test: the consent that the "
    "visitor has given, rules that do not apply, another catalogue."
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of policycheck."""
    group = parser.getgroup("policycheck", "policycheck: cookies and web storage against the declared catalogue")
    add = group.addoption
    add("--policycheck", action="store_true", help="watch every known client in every test, without touching the tests")
    add("--no-policycheck", action="store_true", help="judge nothing and report nothing; the fixtures stay usable")
    add("--policycheck-catalogue", metavar="LOCATION", help="the catalogue: a path or pack:NAME")
    add(
        "--policycheck-report",
        metavar="[FORMAT=]PATH",
        action="append",
        help="write a report in FORMAT, or in that of the ending of PATH (default: JSON); may be repeated",
    )
    add("--policycheck-baseline", metavar="PATH", help="findings that the project had before, which fail nothing")
    add(
        "--policycheck-baseline-update",
        nargs="?",
        const="shrink",
        choices=("shrink", "grow"),
        help="take out of the baseline what the whole run did not find again; =grow also takes in what would fail",
    )
    add(
        "--policycheck-observations",
        metavar="PATH",
        help="write what each test saw, without values: to merge and check",
    )
    add(
        "--policycheck-record",
        nargs="?",
        const="",
        metavar="PATH",
        help="draft a catalogue of what the tests store, and judge nothing (default: the project's, or catalogue.yaml)",
    )
    add(
        "--policycheck-consent",
        metavar="STATE",
        help="unset, granted, refused, withdrawn, observed, or analytics=granted,...",
    )
    add("--policycheck-select", metavar="RULES", action="append", help="run these rules only (codes, groups, names)")
    add(
        "--policycheck-ignore",
        metavar="RULES",
        action="append",
        help="leave these rules out, besides the settings' own",
    )
    add("--policycheck-fail-on", metavar="SEVERITY", help="the least severity that fails a test: error, warning, note")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker; start at once only when an option asks for it."""
    config.addinivalue_line("markers", MARKER)
    option = config.option
    if option.no_policycheck:
        return
    # Both are of all that was seen, so everything is watched. An empty PATH of a record is the default one.
    if option.policycheck_record is not None or option.policycheck_observations:
        option.policycheck = True
    if option.policycheck or any(getattr(option, f"policycheck_{name}") for name in OPTIONS):
        from .runtime import running

        running(config, testing=False)
    if getattr(option, "tx", None) and not hasattr(config, "workerinput"):
        from .distributed import await_workers

        await_workers(config)


@pytest.fixture(scope="session")
def policycheck_catalogue(pytestconfig: pytest.Config) -> Catalogue:
    """The catalogue of the project. Override it to return another, or a location: ``pack:NAME``, a path."""
    from .runtime import running

    return running(pytestconfig).default_catalogue()


@pytest.fixture
def policycheck(request: pytest.FixtureRequest) -> Iterator[Check]:
    """An empty device and a visitor: ``observe`` a client, and the test fails if it breaks the catalogue."""
    from .runtime import running

    item: pytest.Item = cast("Any", request).node  # pytest gives it no type
    check = running(request.config).open(item, request)
    yield check
    check.close()


@pytest.fixture
def policycheck_consent(request: pytest.FixtureRequest) -> Iterator[ConsentCheck]:
    """Drives visitors through choices of consent: ``run(Driver)`` searches, ``visitor(Driver)`` goes step by step."""
    from .consent import ConsentCheck
    from .runtime import running

    item: pytest.Item = cast("Any", request).node
    check = ConsentCheck(running(request.config), item, request)
    yield check
    check.close()
