import pytest

from policycheck.model.observation import Initiator, Source
from policycheck.model.party import Party
from policycheck.model.request import SentRequest

URL = "https://stats.example/v1/collect?uid=s3cret#f4agment"
PAGE = "https://shop.example/cart?token=s3cret"


def test_a_request_is_described_without_any_query() -> None:
    script = Initiator("https://cdn.example/tag.js?key=s3cret", 12, Party.THIRD)
    sent = SentRequest(URL, host="stats.example", method="POST", resource="beacon", initiator=script, page=PAGE)
    assert sent.describe() == (
        "/cart  ->  POST stats.example/v1/collect (beacon)  ->  cdn.example/tag.js, line 12 (third party)"
    )
    assert (sent.path, sent.page_path) == ("/v1/collect", "/cart")


def test_what_is_not_known_is_left_out() -> None:
    sent = SentRequest("https://stats.example", host="stats.example")
    assert (sent.describe(), sent.path, sent.page_path) == ("GET stats.example/", "/", None)


def test_a_request_that_leads_to_no_other_machine_shows_its_scheme_alone() -> None:
    assert SentRequest("data:text/plain,s3cret", resource="image").describe() == "GET data: (image)"


def test_a_url_with_stray_brackets_is_described_all_the_same() -> None:
    assert SentRequest("https://[stats.example/a", host="stats.example").path == "/"


@pytest.mark.parametrize("page", ["data:text/html,s3cret", "blob:https://shop.example/s3cret", "about:blank", "s3cret"])
def test_a_page_that_comes_from_no_machine_has_no_path(page: str) -> None:
    sent = SentRequest("https://stats.example/a", host="stats.example", page=page)
    assert (sent.page_path, sent.describe()) == (None, "GET stats.example/a")
    assert Source("observations", page=page, initiator=Initiator(page, 3)).describe() == "a script, line 3"
    assert Source("observations", url=page).path is None


def test_a_password_in_a_url_is_not_shown() -> None:
    script = Initiator("https://user:s3cret@shop.example:8443/tag.js")
    assert script.describe() == "shop.example:8443/tag.js"


def test_neither_the_repr_nor_a_failed_comparison_tells_urls() -> None:
    sent = SentRequest(URL, host="stats.example", page=PAGE, frame=PAGE)
    assert "s3cret" not in repr(sent)
    assert sent == SentRequest(URL, host="stats.example", page=PAGE, frame=PAGE)
    assert sent != SentRequest(URL, host="stats.example", page=PAGE)


@pytest.mark.parametrize(
    ("resource", "frame", "navigates"),
    [
        ("document", None, True),
        ("document", PAGE, True),
        ("document", "https://video.example/embed", False),
        ("iframe", PAGE, False),
        ("script", None, False),
    ],
)
def test_only_a_page_load_in_the_address_bar_navigates(resource: str, frame: str | None, navigates: bool) -> None:
    assert SentRequest(PAGE, resource=resource, page=PAGE, frame=frame).navigates is navigates
