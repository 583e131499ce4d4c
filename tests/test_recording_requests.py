import pytest

from policycheck.model.consent import UNSET
from policycheck.model.party import Party
from policycheck.model.request import SentRequest
from policycheck.recording import Recorder

PAGE = "https://shop.example/cart"


def test_a_request_is_stamped_with_the_consent_in_force_its_number_and_the_test() -> None:
    handed: list[SentRequest] = []
    recorder = Recorder(test="tests/test_shop.py::test_cart", sink_request=handed.append)
    first = recorder.request(SentRequest("https://Stats.example:8443/collect?u=1", page=PAGE, time=7.0))
    recorder.consent = UNSET.grant("analytics")
    second = recorder.request(SentRequest("https://stats.example/collect", page=PAGE, test="another"))
    assert [first.consent, second.consent] == [UNSET, UNSET.grant("analytics")]
    assert [first.sequence, second.sequence] == [0, 1]
    assert [first.test, second.test] == ["tests/test_shop.py::test_cart", "another"]
    assert (first.host, first.time) == ("stats.example", 7.0)
    assert recorder.requests == handed == [first, second]


def test_a_request_is_neither_a_response_nor_an_observation() -> None:
    recorder = Recorder()
    recorder.request(SentRequest("https://stats.example/collect", page=PAGE))
    assert (recorder.exchanges, recorder.observations) == (0, [])


@pytest.mark.parametrize(
    ("url", "party"),
    [
        ("https://shop.example/style.css", Party.FIRST),
        ("http://img.shop.example/logo.png", Party.FIRST),
        ("wss://stats.example/socket", Party.THIRD),
        ("https://shop.example.net/", Party.THIRD),
    ],
)
def test_the_party_is_seen_from_the_page(url: str, party: Party) -> None:
    assert Recorder().request(SentRequest(url, page=PAGE)).party is party


def test_without_a_page_the_party_is_what_the_evidence_says() -> None:
    recorder = Recorder()
    assert recorder.request(SentRequest("https://stats.example/")).party is None
    assert recorder.request(SentRequest("https://stats.example/", party=Party.THIRD)).party is Party.THIRD


@pytest.mark.parametrize("page", ["about:blank", "data:text/html,a", "blob:https://shop.example/1", "file:///a.html"])
def test_of_a_page_that_comes_from_no_machine_nobody_knows_the_party(page: str) -> None:
    assert Recorder().request(SentRequest("https://stats.example/", page=page, party=Party.THIRD)).party is None


@pytest.mark.parametrize(
    "url", ["data:,a", "blob:https://shop.example/1", "chrome-extension://abc/tag.js", "about:blank"]
)
def test_what_leads_to_no_other_machine_has_no_host(url: str) -> None:
    sent = Recorder().request(SentRequest(url, host="wrong.example", page=PAGE, party=Party.THIRD))
    assert (sent.host, sent.party) == (None, None)
