"""What a visitor has chosen and what they do next, as data: states, transitions, and journeys of both and of pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from policycheck.catalogue.entries import Catalogue
from policycheck.consent.transitions import ConsentTransition, TransitionKind, apply_transition
from policycheck.errors import UsageError
from policycheck.model.consent import UNSET, Choice, ConsentState, ConsentStatus, Lapse
from policycheck.testing.strategies.scene import SENT

CATEGORIES = ("functional", "analytics", "marketing")
"""The categories that come built in and need consent."""
_WITHOUT_ARGUMENTS = (
    TransitionKind.GRANT_ALL, TransitionKind.REFUSE_ALL, TransitionKind.EXPIRE, TransitionKind.GPC_ON,
    TransitionKind.GPC_OFF, TransitionKind.NEW_DEVICE, TransitionKind.SECOND_TAB,
)  # fmt: skip
Step = ConsentTransition | str
"""A transition, or the path of a page that is visited."""


def consent_states(categories: Iterable[str] = CATEGORIES) -> st.SearchStrategy[ConsentState]:
    """States that a visitor can be in who decides about ``categories``, with the choices that led there.

    A status that is not UNSET comes with the choice behind it, or without where nobody knows it. A choice that has
    lapsed stands beside the status UNSET.
    """
    return _states(_known(categories))


def consent_transitions(categories: Iterable[str] = CATEGORIES) -> st.SearchStrategy[ConsentTransition]:
    """Everything that can happen to a choice about ``categories``, with arguments that make sense.

    GRANT names one category or more, WITHDRAW one, CHANGE grants some and denies others, REVISE names a version.
    Whether a transition changes anything depends on the state: see :func:`journeys`.
    """
    known = _known(categories)
    plain = st.sampled_from(_WITHOUT_ARGUMENTS).map(ConsentTransition)
    revised = st.integers(2, 9).map(lambda number: _revise(str(number)))
    if not known:
        return plain | revised
    return st.one_of(_granting(known), _withdrawing(known), _changing(known), plain, revised)


def journeys(
    catalogue: Catalogue, *, pages: Sequence[str] = ("/",), max_steps: int = 10
) -> st.SearchStrategy[list[Step]]:
    """Journeys of one visitor: transitions of consent and the ``pages`` that are visited, in order.

    Each transition changes something: what was granted is withdrawn, a signal that is off is switched on, choices lapse
    where there are some, and a revision has a version of its own. The categories are those of the catalogue that need
    consent. Fold the transitions with :func:`policycheck.consent.transitions.apply_transition` to know what holds.
    Raises :class:`policycheck.errors.UsageError` without pages.
    """
    if not pages:
        raise UsageError("a journey visits pages; give the path of one at least")
    return _journeys(categories_of(catalogue), tuple(pages), max_steps)


def categories_of(catalogue: Catalogue) -> tuple[str, ...]:
    """The categories that a visitor decides about: those of uses that need consent, each once, in order."""
    uses = [use for item in catalogue.items for use in item.uses]
    return tuple(dict.fromkeys(use.category.key for use in uses if use.needs_consent))


def _known(categories: Iterable[str]) -> tuple[str, ...]:
    if isinstance(categories, str):
        raise UsageError(f"{categories!r} is one category; write [{categories!r}]")
    return tuple(dict.fromkeys(categories))


@st.composite
def _states(draw: st.DrawFn, categories: tuple[str, ...]) -> ConsentState:
    statuses = {category: draw(st.sampled_from(ConsentStatus)) for category in categories if draw(st.booleans())}
    choices: dict[str, Choice] = {}
    for category, status in statuses.items():
        if draw(st.booleans()):
            made, lapsed = status, None
            if status is ConsentStatus.UNSET:
                made, lapsed = draw(st.sampled_from(list(ConsentStatus)[1:])), draw(st.sampled_from(Lapse))
            when = draw(st.none() | st.integers(0, SENT).map(float))
            choices[category] = Choice(made, when, draw(st.sampled_from([None, "1"])), lapsed=lapsed)
    return ConsentState(statuses, gpc=draw(st.booleans()), choices=choices)


def _some(categories: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(categories), min_size=1, unique=True).map(tuple)


def _granting(categories: Sequence[str]) -> st.SearchStrategy[ConsentTransition]:
    return _some(categories).map(lambda chosen: ConsentTransition(TransitionKind.GRANT, chosen))


def _withdrawing(categories: Sequence[str]) -> st.SearchStrategy[ConsentTransition]:
    return st.sampled_from(categories).map(lambda one: ConsentTransition(TransitionKind.WITHDRAW, (one,)))


def _changing(categories: Sequence[str]) -> st.SearchStrategy[ConsentTransition]:
    def split(chosen: tuple[str, ...], at: int) -> ConsentTransition:
        at %= len(chosen) + 1
        return ConsentTransition(TransitionKind.CHANGE, chosen[:at], chosen[at:])

    return st.builds(split, _some(categories), st.integers(0, len(categories)))


def _revise(version: str) -> ConsentTransition:
    return ConsentTransition(TransitionKind.REVISE, version=version)


@st.composite
def _journeys(draw: st.DrawFn, categories: tuple[str, ...], pages: tuple[str, ...], max_steps: int) -> list[Step]:
    state, revisions = UNSET, 0
    steps: list[Step] = []
    visits = st.sampled_from(pages)
    # A list of flags, and not a number of rounds: Hypothesis shortens a list by leaving out any of its members.
    for transits in draw(st.lists(st.booleans(), max_size=max_steps)):
        if not transits:
            steps.append(draw(visits))
            continue
        step = draw(st.one_of(_moves(state, categories, revisions)))
        state = apply_transition(state, step, categories=categories, time=float(SENT))
        revisions += step.kind is TransitionKind.REVISE
        steps.append(step)
    return steps


def _moves(
    state: ConsentState, categories: tuple[str, ...], revisions: int
) -> list[st.SearchStrategy[ConsentTransition]]:
    """What can happen next and is felt."""
    standing = {category: state.status(category) for category in categories}
    granted = [category for category, status in standing.items() if status is ConsentStatus.GRANTED]
    others = [category for category in categories if category not in granted]
    moves: list[st.SearchStrategy[ConsentTransition]] = []
    if others:
        moves += [_granting(others), _plain(TransitionKind.GRANT_ALL)]
    if granted or ConsentStatus.UNSET in standing.values():
        moves.append(_plain(TransitionKind.REFUSE_ALL))
    if granted:
        moves.append(_withdrawing(granted))
    if granted and others:
        moves.append(st.builds(_swap, _some(others), _some(granted)))
    moves.append(_plain(TransitionKind.GPC_OFF if state.gpc else TransitionKind.GPC_ON))
    if any(status is not ConsentStatus.UNSET for status in standing.values()):
        moves += [_plain(TransitionKind.EXPIRE), st.just(_revise(str(revisions + 2)))]
    return [*moves, _plain(TransitionKind.SECOND_TAB), _plain(TransitionKind.NEW_DEVICE)]


def _plain(kind: TransitionKind) -> st.SearchStrategy[ConsentTransition]:
    return st.just(ConsentTransition(kind))


def _swap(granted: tuple[str, ...], denied: tuple[str, ...]) -> ConsentTransition:
    return ConsentTransition(TransitionKind.CHANGE, granted, denied)
