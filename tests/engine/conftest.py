from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from policycheck.catalogue.entries import Catalogue, Category, Feature, Item, Use
from policycheck.catalogue.names import parse_template
from policycheck.model.finding import Location
from policycheck.model.legal import ConsentNeed
from policycheck.model.lifetime import parse_retention
from policycheck.model.storage import StorageKind

MakeCatalogue = Callable[..., Catalogue]


@pytest.fixture
def make_catalogue() -> MakeCatalogue:
    """Build a catalogue of cookies by name; a name that starts with ``off:`` belongs to a feature that is off."""

    def make(names: Sequence[str] = ("session", "_ga")) -> Catalogue:
        category = Category("analytics", {"en": "Analytics"}, ConsentNeed.REQUIRED)
        smart = Feature("smart", {"en": "Smart"}, enabled=False)
        items = []
        for line, name in enumerate(names, 1):
            feature = smart if name.startswith("off:") else None
            bare = name.removeprefix("off:")
            items.append(
                Item(
                    bare,
                    StorageKind.COOKIE,
                    parse_template(bare, {}, {}),
                    (Use(category, {"en": "Counts."}, feature=feature),),
                    parse_retention("6 months"),
                    location=Location("catalogue.yaml", line),
                )
            )
        return Catalogue("shop", "1", tuple(items), {"analytics": category}, location="catalogue.yaml")

    return make
