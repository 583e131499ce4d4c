"""The Clear-Site-Data header: what a server asks a browser to erase (W3C, Clear Site Data, 3.1)."""

from __future__ import annotations

from collections.abc import Iterable

TYPES = frozenset({"cookies", "storage", "cache"})
"""What can be erased of that which an application stores. ``*`` stands for all of it."""


def cleared_types(values: Iterable[str]) -> frozenset[str]:
    """The types that the header's ``values`` name; what no browser knows is passed over, as browsers do.

    A type counts in its quotes and in lower case alone. A value with other characters than ASCII counts for nothing.
    """
    named = {part.strip(" \t") for value in values if value.isascii() for part in value.split(",")}
    if '"*"' in named:
        return TYPES
    return frozenset(kind for kind in TYPES if f'"{kind}"' in named)
