from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import pytest

from policycheck.catalogue.entries import Catalogue
from policycheck.engine.settings import Settings
from policycheck.engine.validation import validate
from policycheck.errors import ConfigurationError
from policycheck.model.finding import Breach, Finding, Location, Severity, Unevaluated, Waiver
from policycheck.model.report import NotEvaluated
from policycheck.rules.acceptance.gat001_expired_waiver import RULE as EXPIRED
from policycheck.rules.rule import Outcome, Rule

MakeCatalogue = Callable[..., Catalogue]


def short(catalogue: Catalogue) -> Iterable[tuple[str, Outcome]]:
    for item in catalogue.items:
        if len(item.name) < 4:
            yield item.name, Breach("is short", expected="four letters", location=item.location, key="length")


def unsure(catalogue: Catalogue) -> Iterable[tuple[str, Outcome]]:
    yield "all", Unevaluated("too many")


SHORT = Rule("CAT001", "short-name", Severity.ERROR, "readers", catalogue=short)
UNSURE = Rule("CAT002", "unsure", Severity.ERROR, "", catalogue=unsure)
OTHER = Rule("CON001", "other", Severity.ERROR, "", observation=lambda match, context: iter(()))
ALL = (SHORT, UNSURE, OTHER)


def test_the_rules_of_the_catalogue_are_applied_and_no_others(make_catalogue: MakeCatalogue) -> None:
    report = validate(make_catalogue(("session", "_ga")), ALL, Settings())

    assert report.findings == (
        Finding(
            "CAT001",
            "short-name",
            Severity.ERROR,
            "_ga",
            None,
            "is short",
            where="catalogue.yaml:2",
            expected="four letters",
            why="readers",
            location=Location("catalogue.yaml", 2),
            key="length",
        ),
    )
    assert report.not_evaluated == (NotEvaluated("CAT002", "all", "too many"),)
    assert (report.catalogue, report.exchanges, report.observations) == ("catalogue.yaml", 0, 0)


def test_all_items_count_switched_off_or_not(make_catalogue: MakeCatalogue) -> None:
    assert validate(make_catalogue(("session", "off:chat")), ALL, Settings()).coverage.declared == (
        "cookie:session",
        "cookie:chat",
    )


def test_settings_hold(make_catalogue: MakeCatalogue) -> None:
    catalogue = make_catalogue(("_ga",))
    waiver = Waiver(("CAT001",), "_ga", "known", "ann", date(2999, 1, 1))
    old = Waiver(("CAT001",), "_ga", "known", "ann", date(2020, 1, 1))

    assert validate(catalogue, ALL, Settings(ignore=("CAT001",))).findings == ()
    assert validate(catalogue, ALL, Settings(select=("CON",))).not_evaluated == ()
    assert validate(catalogue, ALL, Settings(severity={"CAT": Severity.NOTE})).findings[0].severity is Severity.NOTE
    assert validate(catalogue, ALL, Settings(waivers=(waiver,))).findings[0].waiver == waiver
    assert [found.code for found in validate(catalogue, (*ALL, EXPIRED), Settings(waivers=(old,))).findings] == [
        "CAT001",
        "GAT001",
    ]
    with pytest.raises(ConfigurationError):
        validate(catalogue, ALL, Settings(select=("CAT9",)))


def test_plugins_change_findings(make_catalogue: MakeCatalogue) -> None:
    assert validate(make_catalogue(("_ga",)), ALL, Settings(), modify_findings=list.clear).findings == ()
