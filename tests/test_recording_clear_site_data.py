"""Clear-Site-Data: what a server erases is seen as deleted, and lies there no more."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.consent.steps import place_of
from policycheck.engine.journey import Journey
from policycheck.engine.session import Session
from policycheck.engine.settings import Settings
from policycheck.model.consent import UNSET, ConsentState
from policycheck.model.observation import HttpExchange, Observation
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.recording import Recorder

NOW = 1_795_521_600.0
SHOP = "https://shop.example/withdraw?token=1"
EVERYTHING = ('"*"',)


def recorder(**options: Any) -> Recorder:
    return Recorder(now=lambda: NOW, **options)


def response(*cookies: str, url: str | None = SHOP, clear: tuple[str, ...] = (), **options: Any) -> HttpExchange:
    return HttpExchange("POST", url, 200, cookies, adapter="any", clear_site_data=clear, **options)


def entry(
    kind: StorageKind = StorageKind.LOCAL_STORAGE, name: str = "theme", host: str | None = "shop.example", **more: Any
) -> Observation:
    return Observation(kind=kind, name=name, value="s3cr3t", value_length=6, host=host, set_by=SetBy.SCRIPT, **more)


def deletions(observations: list[Observation]) -> list[tuple[str, str]]:
    return [(o.kind.value, o.name) for o in observations if o.operation is Operation.DELETE]


def test_cookies_of_the_site_are_deleted_where_they_were_stored() -> None:
    mine = recorder(test="a test")
    stored = mine.response(response("a=1; Path=/", "b=2; Path=/x; Domain=shop.example; Secure; HttpOnly; SameSite=Lax"))
    stored += mine.response(response("c=3; Partitioned; Secure; SameSite=None", url="https://www.shop.example/y/"))
    mine.response(response("kept=1", url="https://other.example/"))
    mine.write(entry())
    gone = mine.response(response(clear=('"cookies"',)))

    assert {place_of(o) for o in gone} == {place_of(o) for o in stored}
    assert deletions(gone) == [("cookie", "a"), ("cookie", "b"), ("cookie", "c")]
    assert [cookie.name for cookie in mine.jar] == ["kept"]
    deleted = gone[1]
    assert (deleted.source.describe(), deleted.source.test) == ("POST /withdraw", "a test")
    assert (deleted.value, deleted.set_by, deleted.time, deleted.host) == (None, SetBy.SERVER, NOW, "shop.example")
    assert deleted.set_cookie is not None
    assert deleted.set_cookie.deletes(NOW)
    assert (deleted.set_cookie.secure, deleted.set_cookie.http_only, deleted.set_cookie.same_site) == (
        True,
        True,
        "Lax",
    )
    assert [o.sequence for o in mine.observations] == list(range(len(mine.observations)))


def test_storage_of_the_origin_is_deleted_and_no_other() -> None:
    mine = recorder()
    kinds = [kind for kind in StorageKind if kind not in (StorageKind.COOKIE, StorageKind.WEB)]
    for kind in kinds:
        mine.write(entry(kind, kind.value))
    mine.write(entry(name="read", operation=Operation.ACCESS))
    mine.write(entry(name="gone before"))
    mine.write(entry(name="gone before", operation=Operation.DELETE))
    mine.write(entry(name="of another", host="www.shop.example"))
    mine.write(entry(name="of whom", host=None))
    mine.response(response("a=1"))
    before = {place_of(o) for o in mine.web_storage()}
    gone = mine.response(response(clear=('"storage"',)))

    assert deletions(gone) == [*((kind.value, kind.value) for kind in kinds), ("localStorage", "of whom")]
    assert before - {place_of(o) for o in gone} == {place_of(entry(name="of another", host="www.shop.example"))}
    assert [o.name for o in mine.web_storage()] == ["of another"]
    assert [(o.value, o.value_length, o.set_by) for o in gone] == [(None, None, SetBy.SERVER)] * len(gone)
    assert len(mine.jar) == 1
    assert mine.response(response(clear=('"storage"',))) == []


def test_it_comes_after_the_cookies_of_the_same_response() -> None:
    mine = recorder()
    seen = mine.response(response("a=1", "b=1; Max-Age=0", clear=EVERYTHING))
    assert [(o.name, o.operation.value) for o in seen] == [("a", "store"), ("b", "delete"), ("a", "delete")]
    assert len(mine.jar) == 0


@pytest.mark.parametrize(
    ("url", "options", "erases"),
    [
        ("http://shop.example/", {}, False),
        ("http://shop.example/", {"in_process": True}, True),
        ("http://localhost:8000/", {}, True),
        ("http://testserver/", {}, True),
        ("https://shop.example/", {}, True),
        ("wss://shop.example/", {}, True),
        (None, {}, True),
    ],
)
def test_only_a_secure_origin_erases(url: str | None, options: dict[str, Any], erases: bool) -> None:
    mine = recorder()
    mine.response(response("a=1; Path=/", url=url, **options))
    assert bool(deletions(mine.response(response(url=url, clear=EVERYTHING, **options)))) is erases
    assert len(mine.jar) == (0 if erases else 1)


@pytest.mark.parametrize("clear", [("cookies",), ('"cache"',), ('"executionContexts"',), ("",)])
def test_what_names_nothing_that_is_observed_erases_nothing(clear: tuple[str, ...]) -> None:
    mine = recorder()
    mine.response(response("a=1"))
    mine.write(entry())
    assert mine.response(response(clear=clear)) == []


@pytest.mark.parametrize("url", ["http://testserver/", "https://localhost/", None])
def test_a_host_that_stands_for_the_site_erases_what_it_set_for_its_domain(url: str | None) -> None:
    mine = recorder()
    stored = mine.response(response("a=1; Domain=shop.example", "b=1; Domain=www.shop.example", "c=1", url=url))
    mine.response(response("kept=1", url="https://other.example/"))
    gone = mine.response(response(url=url, clear=EVERYTHING))
    assert {place_of(o) for o in gone} == {place_of(o) for o in stored}
    assert len(gone) == 3


def test_the_record_of_the_choice_goes_too() -> None:
    told: list[tuple[StorageKind, str, str | None]] = []
    withdrawn = UNSET.withdraw("ads")

    def follow(kind: StorageKind, name: str, value: str | None) -> ConsentState | None:
        told.append((kind, name, value))
        return withdrawn if value is None else None

    mine = recorder(follow=follow)
    mine.response(response("choice=ads"))
    mine.write(entry())
    (_, gone) = mine.response(response(clear=EVERYTHING))
    assert told[-2:] == [(StorageKind.COOKIE, "choice", None), (StorageKind.LOCAL_STORAGE, "theme", None)]
    assert gone.consent == withdrawn


def test_a_refused_write_of_a_script_says_nothing_about_the_choice() -> None:
    from policycheck.model.observation import Rejection

    told: list[str] = []

    def follow(kind: StorageKind, name: str, value: str | None) -> None:
        told.append(name)

    recorder(follow=follow).write(entry(rejection=Rejection("empty", "step", "message")))
    assert told == []


def journey(session: Session) -> Journey:
    return session.journey(now=lambda: NOW, narrated=True)


def test_the_inventory_of_a_device_is_empty_afterwards(tmp_path: Any) -> None:
    from policycheck.catalogue.loading import load_catalogue

    (tmp_path / "catalogue.yaml").write_text("catalogue: 1\nid: shop\nitems: []\n")
    session = Session(load_catalogue(tmp_path / "catalogue.yaml"), (), Settings())
    first = journey(session)
    first.recorder.response(response("a=1; Domain=shop.example", "b=1; Path=/x"))
    first.recorder.write(entry())
    assert len(first.steps.held()) == 3
    second = journey(session)
    second.continue_from(first)
    assert len(second.steps.held()) == 3
    second.recorder.response(response(clear=EVERYTHING))
    assert second.steps.held() == {}
    third = journey(session)
    third.continue_from(second)
    assert third.recorder.web_storage() == []


def test_no_value_shows() -> None:
    mine = recorder()
    mine.response(response("a=s3cr3t"))
    mine.write(entry())
    assert "s3cr3t" not in repr(mine.response(response(clear=EVERYTHING)))
