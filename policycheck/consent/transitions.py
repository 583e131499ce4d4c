"""How a choice changes what holds: one pure, total function from a state and a transition to the next state.

The state diagram is docs/explanation/consent-states.md; a test holds it equal to :func:`next_status`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from policycheck.model.consent import Choice, ConsentState, ConsentStatus, Lapse


class TransitionKind(StrEnum):
    """What can happen to a visitor's choice. The values are how a replay spells it."""

    GRANT = "grant"
    """Consent to the named categories (GDPR Art. 4(11)); the others stay as they are."""
    GRANT_ALL = "grant_all"
    """Consent to every category."""
    REFUSE_ALL = "refuse_all"
    """The refusal of every category; what was granted counts as withdrawn."""
    WITHDRAW = "withdraw"
    """Consent taken back (GDPR Art. 7(3)); where none was given, nothing changes."""
    CHANGE = "change"
    """Some categories granted and others denied in one go, as in a panel of preferences."""
    EXPIRE = "expire"
    """Time passes until no choice counts any more, neither a yes nor a no."""
    REVISE = "revise"
    """The catalogue gets a new version, to which nobody has consented yet."""
    GPC_ON = "gpc_on"
    """The browser starts to send ``Sec-GPC: 1``."""
    GPC_OFF = "gpc_off"
    """The browser stops to send it."""
    NEW_DEVICE = "new_device"
    """The same application, another visitor: an empty device, and a browser that does not send ``Sec-GPC``."""
    SECOND_TAB = "second_tab"
    """The same device, another tab, loaded before what comes next."""


@dataclass(frozen=True, slots=True)
class ConsentTransition:
    """One transition. ``categories`` are those granted (GRANT, CHANGE) or withdrawn (WITHDRAW), ``denied`` of CHANGE.

    A category that a CHANGE both grants and denies is denied: what contradicts itself is no unambiguous yes (GDPR
    Art. 4(11)). ``version`` is the new version of the catalogue (REVISE).
    """

    kind: TransitionKind
    categories: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    version: str | None = None

    @property
    def text(self) -> str:
        """How a replay spells it: ``withdraw('analytics')``."""
        arguments = [repr(category) for category in self.categories]
        if self.kind is TransitionKind.CHANGE:
            arguments = [f"grant={list(self.categories)!r}", f"deny={list(self.denied)!r}"]
        if self.version is not None:
            arguments = [repr(self.version)]
        return f"{self.kind.value}({', '.join(arguments)})"


_UNSET, _GRANTED, _REFUSED, _WITHDRAWN = ConsentStatus
_DENIED = {_UNSET: _REFUSED, _GRANTED: _WITHDRAWN, _REFUSED: _REFUSED, _WITHDRAWN: _WITHDRAWN}
_WITHDRAWAL = {_UNSET: _UNSET, _GRANTED: _WITHDRAWN, _REFUSED: _REFUSED, _WITHDRAWN: _WITHDRAWN}


def next_status(status: ConsentStatus, kind: TransitionKind, *, denied: bool = False) -> ConsentStatus:
    """The status of a category that a transition is about. Total: every status has an answer to every transition.

    ``denied`` says that a CHANGE denies the category rather than grants it.
    """
    match kind:
        case TransitionKind.GRANT | TransitionKind.GRANT_ALL:
            return _GRANTED
        case TransitionKind.CHANGE:
            return _DENIED[status] if denied else _GRANTED
        case TransitionKind.REFUSE_ALL:
            return _DENIED[status]
        case TransitionKind.WITHDRAW:
            return _WITHDRAWAL[status]
        case TransitionKind.EXPIRE | TransitionKind.REVISE | TransitionKind.NEW_DEVICE:
            return _UNSET
        case TransitionKind.GPC_ON | TransitionKind.GPC_OFF | TransitionKind.SECOND_TAB:
            return status


def apply_transition(
    state: ConsentState,
    transition: ConsentTransition,
    *,
    categories: Iterable[str],
    time: float | None = None,
    version: str | None = None,
    signal: str = "",
    anew: bool = False,
) -> ConsentState:
    """The state after ``transition``. ``categories`` are those that a visitor decides about, all of them.

    A decision is kept with ``time`` (epoch seconds), the ``version`` of the catalogue and the ``signal`` that told it.
    ``anew`` says that it was made in one form for all categories, so that what stays granted or refused was decided
    once more. Pure, and never raises: a category that nobody decides about keeps what it has.

    To grant again or to refuse again renews a decision. A withdrawal counts from the first time: to say no once more
    gives no new grace. What lapses keeps its decision, marked with the first reason why it holds no longer.
    """
    kind = transition.kind
    if kind is TransitionKind.NEW_DEVICE:
        return ConsentState()
    if kind in _SIGNALS:
        return replace(state, gpc=kind is TransitionKind.GPC_ON)
    if kind is TransitionKind.SECOND_TAB:
        return state
    statuses, choices = dict(state.statuses), dict(state.choices)
    known = tuple(categories)
    concerned = _concerned(transition, known)
    for category in concerned:
        before = state.status(category)
        after = next_status(before, kind, denied=category in transition.denied)
        if after is not before:
            statuses[category] = after
        if kind in _LAPSES:
            if before is not _UNSET:
                choices[category] = replace(choices.get(category) or Choice(before), lapsed=_LAPSES[kind])
        elif after is not before or (kind is not TransitionKind.WITHDRAW and after is not _WITHDRAWN):
            choices[category] = Choice(after, time, version, signal)
    if anew and kind in _NAMED:
        for category in known:
            status = state.status(category)
            if category not in concerned and status in {_GRANTED, _REFUSED}:
                choices[category] = Choice(status, time, version, signal)
    return replace(state, statuses=statuses, choices=choices)


def _concerned(transition: ConsentTransition, known: tuple[str, ...]) -> tuple[str, ...]:
    if transition.kind not in _NAMED:
        return known
    return tuple(name for name in dict.fromkeys(transition.categories + transition.denied) if name in known)


_NAMED = frozenset({TransitionKind.GRANT, TransitionKind.WITHDRAW, TransitionKind.CHANGE})
_SIGNALS = frozenset({TransitionKind.GPC_ON, TransitionKind.GPC_OFF})
_LAPSES = {TransitionKind.EXPIRE: Lapse.EXPIRED, TransitionKind.REVISE: Lapse.REVISED}
