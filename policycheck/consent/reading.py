"""Reading a consent state from what people write: in a marker, in a settings file, on a command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from policycheck.errors import UsageError
from policycheck.model.consent import UNSET, ConsentState, ConsentStatus
from policycheck.model.spelling import did_you_mean

_OBSERVED = "observed"
_FORMS = (
    "write unset, granted, refused or withdrawn for every category, a list of granted categories, "
    "a status by category such as analytics=granted, or observed to read it from what is stored"
)


@dataclass(frozen=True, slots=True)
class ObservedConsent(ConsentState):
    """Where a visitor starts whose choice is read from what the application stores: nobody has chosen yet."""


OBSERVED: Final = ObservedConsent()


def read_consent(value: object, known: Iterable[str] | None = None) -> ConsentState:
    """Turn ``"granted"``, ``["ads"]``, ``{"ads": "refused"}`` or ``"ads=granted,analytics=refused"`` into a state.

    A list, and a text that is no status, name the granted categories; the others stay unset. ``known`` are the
    categories of the catalogue, to which those that come built in always belong; others raise, and so does a category
    with two statuses. ``"observed"`` is :data:`OBSERVED`. Raises :class:`policycheck.errors.UsageError`.
    """
    state = _state(value)
    if known is not None:
        names = list(known)
        for category in state.statuses:
            if category not in names:
                _check_built_in(category, names)
    return state


def _check_built_in(category: str, names: list[str]) -> None:
    """A visitor decides on a built-in category also where no item of the catalogue is of it."""
    from policycheck.catalogue.compile import BUILT_IN_CATEGORIES

    if category in BUILT_IN_CATEGORIES:
        return
    every = sorted({*names, *BUILT_IN_CATEGORIES})
    guess = did_you_mean(category, [*every, *ConsentStatus, _OBSERVED])
    raise UsageError(f"the catalogue has no category {category!r}{guess}; there are {', '.join(every)}")


def _state(value: object) -> ConsentState:
    if value is None:
        return UNSET
    if isinstance(value, ConsentState):
        return value
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, Mapping):
        statuses = cast("Mapping[object, object]", value)
        return _from_pairs((str(name), str(status)) for name, status in statuses.items())
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        names = list(cast("Iterable[object]", value))
        texts = [name for name in names if isinstance(name, str)]
        if len(texts) < len(names):
            raise UsageError(f"a list of categories holds texts alone; {_FORMS}")
        return _from_pairs((name, "granted") for name in texts)
    raise UsageError(f"a {type(value).__name__} says nothing about consent; {_FORMS}")


def _from_text(text: str) -> ConsentState:
    parts = [part.strip() for part in text.split(",")]
    if parts == [_OBSERVED]:
        return OBSERVED
    if len(parts) == 1 and parts[0] in set(ConsentStatus):
        return UNSET.with_status(ConsentStatus(parts[0]))
    pairs: list[tuple[str, str]] = []
    for part in parts:
        name, equals, status = (word.strip() for word in part.partition("="))
        if not name:
            raise UsageError(f"a category has no name in {text!r}; {_FORMS}")
        if not equals and name in set(ConsentStatus):
            raise UsageError(f"{name!r} stands among others in {text!r}, and would hold for every category; {_FORMS}")
        pairs.append((name, status if equals else "granted"))
    return _from_pairs(pairs)


def _from_pairs(pairs: Iterable[tuple[str, str]]) -> ConsentState:
    state = UNSET
    for name, status in pairs:
        if status not in set(ConsentStatus):
            raise UsageError(f"{status!r} is not a consent status{did_you_mean(status, list(ConsentStatus))}; {_FORMS}")
        if state.statuses.get(name, status) != status:
            raise UsageError(f"the category {name!r} stands twice, as {state.statuses[name].value} and as {status}")
        state = state.with_status(ConsentStatus(status), name)
    return state
