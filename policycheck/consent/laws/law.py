"""What a law of consent is: a name, the rules that report it, a citation, what it needs to be looked at, a page."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from enum import StrEnum

from policycheck.consent.laws.names import LawName


class Need(StrEnum):
    """What must be there for a law to be looked at. Where it is missing the law is *not evaluated*, never passed.

    The values finish the sentence "not evaluated: ...".
    """

    CLOCK = "the driver has no clock that it can move"
    TWIN_CLOCK = "the driver's clock cannot be put back, so that no second device sees the same times"
    VALIDITY = "neither the catalogue nor the profile says how long a choice is valid"
    REVISION = "the driver cannot publish another version of the catalogue (revise)"
    GPC_PROFILE = "no profile that ties a category to Global Privacy Control is chosen"
    GPC = "the driver cannot send Sec-GPC (gpc)"
    RECORD = "nothing tells whether the choice is remembered: no asked(), no item that remembersChoice, no known signal"
    SIGNAL = "no known consent signal was stored"
    INTERACTIONS = "the driver does not count interactions"
    TWO_CATEGORIES = "the visitor decides about fewer than two categories"
    EXEMPT_ITEM = "no entry of the catalogue is exempt from consent"
    FIXED_ITEM = "no entry of the catalogue says refresh: false"
    CONSENT_ITEM = "no entry of the catalogue needs consent"
    OPT_IN = "the profile lets things be stored until the visitor objects"


@dataclass(frozen=True, slots=True)
class Law:
    """One law. ``codes`` are the rules that report a breach of it; ``module`` is where its page stands.

    ``citation`` is the law, the specification or the reason, in one line.
    """

    name: LawName
    codes: tuple[str, ...]
    citation: str
    needs: tuple[Need, ...] = ()
    module: str = field(default="", compare=False)

    @property
    def page(self) -> str:
        """The law's page: what it says, why, an example, what it needs, how to switch it off, references. Markdown."""
        import inspect

        return inspect.cleandoc(importlib.import_module(self.module).__doc__ or "")
