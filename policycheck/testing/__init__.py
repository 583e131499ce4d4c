"""For the tests of other people: the consent machine, drivers of applications, strategies.

Everything here is imported when it is asked for (PEP 562): Hypothesis by the machine and the strategies alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policycheck.testing.lazily import exported

if TYPE_CHECKING:
    from policycheck.testing.driver import ConsentDriver
    from policycheck.testing.drivers import (
        AsgiDriver,
        DjangoDriver,
        FlaskDriver,
        HttpDriver,
        LiveDriver,
        StarletteDriver,
        WsgiDriver,
    )
    from policycheck.testing.journey import ConsentJourney, consent_journey
    from policycheck.testing.running import ConsentOutcome, run_consent_machine
    from policycheck.testing.states import consent_states
    from policycheck.testing.violation import ConsentViolation

_HOMES = {
    "AsgiDriver": "drivers",
    "ConsentDriver": "driver",
    "ConsentJourney": "journey",
    "ConsentOutcome": "running",
    "ConsentViolation": "violation",
    "DjangoDriver": "drivers",
    "FlaskDriver": "drivers",
    "HttpDriver": "drivers",
    "LiveDriver": "drivers",
    "StarletteDriver": "drivers",
    "WsgiDriver": "drivers",
    "consent_journey": "journey",
    "consent_states": "states",
    "run_consent_machine": "running",
}

__all__ = [
    "AsgiDriver",
    "ConsentDriver",
    "ConsentJourney",
    "ConsentOutcome",
    "ConsentViolation",
    "DjangoDriver",
    "FlaskDriver",
    "HttpDriver",
    "LiveDriver",
    "StarletteDriver",
    "WsgiDriver",
    "consent_journey",
    "consent_states",
    "run_consent_machine",
]


def __getattr__(name: str) -> Any:
    return exported(__name__, _HOMES, name)
