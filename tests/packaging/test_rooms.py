"""What an installed copy holds besides modules: profiles, schemas, packs, and the entry points that others call."""

from __future__ import annotations

import json
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.catalogue.entries import Item
from policycheck.catalogue.packs import pack_names
from policycheck.catalogue.schema import load_schema
from policycheck.consent.profiles.loading import load_profile, profile_keys

CATALOGUE = {
    "catalogue": 1,
    "id": "tea",
    "version": "1",
    "items": [
        {"name": "choice", "kind": "cookie", "category": "necessary", "retention": "6 months", "remembersChoice": True},
        {"name": "visits", "kind": "cookie", "category": "analytics", "retention": "6 months"},
    ],
}
TEST = """
from policycheck.testing import WsgiDriver


def site(environ, start_response):
    granted = "analytics" in environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
    choice = "yes" if granted else "no"
    if environ["REQUEST_METHOD"] == "POST":
        headers = [("Set-Cookie", f"choice={choice}; Max-Age=10000000; Secure")]
        start_response("303 See Other", [*headers, ("Location", "/")])
        return [b""]
    headers = [("Set-Cookie", "visits=1; Max-Age=10000000; Secure")] * ("choice=yes" in environ.get("HTTP_COOKIE", ""))
    start_response("200 OK", headers)
    return [b""]


class Driver(WsgiDriver):
    def __init__(self):
        super().__init__(site)

    def choose(self, granted):
        self.post("/", data={"category": sorted(granted)})


def test_search(policycheck_consent):
    policycheck_consent.run(Driver, examples=20, seed=1)
"""


def test_profiles_packs_and_schemas_are_there() -> None:
    assert {"EU", "FR", "US-CA"} <= set(profile_keys())
    assert all(load_profile(key).title for key in profile_keys())
    assert "django" in pack_names()
    for name in ("catalogue", "observations", "profile", "settings"):
        assert load_schema(f"{name}.schema.json")["$schema"]


def test_hypothesis_finds_the_entry_point() -> None:
    (entry,) = entry_points(group="hypothesis", name="policycheck")

    assert callable(entry.load())


@settings(max_examples=3, deadline=None, database=None)
@given(st.from_type(Item))
def test_types_have_strategies(item: Item) -> None:
    assert isinstance(item, Item)


def test_the_consent_fixture_finds_what_a_withdrawal_leaves(pytester: pytest.Pytester) -> None:
    Path(pytester.path, "catalogue.json").write_text(json.dumps(CATALOGUE), "utf-8")
    pytester.makepyprojecttoml('[tool.policycheck]\ncatalogue = "catalogue.json"\n')
    pytester.makepyfile(TEST)

    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:randomly")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["withdrawal-erases: CON003 *", "  grant('analytics'); withdraw('analytics'); visit('/')"]
    )
