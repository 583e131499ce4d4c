"""Looking into JSON without knowing its shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast


def is_container(node: object) -> bool:
    """True for a JSON object or array."""
    return isinstance(node, (Mapping, list))


def as_mapping(node: object) -> Mapping[str, object]:
    """``node`` when it is a JSON object, else an empty one."""
    return cast("Mapping[str, object]", node) if isinstance(node, Mapping) else {}


def as_list(node: object) -> list[object]:
    """``node`` when it is a JSON array, else an empty one."""
    return cast("list[object]", node) if isinstance(node, list) else []
