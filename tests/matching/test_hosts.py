"""Hosts of providers: who declares one, and how closely."""

from __future__ import annotations

import json

import pytest

from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.loading import load_catalogue
from policycheck.matching import providers_at
from policycheck.matching.hosts import host_matches


def catalogue_of(**hosts: list[str]) -> Catalogue:
    providers = {key: {"name": key, "hosts": declared} for key, declared in hosts.items()}
    return load_catalogue(
        "c.json", opener=lambda location: json.dumps({"catalogue": 1, "providers": providers}).encode()
    )


@pytest.mark.parametrize(
    ("pattern", "host", "matches"),
    [
        ("stats.example", "stats.example", True),
        ("Stats.Example", "stats.example", True),
        ("stats.example", "a.stats.example", False),
        ("*.stats.example", "a.stats.example", True),
        ("*.stats.example", "a.b.stats.example", True),
        ("*.stats.example", "stats.example", False),
        ("*.stats.example", "evilstats.example", False),
        ("*.0.0.1", "127.0.0.1", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("bücher.example", "xn--bcher-kva.example", True),
        ("*.bücher.example", "www.xn--bcher-kva.example", True),
    ],
)
def test_a_pattern_matches_itself_or_what_lies_below(pattern: str, host: str, matches: bool) -> None:
    assert host_matches(pattern, host) is matches


@pytest.mark.parametrize(
    ("host", "providers"),
    [
        ("x.example", ["wide"]),
        ("x.ads.example", ["narrow"]),
        ("a.ads.example", ["exact", "twin"]),
        ("ads.example", ["wide"]),
        ("elsewhere.test", []),
    ],
)
def test_the_closest_declaration_speaks_for_a_host(host: str, providers: list[str]) -> None:
    catalogue = catalogue_of(
        wide=["*.example"],
        exact=["a.ads.example"],
        none=[],
        narrow=["*.ads.example", "x.ads.test"],
        twin=["*.ads.example.test", "a.ads.example", "A.ads.example"],
    )
    assert [provider.key for provider in providers_at(catalogue, host)] == providers
