"""The plain values: consent, storage kinds, observations, findings."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from policycheck.consent.profiles.loading import load_profile
from policycheck.model.consent import UNSET, ConsentState, ConsentStatus
from policycheck.model.finding import Finding, Location, Severity, Waiver
from policycheck.model.legal import Exemption
from policycheck.model.observation import HttpExchange, Observation, Rejection, Source
from policycheck.model.party import Site
from policycheck.model.profile import Confidence
from policycheck.model.report import Coverage, Report
from policycheck.model.storage import Operation, StorageKind

GRANTED, REFUSED, WITHDRAWN = ConsentStatus.GRANTED, ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN
CANARY = "c4n4ry-value"


def test_nobody_was_asked() -> None:
    assert UNSET.status("anything") is ConsentStatus.UNSET
    assert ConsentState() == UNSET
    assert not UNSET.gpc


def test_single_categories() -> None:
    state = UNSET.grant("a", "b").refuse("b")
    assert [state.status(name) for name in "abc"] == [GRANTED, REFUSED, ConsentStatus.UNSET]
    assert UNSET.status("a") is ConsentStatus.UNSET, "the state it was made from stays as it was"


def test_everything() -> None:
    assert UNSET.refuse("a").grant().status("a") is GRANTED
    assert UNSET.grant("a").refuse().status("a") is REFUSED
    assert UNSET.grant().status("later") is GRANTED
    assert UNSET.with_status(REFUSED).statuses == {}


def test_withdrawing_all_that_was_granted() -> None:
    state = UNSET.grant("a").refuse("b").withdraw()
    assert [state.status(name) for name in "abc"] == [WITHDRAWN, REFUSED, ConsentStatus.UNSET]
    assert UNSET.grant().refuse("b").withdraw().status("x") is WITHDRAWN
    assert UNSET.refuse().withdraw().status("x") is REFUSED


def test_withdrawing_one() -> None:
    state = UNSET.grant("a", "b").withdraw("a")
    assert [state.status(name) for name in "ab"] == [WITHDRAWN, GRANTED]


def test_changes_keep_gpc() -> None:
    state = ConsentState(gpc=True)
    assert state.grant().gpc
    assert state.grant("a").withdraw().gpc


def test_consent_can_be_hashed_and_sent() -> None:
    state = UNSET.grant("a")
    assert hash(state) == hash(UNSET.grant("a"))
    assert pickle.loads(pickle.dumps(state)) == state


@pytest.mark.parametrize("declared", StorageKind)
@pytest.mark.parametrize("observed", [kind for kind in StorageKind if kind is not StorageKind.WEB])
def test_kinds(declared: StorageKind, observed: StorageKind) -> None:
    web = declared is StorageKind.WEB and observed is not StorageKind.COOKIE
    assert declared.accepts(observed) is (declared is observed or web)


def test_observation_is_stored_unless_deleted_read_or_refused() -> None:
    observation = Observation(StorageKind.COOKIE, "_ga")
    assert observation.stored
    assert observation.subject == "cookie '_ga'"
    assert not replace(observation, operation=Operation.DELETE).stored
    assert not replace(observation, operation=Operation.ACCESS).stored
    assert not replace(observation, rejection=Rejection("r", "s", "m")).stored


def test_no_query_in_any_repr() -> None:
    url = f"https://shop.example/?token={CANARY}"
    assert CANARY not in repr(HttpExchange("GET", url, 200, ()))
    assert CANARY not in repr(Observation(StorageKind.COOKIE, "a", source=Source("driver", url=url)))


def test_no_value_in_any_repr() -> None:
    exchange = HttpExchange("GET", "https://a/", 200, (f"a={CANARY}",))
    assert CANARY not in repr(exchange)
    assert CANARY not in repr(Observation(StorageKind.COOKIE, "a", value=CANARY))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            Source("httpx", "GET", "https://a.example/cart?token=1#x", 200, 2, 3),
            "GET /cart  ->  Set-Cookie, header 2 of 3",
        ),
        (Source("httpx", "GET", "https://a.example", 200), "GET /"),
        (Source("dump", None, None, 200, 1, 1), "Set-Cookie, header 1 of 1"),
        (Source("browser"), "browser"),
        (Source("browser", None, "https://a.example/p"), "/p"),
    ],
)
def test_where_it_comes_from(source: Source, text: str) -> None:
    assert source.describe() == text


def test_path_of_a_source() -> None:
    assert Source("x").path is None
    assert Source("x", url="https://a.example/p/q?s=1").path == "/p/q"


def make_finding(**changes: object) -> Finding:
    finding = Finding("CON001", "stored-before-consent", Severity.ERROR, "_ga", StorageKind.COOKIE, "was stored")
    return replace(finding, **changes)  # type: ignore[arg-type]


def test_headline() -> None:
    assert make_finding().headline == "CON001 stored-before-consent: cookie '_ga' was stored"
    assert make_finding(kind=None).headline == "CON001 stored-before-consent: was stored"
    assert make_finding(subject="n" * 120).headline == f"CON001 stored-before-consent: cookie '{'n' * 120}' was stored"
    assert (
        make_finding(subject="n" * 121).headline == f"CON001 stored-before-consent: cookie '{'n' * 120}...' was stored"
    )


def test_fingerprint_tells_breaches_apart_and_forgets_the_rest() -> None:
    finding = make_finding(where="GET /  ->  Set-Cookie, header 1 of 2")
    same = make_finding(
        where="GET /  ->  Set-Cookie, header 2 of 7", message="other", severity=Severity.NOTE, test="t", count=4
    )
    assert same.fingerprint == finding.fingerprint
    assert len(finding.fingerprint) == 16
    for change in (
        {"code": "CON002"},
        {"subject": "_gb"},
        {"kind": StorageKind.LOCAL_STORAGE},
        {"kind": None},
        {"where": "GET /x  ->  Set-Cookie, header 1 of 2"},
        {"key": "domain"},
    ):
        assert make_finding(**{"where": finding.where, **change}).fingerprint != finding.fingerprint
    assert make_finding(subject="\ud800").fingerprint


def test_counts_do_not_make_findings_differ() -> None:
    assert make_finding(count=2) == make_finding(count=1)


def test_severities_rank_the_worst_first() -> None:
    assert [severity.rank for severity in (Severity.ERROR, Severity.WARNING, Severity.NOTE)] == [0, 1, 2]


def test_places() -> None:
    assert str(Location("c.yaml", 41, 5)) == "c.yaml:41"
    assert str(Location("c.yaml")) == "c.yaml"
    assert str(Site("https", "shop.example")) == "https://shop.example"


def test_coverage_and_report() -> None:
    coverage = Coverage(("a", "b", "c"), frozenset({"b"}))
    assert coverage.unobserved == ("a", "c")
    from datetime import date

    waived = make_finding(waiver=Waiver(("CON",), "*", "r", "o", date(2026, 1, 1)))
    assert Report("c", (waived, make_finding())).open == (make_finding(),)


def test_the_french_profile_says_where_its_number_comes_from() -> None:
    (limit,) = load_profile("FR").limits
    assert limit.exemption is Exemption.AUDIENCE_MEASUREMENT
    assert limit.longest.months == 13
    assert limit.confidence is Confidence.A
    assert limit.url.startswith("https://")
    assert load_profile("FR").key == "FR"
