"""What the settings say of some tests, laid over what their devices store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from policycheck.catalogue.entries import Catalogue
from policycheck.engine.project import Project
from policycheck.engine.session import Session
from policycheck.engine.settings import PerTestSettings, Settings
from policycheck.errors import ConfigurationError
from policycheck.matching.match import Match
from policycheck.model.consent import UNSET, ConsentStatus
from policycheck.model.finding import Breach, Location, Severity
from policycheck.model.observation import HttpExchange
from policycheck.rules.rule import Context, Outcome, Rule

MakeCatalogue = Callable[..., Catalogue]
OLD, NEW = "tests/old/test_a.py::test_x", "tests/new/test_a.py::test_x"


def consented(match: Match, context: Context) -> Iterator[Outcome]:
    yield Breach(f"was stored while ads is {match.observation.consent.status('ads').value}")


RULE = Rule("TST001", "consented", Severity.ERROR, "why", observation=consented)


def found(catalogue: Catalogue, test: str | None, *tables: PerTestSettings) -> list[tuple[Severity, str]]:
    journey = Session(catalogue, (RULE,), Settings(per_test=tables)).journey(test=test)
    journey.recorder.response(HttpExchange("GET", "https://shop.example/", 200, ("a=1",), adapter="test"))
    return [(finding.severity, finding.message.rpartition(" ")[2]) for finding in journey.finish() if finding.message]


def test_rules_and_consent_differ_in_the_tests_that_a_table_names(make_catalogue: MakeCatalogue) -> None:
    catalogue = make_catalogue()
    tables = (PerTestSettings("tests/old", severity={"TST": Severity.NOTE}, consent=UNSET.grant("ads")),)

    assert found(catalogue, OLD, *tables) == [(Severity.NOTE, "granted")]
    assert found(catalogue, NEW, *tables) == [(Severity.ERROR, "unset")]
    assert found(catalogue, None, *tables) == [(Severity.ERROR, "unset")]
    assert found(catalogue, OLD, *tables, PerTestSettings("*", ignore=("TST001",))) == []


def test_a_category_that_the_catalogue_lacks_is_an_error_with_its_place(make_catalogue: MakeCatalogue) -> None:
    refused = UNSET.with_status(ConsentStatus.REFUSED, "adz")
    table = replace(PerTestSettings("*", consent=refused), location=Location("policycheck.toml", 7, 1))
    project = Project(Settings(per_test=(table,), cache=False))

    with pytest.raises(ConfigurationError) as raised:
        project.session(make_catalogue())

    assert str(raised.value).startswith("policycheck.toml:7: per-test: consent: the catalogue has no category 'adz'")
