"""Generated catalogues are what the schema, the models and the loader accept, and small when shrunk."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings

import policycheck
from policycheck.catalogue.entries import Catalogue, Item
from policycheck.catalogue.models import accepts
from policycheck.catalogue.names import find_ambiguous
from policycheck.catalogue.schema import validator
from policycheck.engine.settings import Settings
from policycheck.engine.validation import validate
from policycheck.errors import UsageError
from policycheck.model.finding import Severity
from policycheck.model.storage import StorageKind
from policycheck.rules.registry import builtin_rules
from policycheck.testing import strategies as pst
from policycheck.testing.strategies.loaded import load_document

UNHURRIED = settings(max_examples=40, deadline=None, database=None)


@settings(max_examples=60, deadline=None)
@given(pst.catalogue_documents(max_items=6))
def test_the_schema_the_models_and_the_loader_accept_each(document: dict[str, Any]) -> None:
    assert [error.message for error in validator().iter_errors(document)] == []
    assert accepts(document)
    assert json.loads(json.dumps(document)) == document
    loaded = load_document(document)
    assert len(loaded.items) == len(document["items"])


@settings(max_examples=50, deadline=None)
@given(pst.catalogues(max_items=5))
def test_no_name_is_declared_twice(catalogue: Catalogue) -> None:
    assert list(find_ambiguous((item.pattern, item) for item in catalogue.items)) == []


@settings(max_examples=40, deadline=None)
@given(pst.catalogues(min_items=1, max_items=2, kinds=["cookie", StorageKind.CACHES], categories=["ads", "analytics"]))
def test_the_parameters_bind(catalogue: Catalogue) -> None:
    assert 1 <= len(catalogue.items) <= 2
    for item in catalogue.items:
        assert item.kind in {"cookie", "caches"}
        assert {"ads", "analytics"}.issuperset(item.categories)


@settings(max_examples=30, deadline=None)
@given(pst.items(kinds=["sessionStorage"], categories=["marketing"]))
def test_items_are_entries_that_were_loaded(item: Item) -> None:
    assert (item.kind, item.categories) == (StorageKind.SESSION_STORAGE, ("marketing",))
    assert item.location.line == 1


def test_items_of_a_catalogue_are_its_own() -> None:
    catalogue = policycheck.load_catalogue("pack:smartsupp")
    chosen = find(
        pst.items(catalogue=catalogue, kinds=["localStorage"], categories=["marketing"]),
        lambda item: True,
        settings=UNHURRIED,
    )
    assert chosen in catalogue.items
    with pytest.raises(UsageError, match="pack:smartsupp has no such entry"):
        pst.items(catalogue=catalogue, kinds=["caches"])


@pytest.mark.parametrize(
    ("given_arguments", "message"),
    [
        ({"min_items": 3, "max_items": 2}, "between 3 and 2 items"),
        ({"min_items": -1}, "between -1"),
        ({"kinds": ["cookies"]}, "'cookies' is not a valid StorageKind; there are cookie, localStorage"),
        ({"kinds": []}, "give one at least"),
        ({"categories": []}, "an item is in a category"),
    ],
)
def test_parameters_that_make_no_sense_are_an_error(given_arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        pst.catalogue_documents(**given_arguments)
    with pytest.raises(UsageError, match=message):
        pst.catalogues(**given_arguments)


def test_the_simplest_catalogue_is_empty() -> None:
    assert find(pst.catalogue_documents(), lambda document: True, settings=UNHURRIED) == {"catalogue": 1, "items": []}


WANTED: dict[str, Callable[[Item], bool]] = {
    "a regex": lambda item: item.pattern.is_regex,
    "a placeholder": lambda item: bool(item.pattern.placeholders),
    "several uses": lambda item: len(item.uses) == 2,
    "a feature that is off": lambda item: not item.enabled,
    "a provider": lambda item: item.provider is not None,
    "categories of a provider": lambda item: item.provider is not None and bool(item.provider.categories),
    "a prefix": lambda item: item.attributes.prefix == "__Host-Http-",
    "a path": lambda item: item.attributes.path == "/account",
    "a schema": lambda item: item.value.json is not None,
    "a pattern of values": lambda item: item.value.pattern is not None,
    "hosts": lambda item: bool(item.hosts),
    "a setter": lambda item: item.set_by is not None,
    "a party": lambda item: item.party is not None,
    "sensitive": lambda item: item.sensitive,
    "refresh": lambda item: item.refresh is False,
}


def test_each_of_what_an_item_can_say_comes() -> None:
    """Derandomised, and yet not the same in each run: Hypothesis also draws constants of the modules that are imported."""
    left = dict(WANTED)

    @settings(max_examples=300, deadline=None, database=None, phases=[Phase.generate], derandomize=True)
    @given(pst.catalogues(min_items=3))
    def collect(catalogue: Catalogue) -> None:
        for name, wanted in list(left.items()):
            if any(map(wanted, catalogue.items)):
                del left[name]

    collect()
    assert left == {}


@settings(max_examples=25, deadline=None)
@given(pst.catalogues(min_items=1))
def test_the_rules_of_catalogues_find_no_error(catalogue: Catalogue) -> None:
    report = validate(catalogue, builtin_rules(), Settings(cache=False))
    errors = [finding.headline for finding in report.findings if finding.severity is Severity.ERROR]
    assert errors == []
