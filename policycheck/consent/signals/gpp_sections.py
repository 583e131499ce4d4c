"""The sections of a GPP string for the United States: their fields, two bits each, in the order of the record.

Source: the field tables in IAB Tech Lab, Global-Privacy-Platform, "Sections/US-National" and "Sections/US-States".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policycheck.consent.signals.bits import BitReader, read_base64url
from policycheck.consent.signals.signal import SignalError

SECTION_NAMES = {
    1: "tcfeuv1", 2: "tcfeuv2", 5: "tcfca", 6: "uspv1", 7: "usnat", 8: "usca", 9: "usva", 10: "usco", 11: "usut",
    12: "usct", 13: "usfl", 14: "usmt", 15: "usor", 16: "ustx", 17: "usde", 18: "usia", 19: "usne", 20: "usnh",
    21: "usnj", 22: "ustn", 23: "usmn", 24: "usmd", 25: "usin", 26: "usky", 27: "usri",
}  # fmt: skip
"""The name of each section in the client API, by its number. Not all of them are decoded."""

_MSPA = {"MspaCoveredTransaction": 1, "MspaOptOutOptionMode": 1, "MspaServiceProviderMode": 1}


def _state(
    *notices: str, opt_outs: tuple[str, ...], sensitive: int, children: int, personal: bool = False
) -> dict[str, int]:
    return {
        **dict.fromkeys(notices, 1),
        **dict.fromkeys(opt_outs, 1),
        "SensitiveDataProcessing": sensitive,
        "KnownChildSensitiveDataConsents": children,
        **({"PersonalDataConsents": 1} if personal else {}),
        **_MSPA,
    }


_SALE_SHARING_ADS = ("SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut")
_SALE_ADS = ("SaleOptOut", "TargetedAdvertisingOptOut")
_THREE_NOTICES = ("SharingNotice", "SaleOptOutNotice", "TargetedAdvertisingOptOutNotice")
_NATIONAL_NOTICES = (
    "SharingNotice",
    "SaleOptOutNotice",
    "SharingOptOutNotice",
    "TargetedAdvertisingOptOutNotice",
    "SensitiveDataProcessingOptOutNotice",
    "SensitiveDataLimitUseNotice",
)
_NATIONAL_2022 = _state(*_NATIONAL_NOTICES, opt_outs=_SALE_SHARING_ADS, sensitive=12, children=2, personal=True)
_NATIONAL_2024 = _state(*_NATIONAL_NOTICES, opt_outs=_SALE_SHARING_ADS, sensitive=16, children=3, personal=True)
FIELDS: Mapping[str, Mapping[str, int]] = {
    "usnat": _NATIONAL_2024,
    "usca": _state(
        "SaleOptOutNotice",
        "SharingOptOutNotice",
        "SensitiveDataLimitUseNotice",
        opt_outs=("SaleOptOut", "SharingOptOut"),
        sensitive=9,
        children=2,
        personal=True,
    ),
    "usva": _state(*_THREE_NOTICES, opt_outs=_SALE_ADS, sensitive=8, children=1),
    "usco": _state(*_THREE_NOTICES, opt_outs=_SALE_ADS, sensitive=7, children=1),
    "usut": _state(*_THREE_NOTICES, "SensitiveDataProcessingOptOutNotice", opt_outs=_SALE_ADS, sensitive=8, children=1),
    "usct": _state(*_THREE_NOTICES, opt_outs=_SALE_ADS, sensitive=8, children=3),
}
"""Field names of each section that is decoded, with how many values of two bits a field holds."""

_WITHOUT_GPC = frozenset({"usva", "usut"})
_BITS_2024 = 6 + 2 * sum(_NATIONAL_2024.values())


@dataclass(frozen=True, slots=True)
class UsSection:
    """One section for the United States. ``values`` holds 0 (not applicable), 1 or 2 by field name.

    In fields that end on ``OptOut`` 1 is opted out and 2 did not opt out; in notices 1 is given; in consents 1 is no
    and 2 yes. ``gpc`` is what the browser's Global Privacy Control said, None where the section does not tell.
    """

    name: str
    version: int
    values: Mapping[str, tuple[int, ...]]
    gpc: bool | None = None

    def allows(self, field: str) -> bool | None:
        """True: did not opt out. False: opted out. None: not applicable, or this section has no such field."""
        return {1: False, 2: True}.get(self.values.get(field, (0,))[0])


def decode_us_section(name: str, text: str) -> UsSection:
    """Decode a section that :data:`FIELDS` names. Raises :class:`SignalError`, which names section, field and bit."""
    core, *others = text.split(".")
    reader = read_base64url(core, f"section {name}")
    version = reader.number("Version", 6)
    if version != 1:
        raise reader.error("Version", "is not 1, the one version whose fields are known", 0)
    fields = FIELDS[name]
    if name == "usnat" and reader.length < _BITS_2024:
        fields = _NATIONAL_2022  # the number stayed at 1 when fields were added: the length tells
    values = {field: _values(reader, field, count) for field, count in fields.items()}
    reader.finish()
    if len(others) > (0 if name in _WITHOUT_GPC else 1):
        raise SignalError(f"section {name}: has more sub-sections than its specification defines: {len(others)}")
    return UsSection(name, version, values, _gpc(name, others[0]) if others else None)


def _values(reader: BitReader, field: str, count: int) -> tuple[int, ...]:
    start = reader.position
    values = tuple(reader.number(field, 2) for _ in range(count))
    if 3 in values:
        raise reader.error(field, "is 3, which means nothing", start + 2 * values.index(3))
    return values


def _gpc(name: str, text: str) -> bool:
    reader = read_base64url(text, f"section {name}, GPC sub-section")
    if reader.number("SubsectionType", 2) != 1:
        raise reader.error("SubsectionType", "is not 1, the type of the GPC sub-section", 0)
    value = reader.flag("Gpc")
    reader.finish()
    return value
