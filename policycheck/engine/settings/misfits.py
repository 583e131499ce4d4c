"""What a reader says of a value that is none of its own, and where in the file the value stands."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from policycheck.errors import ConfigurationError, UsageError


class Misfit(ValueError):  # noqa: N818 - becomes a ConfigurationError once its file is known
    """A value that does not fit. ``keys`` lead to it; ``of_key`` says that the last key itself does not fit."""

    def __init__(self, message: str, keys: tuple[str, ...] = (), *, of_key: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.keys = keys
        self.of_key = of_key


@contextmanager
def within(key: str | int) -> Generator[None]:
    """Say of whatever does not fit in this block that it stands below ``key``."""
    try:
        yield
    except Misfit as misfit:
        raise Misfit(misfit.message, (str(key), *misfit.keys), of_key=misfit.of_key) from misfit.__cause__
    except ConfigurationError:  # of another file, which it names
        raise
    except (ValueError, UsageError) as error:
        raise Misfit(str(error), (str(key),)) from error
