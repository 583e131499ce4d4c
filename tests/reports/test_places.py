from __future__ import annotations

from dataclasses import replace

from policycheck.model.finding import Location
from policycheck.model.report import Report
from policycheck.reports.places import all_places, in_repository, link_to, numbered, relative_places, uri_of
from tests.reports.conftest import FINDING

REPORT = Report("catalogue.yaml", ())


def files(places: list[Location]) -> list[str]:
    return [str(place) for place in places]


def test_the_test_comes_first_and_no_place_twice() -> None:
    assert files(all_places(REPORT, FINDING)) == ["tests/test_shop.py:12", "catalogue.yaml:41"]
    assert files(all_places(REPORT, replace(FINDING, test=None))) == ["catalogue.yaml:41", "tests/test_shop.py:12"]
    evidence = replace(FINDING, test="a.har:7", source=Location("a.har", 7))
    assert files(all_places(REPORT, evidence)) == ["catalogue.yaml:41", "a.har:7"]
    assert files(all_places(REPORT, replace(FINDING, source=FINDING.location))) == ["catalogue.yaml:41"]


def test_the_catalogue_stands_in_where_nothing_lies_in_the_repository() -> None:
    nowhere = replace(FINDING, source=None, location=Location("pack:shop", 3))
    outside = replace(FINDING, source=Location("/tmp/test_a.py", 3), location=None)

    assert files(all_places(REPORT, nowhere)) == ["catalogue.yaml"]
    assert files(all_places(REPORT, outside)) == ["catalogue.yaml", "/tmp/test_a.py:3"]
    assert files(relative_places(REPORT, outside)) == ["catalogue.yaml"]
    assert all_places(Report("pack:shop", ()), nowhere) == []


def test_a_folder_above_is_still_in_the_repository_of_a_subfolder() -> None:
    below = replace(REPORT, prefix="apps/shop")

    assert in_repository(below, Location("../shared.yaml", 2)) == Location("apps/shared.yaml", 2)
    assert in_repository(below, Location("../../../shared.yaml", 2)) is None
    assert in_repository(below, Location("../..")) is None
    assert in_repository(below, None) is None
    assert in_repository(below, Location("")) is None


def test_addresses() -> None:
    assert uri_of("a b/ü.yaml") == "a%20b/%C3%BC.yaml"
    assert uri_of("/a b.yaml") == "file:///a%20b.yaml"
    assert uri_of("C:/a.yaml") == "file:///C%3A/a.yaml"
    assert uri_of("\ud800") == "%ED%A0%80"
    assert link_to(REPORT, Location("a.yaml", 3)) == "a.yaml#L3"
    assert link_to(replace(REPORT, sources="https://a.example/b"), Location("a.yaml")) == "https://a.example/b/a.yaml"


def test_numbers_tell_what_is_the_same_apart() -> None:
    assert list(numbered(["a", "b", "a", "a"])) == ["a:1", "b:1", "a:2", "a:3"]
