"""What catalogues as data cannot say of the CAT rules: how much is reported, and what is given up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import pytest

from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.loading import load_catalogue
from policycheck.catalogue.names import NameBudgetError, NamePattern, overlap
from policycheck.model.finding import Breach, Unevaluated
from policycheck.rules.catalogue_rules import cat001_ambiguous_names

COMMON = {"kind": "cookie", "category": "necessary", "retention": "session"}


def catalogue_of(names: Sequence[str]) -> Catalogue:
    document = {"catalogue": 1, "items": [{**COMMON, "name": name} for name in names]}
    return load_catalogue("c.json", opener=lambda place: json.dumps(document).encode())


def test_an_entry_is_compared_until_three_are_found_that_tie_with_it() -> None:
    names = ["abcd*", "abc*d", "ab*cd", "a*bcd", "*abcd"]
    found = list(cat001_ambiguous_names.check(catalogue_of(names)))
    assert Counter(subject for subject, _ in found) == {
        "cookie:abc*d": 1,
        "cookie:ab*cd": 2,
        "cookie:a*bcd": 3,
        "cookie:*abcd": 3,
    }


def test_of_one_entry_the_ties_come_in_the_order_of_the_others() -> None:
    found = list(cat001_ambiguous_names.check(catalogue_of(["ab*", "a*c", "*bc"])))
    assert [(subject, breach.key) for subject, breach in found if isinstance(breach, Breach)] == [
        ("cookie:a*c", "cookie:ab*"),
        ("cookie:*bc", "cookie:ab*"),
        ("cookie:*bc", "cookie:a*c"),
    ]


def test_a_comparison_that_is_given_up_is_told_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def limited(one: NamePattern, other: NamePattern) -> str | None:
        if one.text == "ab*":
            raise NameBudgetError("too large")
        return overlap(one, other)

    monkeypatch.setattr(cat001_ambiguous_names, "overlap", limited)
    found = list(cat001_ambiguous_names.check(catalogue_of(["ab*", "a*c", "*bc"])))
    assert [outcome for _, outcome in found[:2]] == [
        Unevaluated("cookie 'ab*' and cookie 'a*c': too large"),
        Unevaluated("cookie 'ab*' and cookie '*bc': too large"),
    ]
    assert [(subject, type(outcome)) for subject, outcome in found[2:]] == [("cookie:*bc", Breach)]
