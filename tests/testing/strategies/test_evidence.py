from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import policycheck
from policycheck.catalogue.entries import Catalogue
from policycheck.engine.settings import Settings
from policycheck.errors import UsageError
from policycheck.matching import match
from policycheck.model.consent import UNSET
from policycheck.model.lifetime import Lifetime, Retention, RetentionKind
from policycheck.model.observation import HttpExchange, Observation
from policycheck.model.storage import StorageKind
from policycheck.testing import strategies as pst
from policycheck.testing.strategies.loaded import load_document
from policycheck.wire import parse_cookie_date

SETTINGS = Settings(cache=False, consent=UNSET.grant())


def test_the_date_header_is_the_moment() -> None:
    assert parse_cookie_date(pst.SENT_DATE) == pst.SENT


@settings(max_examples=60, deadline=None)
@given(pst.http_exchanges())
def test_responses_of_any_kind_are_recorded(exchange: HttpExchange) -> None:
    assert len(policycheck.Recorder().response(exchange)) == len(exchange.set_cookie)


@settings(max_examples=60, deadline=None)
@given(st.data(), pst.catalogues(min_items=1))
def test_responses_of_a_catalogue_obey_it(data: st.DataObject, catalogue: Catalogue) -> None:
    exchange = data.draw(pst.http_exchanges(catalogue))
    report = policycheck.check([exchange], catalogue, SETTINGS)
    assert [finding.headline for finding in report.findings if finding.severity != "note"] == []


@settings(max_examples=60, deadline=None)
@given(st.data(), pst.catalogues(min_items=1))
def test_observations_of_a_catalogue_are_declared(data: st.DataObject, catalogue: Catalogue) -> None:
    assume(any(item.enabled for item in catalogue.items))
    observation = data.draw(pst.observations(catalogue))
    item = match(catalogue, observation).item
    assert item is not None
    assert item.enabled
    assert observation.kind is not StorageKind.WEB
    assert observation.stored


def test_a_catalogue_without_entries_has_no_observations() -> None:
    with pytest.raises(UsageError, match="has no entry that may be observed"):
        pst.observations(load_document({"catalogue": 1}))


@settings(max_examples=40, deadline=None)
@given(pst.observations())
def test_observations_of_any_kind_can_be_written(observation: Observation) -> None:
    assert policycheck.Recorder().write(observation).name == observation.name


@settings(max_examples=60, deadline=None)
@given(st.data(), pst.retentions())
def test_lifetimes_are_within_the_retention(data: st.DataObject, retention: Retention) -> None:
    lifetime: Lifetime = data.draw(pst.lifetimes(retention))
    if retention.kind is RetentionKind.DURATION:
        assert lifetime.seconds is not None
        assert retention.max_seconds is not None
        assert retention.min_seconds <= lifetime.seconds <= retention.max_seconds
    else:
        assert (lifetime.session, lifetime.persistent) == (retention.text == "session", retention.text == "persistent")
