"""GPP strings of the IAB Global Privacy Platform, version 1: a header, then the sections that it lists.

Source: IAB Tech Lab, "Global Privacy Platform String", version 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policycheck.consent.signals.bits import BitReader, read_base64url
from policycheck.consent.signals.gpp_sections import FIELDS, SECTION_NAMES, UsSection, decode_us_section
from policycheck.consent.signals.signal import SignalError
from policycheck.consent.signals.tcf_string import TcString, decode_tc_string
from policycheck.consent.signals.usprivacy import UsPrivacyString, decode_us_privacy

_HEADER_TYPE = 3
_VERSION = 1


@dataclass(frozen=True, slots=True)
class GppString:
    """What a GPP string holds. ``section_ids`` are those of the header, in the order of the sections.

    ``sections`` has those that are decoded, by their names in the client API (``tcfeuv2``, ``usnat``); ``unread`` names
    the others (``usfl``, or ``section 99`` for a number that has no name here).
    """

    section_ids: tuple[int, ...]
    sections: Mapping[str, TcString | UsSection | UsPrivacyString]
    unread: tuple[str, ...] = ()
    version: int = _VERSION


def decode_gpp_string(text: str) -> GppString:
    """Decode a GPP string. Raises :class:`SignalError`, which names section, field and bit, for a malformed one."""
    header, *parts = text.split("~")
    ids = _section_ids(read_base64url(header, "GPP header"), len(parts))
    sections: dict[str, TcString | UsSection | UsPrivacyString] = {}
    unread: list[str] = []
    for number, part in zip(ids, parts, strict=True):
        name = SECTION_NAMES.get(number, f"section {number}")
        section = _section(name, part)
        if section is None:
            unread.append(name)
        else:
            sections[name] = section
    return GppString(ids, sections, tuple(unread))


def _section_ids(reader: BitReader, parts: int) -> tuple[int, ...]:
    if reader.number("Type", 6) != _HEADER_TYPE:
        raise reader.error("Type", "is not 3, the type of a GPP header", 0)
    if reader.number("Version", 6) != _VERSION:
        raise reader.error("Version", "is not 1, the one version that there is", 6)
    ids: list[int] = []
    last = 0
    for _ in range(reader.number("Sections", 12)):
        is_group = reader.flag("Sections")
        first = last + reader.fibonacci("Sections")
        last = first + reader.fibonacci("Sections") if is_group else first
        if len(ids) + last - first >= parts:
            raise reader.error("Sections", f"lists more sections than the {parts} that follow the header")
        ids.extend(range(first, last + 1))
    reader.finish()
    if len(ids) != parts:
        raise SignalError(f"GPP header: lists {len(ids)} sections, and {parts} follow")
    return tuple(ids)


def _section(name: str, text: str) -> TcString | UsSection | UsPrivacyString | None:
    if name in FIELDS:
        return decode_us_section(name, text)
    try:
        if name == "tcfeuv2":
            return decode_tc_string(text)
        return decode_us_privacy(text) if name == "uspv1" else None
    except SignalError as error:
        raise SignalError(f"section {name}: {error}") from None
