"""The consent signal of the IAB Global Privacy Platform: a GPP string in a cookie or in web storage."""

from __future__ import annotations

from policycheck.consent.signals.gpp_sections import UsSection
from policycheck.consent.signals.gpp_string import decode_gpp_string
from policycheck.consent.signals.signal import SignalReading
from policycheck.consent.signals.tcf import choices_of, version_of
from policycheck.consent.signals.tcf_string import TcString
from policycheck.consent.signals.usprivacy import UsPrivacyString

OPT_OUTS = {
    "sale": "SaleOptOut",
    "sharing": "SharingOptOut",
    "targetedAdvertising": "TargetedAdvertisingOptOut",
}
"""Our key for what a visitor of the United States can opt out of, with its field."""


def decode(text: str) -> SignalReading:
    """Read the choices in a GPP string: the keys of TCF for ``tcfeuv2``, and of :data:`OPT_OUTS` for the US sections.

    True is "did not opt out"; an opt-out in one section counts, whatever another says. Under a law of opting out nobody
    is asked beforehand: without an opt-out, and without a TC string, nobody has chosen. What Global Privacy Control
    said is in :func:`decode_gpp_string`; the browser says it itself. Sections that are not decoded are passed over.
    Raises :class:`SignalError`.
    """
    found = decode_gpp_string(text)
    choices: dict[str, bool | None] = {}
    time: float | None = None
    version: str | None = None
    chosen = False
    for section in found.sections.values():
        if isinstance(section, TcString):
            choices.update(choices_of(section))
            time, version, chosen = section.last_updated, version_of(section), True
        else:
            for key, choice in _opt_outs(section).items():
                choices[key] = _stricter(choices.get(key), choice)
    chosen = chosen or any(choices.get(key) is False for key in OPT_OUTS)
    return SignalReading(signal="gpp", choices=choices, time=time, version=version, chosen=chosen)


def _opt_outs(section: UsSection | UsPrivacyString) -> dict[str, bool | None]:
    if isinstance(section, UsPrivacyString):
        return {"sale": None if section.opted_out is None else not section.opted_out}
    return {key: section.allows(field) for key, field in OPT_OUTS.items() if field in section.values}


def _stricter(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return True if one or other else None
