"""What a check lacks for some laws to be looked at, and what therefore nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from policycheck.consent.laws import LawName, Need
from policycheck.consent.laws.registry import laws
from policycheck.model.profile import ConsentModel
from policycheck.testing.clock import can_stop_time
from policycheck.testing.driver import ability

if TYPE_CHECKING:
    from policycheck.testing.visitor import Visitor

NEVER_CAME = "no journey came to where it matters"
NO_LIBRARY = "time passes only with time-machine or freezegun: pip install 'policycheck[testing]'"


def not_evaluated(visitor: Visitor) -> Mapping[LawName, str]:
    """The laws that a check with drivers such as that of ``visitor`` did not look at, each with the reason."""
    setup = visitor.setup
    reasons: dict[LawName, str] = {}
    for law in laws():
        if law.name in setup.switched_off:
            reasons[law.name] = f"switched off: {setup.switched_off[law.name]}"
            continue
        lacking = next((need for need in law.needs if not _THERE[need](visitor)), None)
        if lacking is not None:
            reasons[law.name] = NO_LIBRARY if _library_would_do(lacking, visitor) else lacking.value
        elif not setup.coverage.laws[law.name]:
            reasons[law.name] = NEVER_CAME
    return reasons


def _library_would_do(need: Need, visitor: Visitor) -> bool:
    """True when the clock is missing only because no library is there that stops the time of this process."""
    return (
        need in {Need.CLOCK, Need.TWIN_CLOCK} and ability(visitor.driver, "in_process") is True and not can_stop_time()
    )


def _opt_in(visitor: Visitor) -> bool:
    profile = visitor.setup.session.settings.profile
    return profile is None or profile.model is ConsentModel.OPT_IN


def _gpc_profile(visitor: Visitor) -> bool:
    profile = visitor.setup.session.settings.profile
    return profile is not None and profile.gpc is not None


def _has(name: str) -> Callable[[Visitor], bool]:
    return lambda visitor: ability(visitor.driver, name) is not None


def _has_item(wanted: Callable[[bool, bool | None], bool]) -> Callable[[Visitor], bool]:
    return lambda visitor: any(
        wanted(all(use.needs_consent for use in item.uses), item.refresh)
        for item in visitor.setup.session.catalogue.items
        if item.enabled
    )


_THERE: Mapping[Need, Callable[[Visitor], bool]] = {
    Need.CLOCK: lambda visitor: visitor.clock.movable,
    Need.TWIN_CLOCK: lambda visitor: visitor.clock.rewindable,
    Need.VALIDITY: lambda visitor: visitor.setup.validity is not None,
    Need.REVISION: _has("revise"),
    Need.GPC_PROFILE: _gpc_profile,
    Need.GPC: _has("gpc"),
    Need.RECORD: lambda visitor: (
        visitor.setup.has_record
        or ability(visitor.driver, "asked") is not None
        or bool(visitor.setup.coverage.laws[LawName.CHOICE_IS_REMEMBERED])
    ),
    Need.SIGNAL: lambda visitor: bool(visitor.setup.coverage.laws[LawName.SIGNAL_FOLLOWS_CHOICE]),
    Need.INTERACTIONS: _has("interactions"),
    Need.TWO_CATEGORIES: lambda visitor: len(visitor.setup.categories) > 1,
    Need.EXEMPT_ITEM: _has_item(lambda asks, refresh: not asks),
    Need.FIXED_ITEM: _has_item(lambda asks, refresh: refresh is False),
    Need.CONSENT_ITEM: _has_item(lambda asks, refresh: asks),
    Need.OPT_IN: _opt_in,
}
