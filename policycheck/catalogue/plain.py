"""Looking into plain data, as documents hold it, without trusting it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard


def is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    """True for an object (a mapping); readers see to it that its keys are strings."""
    return isinstance(value, dict) or isinstance(value, Mapping)  # noqa: SIM101 - dict first: it is nearly always one


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    """True for a list."""
    return isinstance(value, list)


def as_object(value: object) -> Mapping[str, object]:
    """The object, or an empty one for anything else."""
    return value if is_object(value) else {}


def as_list(value: object) -> Sequence[object]:
    """The list, or an empty one for anything else."""
    return value if is_list(value) else ()
