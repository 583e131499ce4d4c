"""What can go wrong while a name is read or two names are compared."""

from __future__ import annotations

from policycheck.errors import CatalogueError


class NameSyntaxError(ValueError):
    """A template or a regex that cannot be read.

    ``position`` counts characters from the start of the text. ``str(error)`` holds the message and the hint, not the
    position: whoever knows the file turns the position into a line and a column.
    """

    def __init__(self, message: str, position: int, hint: str = "") -> None:
        super().__init__(f"{message}; {hint}" if hint else message)
        self.message = message
        self.position = position
        self.hint = hint


class NameBudgetError(CatalogueError):
    """Two patterns are too large to compare within the budget: nothing was decided."""
