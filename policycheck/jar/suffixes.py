"""Where public suffixes come from when nobody passes them in."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable


@cache
def default_public_suffix() -> Callable[[str], bool]:
    """Return the test of the Public Suffix List as the publicsuffixlist package ships it; a name of no rule counts.

    Loaded on the first call, since reading the list takes longer than a small test run: a jar that never meets a
    Domain attribute never asks for it.
    """
    suffixes = import_module("publicsuffixlist").PublicSuffixList()
    return cast("Callable[[str], bool]", suffixes.is_public)
