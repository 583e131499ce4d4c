"""Equality for values that hold secrets."""

from __future__ import annotations


def equal_fields(self: object, other: object) -> bool:
    """Compare two values of one slotted class field by field. Assign it to ``__eq__``.

    Where a dataclass compares by the method that it generates, pytest explains a failed ``==`` field by field, and
    would print the values of cookies.
    """
    if other.__class__ is not self.__class__:
        return NotImplemented  # type: ignore[no-any-return]  # what Python asks for here
    names: tuple[str, ...] = vars(type(self))["__slots__"]
    return all(getattr(self, name) == getattr(other, name) for name in names)
