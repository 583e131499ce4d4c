"""Which uses the visitor's choice allows."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.model.consent import UNSET, ConsentState, ConsentStatus
from policycheck.rules.permission import Blocked, allows, blocked

U, G, R, W = UNSET, UNSET.grant(), UNSET.refuse(), UNSET.grant().withdraw()


@pytest.fixture
def items(kit: Any) -> Any:
    return kit.make_catalogue(
        {
            "features": {"on": {"title": "On"}, "off": {"title": "Off", "default": "off"}},
            "items": [
                {"name": name, "kind": "cookie", "retention": "session", "uses": uses}
                for name, uses in {
                    "needs": [{"category": "marketing"}],
                    "exempt": [{"category": "marketing", "exemption": "security"}],
                    "necessary": [{"category": "necessary"}],
                    "off": [{"category": "necessary", "feature": "off"}],
                    "on": [{"category": "marketing", "feature": "on"}],
                    "two": [{"category": "marketing"}, {"category": "analytics"}, {"category": "marketing"}],
                }.items()
            ],
        }
    ).items


@pytest.mark.parametrize(
    ("index", "allowed"),
    [
        (0, [False, True, False, False]),
        (1, [True] * 4),
        (2, [True] * 4),
        (3, [False] * 4),
        (4, [False, True, False, False]),
    ],
)
def test_allows(items: Any, index: int, allowed: list[bool]) -> None:
    assert [allows(items[index].uses[0], consent) for consent in (U, G, R, W)] == allowed


@pytest.mark.parametrize(
    ("index", "consent", "found"),
    [
        (0, U, Blocked(ConsentStatus.UNSET, ("marketing",))),
        (0, G, None),
        (0, R, Blocked(ConsentStatus.REFUSED, ("marketing",))),
        (0, W, Blocked(ConsentStatus.WITHDRAWN, ("marketing",))),
        (1, R, None),
        (2, R, None),
        (3, R, None),
        (4, U, Blocked(ConsentStatus.UNSET, ("marketing",))),
        (5, U, Blocked(ConsentStatus.UNSET, ("marketing", "analytics"))),
        (5, UNSET.grant("analytics"), None),
        (5, UNSET.refuse("analytics"), Blocked(ConsentStatus.REFUSED, ("analytics",))),
        (5, UNSET.refuse("analytics").withdraw("marketing"), Blocked(ConsentStatus.WITHDRAWN, ("marketing",))),
    ],
)
def test_blocked(items: Any, index: int, consent: ConsentState, found: Blocked | None) -> None:
    assert blocked(items[index], consent) == found
