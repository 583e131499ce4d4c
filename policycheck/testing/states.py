"""All states of consent of a small catalogue, for teams that would rather parametrise than search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.errors import UsageError
from policycheck.model.consent import ConsentStatus

if TYPE_CHECKING:
    from policycheck.catalogue.entries import Catalogue

MOST = 256
"""How many states are too many to parametrise over: those of four categories."""


class TargetState(Mapping[str, ConsentStatus]):
    """A status for each category, to be reached by :meth:`ConsentJourney.reach`; as a text it names a test."""

    def __init__(self, statuses: Mapping[str, ConsentStatus]) -> None:
        self._statuses = dict(statuses)

    def __getitem__(self, category: str) -> ConsentStatus:
        return self._statuses[category]

    def __iter__(self) -> Iterator[str]:
        return iter(self._statuses)

    def __len__(self) -> int:
        return len(self._statuses)

    def __str__(self) -> str:
        return ",".join(f"{category}={status.value}" for category, status in self._statuses.items())

    __repr__ = __str__


def consent_states(catalogue: Catalogue | str | Path, *, categories: Iterable[str] | None = None) -> list[TargetState]:
    """Every state of consent: each category unset, granted, refused or withdrawn.

    For ``pytest.mark.parametrize``::

        @pytest.mark.parametrize("state", consent_states("catalogue.yaml"), ids=str)
        def test_pages(policycheck_consent, state):
            visitor = policycheck_consent.visitor(ShopDriver)
            visitor.reach(state)
            visitor.visit_all()

    ``categories`` are those that the visitor decides about, by default those that need consent and are used. Raises
    :class:`policycheck.errors.UsageError` for more than 256 states: then let the machine search.
    """
    from policycheck.testing.setup import decided_about

    if categories is None:
        from policycheck.api import load_catalogue
        from policycheck.catalogue.entries import Catalogue

        loaded = catalogue if isinstance(catalogue, Catalogue) else load_catalogue(catalogue)
        categories = decided_about(loaded)
    names = tuple(categories)
    if len(ConsentStatus) ** len(names) > MOST:
        raise UsageError(
            f"{len(names)} categories have {len(ConsentStatus) ** len(names):,} states, too many to try each\n"
            "  fix: name fewer categories, or use run_consent_machine"
        )
    return [
        TargetState(dict(zip(names, statuses, strict=True))) for statuses in product(ConsentStatus, repeat=len(names))
    ]
