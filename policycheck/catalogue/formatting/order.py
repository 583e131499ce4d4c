"""The order of fields in a formatted catalogue: what it is first, then what it asks, then how it is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Shape:
    """The order of the fields of an object. ``inner`` is the shape of a field's value, ``each`` that of every member.

    Keys that people choose have no order but their own; neither have fields that are not known.
    """

    keys: tuple[str, ...] = ()
    inner: Mapping[str, Shape] = field(default_factory=dict[str, "Shape"])
    each: Shape | None = None

    def ordered(self, keys: Iterable[str]) -> list[str]:
        """``keys``, those that are known in their order and before the others."""
        known = {key: place for place, key in enumerate(self.keys)}
        return sorted(keys, key=lambda key: known.get(key, len(known)))

    def of(self, key: str | None) -> Shape:
        """The shape of what stands under ``key``; None for the members of a list."""
        if key is not None and key in self.inner:
            return self.inner[key]
        return self.each or FREE


def _each(shape: Shape) -> Shape:
    return Shape(each=shape)


FREE = Shape()
_VALUE = Shape(("json", "pattern", "mayContain", "mustNotContain"))
_USE = Shape(("category", "feature", "exemption", "legalBasis", "purpose", "value"), {"value": _VALUE})
_ATTRIBUTES = Shape(("secure", "httpOnly", "sameSite", "hostOnly", "partitioned", "prefix", "domain", "path"))
_SOURCE = Shape(("kind", "url", "date", "version"))
ITEM = Shape(
    (
        *("name", "regex", "kind", "draft", "provider", "category", "feature", "exemption", "legalBasis"),
        *("retention", "refresh", "party", "hosts", "path", "partition", "setBy"),
        *("transient", "sensitive", "remembersChoice", "attributes", "value"),
        *("purpose", "uses", "examples", "counterExamples", "source", "override", "reason"),
    ),
    {"uses": _each(_USE), "attributes": _ATTRIBUTES, "value": _VALUE, "source": _SOURCE},
)
_CATEGORY = Shape(("title", "description", "consent", "exemption", "legalBasis"))
_FEATURE = Shape(("title", "description", "default"))
_PROVIDER = Shape(
    (
        *("name", "role", "idNumber", "address", "country", "url", "privacyPolicy"),
        *("hosts", "categories", "personalData", "storedIn", "mustNotContain"),
    )
)
CATALOGUE = Shape(
    (
        *("catalogue", "id", "version", "title", "description", "extends", "consent"),
        *("categories", "features", "providers", "placeholders", "bindings", "statements", "items"),
    ),
    {
        "consent": Shape(("validity", "grace")),
        "categories": _each(_CATEGORY),
        "features": _each(_FEATURE),
        "providers": _each(_PROVIDER),
        "placeholders": _each(Shape(("pattern", "title"))),
        "items": _each(ITEM),
    },
)
