"""Reading ``@pytest.mark.policycheck(...)`` off a test, its class and its module."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from policycheck.errors import UsageError
from policycheck.model.finding import Location
from policycheck.model.spelling import did_you_mean

_KEYWORDS = ("consent", "ignore", "catalogue")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the markers of a test say; None where they say nothing."""

    consent: Any = None
    ignore: tuple[str, ...] = ()
    catalogue: Any = None


def wishes_of(item: pytest.Item) -> Wishes:
    """Join the markers: the closest one to the test says consent and catalogue, ``ignore`` adds up.

    Raises :class:`policycheck.errors.UsageError` for a keyword that does not exist.
    """
    said: dict[str, Any] = {}
    ignore: dict[str, None] = {}
    for marker in item.iter_markers("policycheck"):
        if marker.args:
            raise UsageError(
                "the marker takes keywords only: @pytest.mark.policycheck(consent=..., ignore=[...], catalogue=...)"
            )
        for keyword in marker.kwargs:
            if keyword not in _KEYWORDS:
                raise UsageError(
                    f"the marker policycheck has no keyword {keyword!r}{did_you_mean(keyword, _KEYWORDS)}; "
                    f"there are {', '.join(_KEYWORDS)}"
                )
        said = {**marker.kwargs, **said}
        ignore.update(dict.fromkeys(_selectors(marker.kwargs.get("ignore", ()))))
    return Wishes(said.get("consent"), tuple(ignore), said.get("catalogue"))


def place_of(item: pytest.Item) -> Location:
    """The file and the line of the test function, as seen from where pytest was started."""
    file, line, _ = item.location
    path = item.config.rootpath / file
    start = item.config.invocation_params.dir
    return Location(Path(os.path.relpath(path, start)).as_posix(), 0 if line is None else line + 1)


def _selectors(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    selectors: tuple[object, ...] = tuple(cast(Iterable[object], value)) if isinstance(value, Iterable) else (value,)
    texts = tuple(selector for selector in selectors if isinstance(selector, str))
    if texts == selectors:
        return texts
    raise UsageError(f"ignore takes a rule or a list of rules, such as ['ATT001', 'RET'], not {value!r}")
