"""What holds for every pack in the box."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

import policycheck.rules.catalogue_rules
from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.loading import load_catalogue
from policycheck.catalogue.packs import open_pack
from policycheck.catalogue.reading import READERS
from policycheck.model.finding import Breach

BUILT_IN = sorted(path.stem for path in Path(policycheck.catalogue.packs.__path__[0]).glob("*.yaml"))
DOCUMENTED: Mapping[str, list[tuple[str, str]]] = {
    "smartsupp": [("CAT007", "category:functional")],  # what its maker says; the site's controller decides
    "google-analytics": [("CAT008", "cookie:_ga"), ("CAT008", "cookie:_ga_<GA_CONTAINER>")],  # Google's own two years
    "snowplow": [("CAT008", "cookie:_sp_id.<SNOWPLOW_DOMAIN>")],  # what its tracker asks for
}
EXPECTED = [
    "amplitude", "application-insights", "aspnet", "auth0", "braze", "bugsnag", "cloudflare", "consent-managers",
    "countly", "datadog", "django", "elastic-apm", "firebase", "flagsmith", "flask", "google-analytics",
    "grafana-faro", "growthbook", "launchdarkly", "mixpanel", "msal", "necessary", "new-relic", "openreplay",
    "php", "plausible", "posthog", "rails", "raygun", "rollbar", "rudderstack", "segment", "sentry", "smartsupp",
    "snowplow", "starlette", "statsig", "stripe", "supabase", "unleash",
]  # fmt: skip


def findings(catalogue: Catalogue) -> list[tuple[str, str]]:
    found = []
    for module in iter_modules(policycheck.rules.catalogue_rules.__path__):
        rule = import_module(f"policycheck.rules.catalogue_rules.{module.name}").RULE
        for subject, outcome in rule.catalogue(catalogue):
            assert isinstance(outcome, Breach)
            found.append((rule.code, subject))
    return found


def data_of(name: str) -> Any:
    text = open_pack(name)
    assert text is not None
    return READERS[".yaml"](text.decode("utf-8"), f"pack:{name}").data


def test_the_packs_in_the_box() -> None:
    assert BUILT_IN == EXPECTED


@pytest.mark.parametrize("name", EXPECTED)
class TestEachPack:
    def test_it_loads_under_its_name(self, name: str) -> None:
        catalogue = load_catalogue(f"pack:{name}")
        assert catalogue.id == name
        assert catalogue.version
        assert catalogue.title["en"]
        assert catalogue.items

    def test_it_has_no_finding_but_the_documented_ones(self, name: str) -> None:
        assert findings(load_catalogue(f"pack:{name}")) == DOCUMENTED.get(name, [])

    def test_every_item_says_how_it_is_known_and_when(self, name: str) -> None:
        for item in data_of(name)["items"]:
            source = item["source"]
            assert source["date"]
            assert source["kind"] in {"documented", "observed"}
            assert source["url" if source["kind"] == "documented" else "version"]

    def test_it_needs_no_other_file(self, name: str) -> None:
        assert "extends" not in data_of(name)

    def test_templates_bring_examples(self, name: str) -> None:
        catalogue = load_catalogue(f"pack:{name}")
        bare = {item.name for item in catalogue.items if not item.pattern.is_exact and not item.examples}
        named = {item.name for item in catalogue.items if item.examples}
        assert bare <= named | {item.name for item in catalogue.items if item.kind.value != "cookie"}

    def test_sessions_are_marked_as_sensitive(self, name: str) -> None:
        for item in load_catalogue(f"pack:{name}").items:
            if item.provider is None and ("sess" in item.name.lower() or "Identity" in item.name):
                assert item.sensitive, item.name


def test_all_of_them_go_together(tmp_path: Path) -> None:
    """But for three: Flask and Starlette both call their cookie ``session``, Segment and RudderStack look for the domain of
    their cookies with ``__tld__``, and Smartsupp's maker says of the category ``functional`` that it needs no consent."""
    names = [name for name in EXPECTED if name not in {"starlette", "rudderstack", "smartsupp"}]
    path = tmp_path / "all.yaml"
    path.write_text(f"catalogue: 1\nextends: {[f'pack:{name}' for name in names]}\n", "utf-8")
    expected = [finding for name in names for finding in DOCUMENTED.get(name, [])]
    assert sorted(findings(load_catalogue(path))) == sorted(expected)
    assert load_catalogue(path).overrides == ()


def test_whoever_adds_smartsupp_to_functional_entries_is_told(tmp_path: Path) -> None:
    path = tmp_path / "both.yaml"
    path.write_text('catalogue: 1\nextends: ["pack:unleash", "pack:smartsupp"]\n', "utf-8")
    assert ("CAT009", "category:functional") in findings(load_catalogue(path))


def test_segment_and_rudderstack_share_a_probe_that_both_describe_alike(tmp_path: Path) -> None:
    path = tmp_path / "both.yaml"
    path.write_text('catalogue: 1\nextends: ["pack:segment", "pack:rudderstack"]\n', "utf-8")
    catalogue = load_catalogue(path)
    assert {override.subject for override in catalogue.overrides} == {"cookie:__tld__"}
    assert findings(catalogue) == []


@pytest.mark.parametrize("section", ["placeholders", "providers", "features", "statements", "categories"])
def test_no_two_packs_claim_one_key(section: str) -> None:
    claims = Counter(key for name in EXPECTED for key in data_of(name).get(section, {}))
    assert [key for key, count in claims.items() if count > 1] == []
