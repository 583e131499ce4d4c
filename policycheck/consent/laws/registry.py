"""The laws of consent, imported when they are asked for, and which of them a project has switched off."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache

from policycheck.consent.laws.law import Law
from policycheck.consent.laws.names import LawName
from policycheck.errors import UsageError
from policycheck.model.spelling import did_you_mean


@cache
def laws() -> tuple[Law, ...]:
    """Every law, in the order of :class:`LawName`."""
    return tuple(
        importlib.import_module(f"policycheck.consent.laws.{name.value.replace('-', '_')}").LAW for name in LawName
    )


def law_named(name: str) -> Law:
    """The law called ``name``, in any letter case. Raises :class:`policycheck.errors.UsageError` when there is none."""
    wanted = _law_name(name)
    return next(law for law in laws() if law.name is wanted)


def switched_off(reasons: Mapping[str, object]) -> dict[LawName, str]:
    """The laws that are not to be looked at, each with the reason, from names and reasons as somebody wrote them.

    Raises :class:`policycheck.errors.UsageError` for a name that is no law, and for a reason that is no text or says
    nothing: a law that nobody looks at must not be forgotten.
    """
    found: dict[LawName, str] = {}
    for name, reason in reasons.items():
        law = _law_name(name)
        if not isinstance(reason, str) or not reason.strip():
            raise UsageError(f'{law} is switched off without a reason\n  fix: {law} = "why it is not looked at"')
        found[law] = reason.strip()
    return found


def _law_name(name: str) -> LawName:
    wanted = name.strip().lower()
    if wanted not in set(LawName):
        raise UsageError(f"no law is called {name!r}{did_you_mean(wanted, list(LawName))}\n  all laws: policycheck law")
    return LawName(wanted)
