"""TC strings of the IAB Transparency and Consent Framework, 2.0 to 2.3, as values.

Source of every field: IAB Tech Lab, "Transparency and Consent String with Global Vendor & CMP List Formats", v2.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from policycheck.consent.signals.bits import BitReader, read_base64url

_VERSION = 2
_DISCLOSED_FROM = 1_772_323_200.0  # 2026-03-01T00:00Z: strings made before stay valid without the segment


class RestrictionType(IntEnum):
    """What a publisher restricts vendors to. The specification does not use 3."""

    NOT_ALLOWED = 0
    REQUIRE_CONSENT = 1
    REQUIRE_LEGITIMATE_INTEREST = 2
    UNDEFINED = 3


@dataclass(frozen=True, slots=True)
class Vendors:
    """Vendors, by their numbers in the Global Vendor List, as inclusive ranges in the order of the record.

    ``max_id`` is the highest number that the record speaks of (MaxVendorId); ``as_ranges`` is False for a record that
    spent one bit on each vendor. ``vendor in vendors`` and ``vendors.ids()`` say who is meant.
    """

    max_id: int
    ranges: tuple[tuple[int, int], ...] = ()
    as_ranges: bool = False

    def __contains__(self, vendor: int) -> bool:
        return any(first <= vendor <= last for first, last in self.ranges)

    def ids(self) -> frozenset[int]:
        """Every vendor, one by one."""
        return frozenset(vendor for first, last in self.ranges for vendor in range(first, last + 1))


@dataclass(frozen=True, slots=True)
class PublisherRestriction:
    """One entry of the publisher: for ``purpose``, these vendors are restricted to ``kind``."""

    purpose: int
    kind: RestrictionType
    vendors: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PublisherTC:
    """The publisher's own transparency and consent. Custom purposes are numbered from 1 to ``custom_purposes``."""

    purposes_consent: frozenset[int]
    purposes_li_transparency: frozenset[int]
    custom_purposes: int = 0
    custom_purposes_consent: frozenset[int] = frozenset()
    custom_purposes_li_transparency: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class TcString:
    """All that a TC string says. Times are epoch seconds; since the end of 2021 both are the start of one day, UTC.

    ``use_non_standard_texts`` was called UseNonStandardStacks before 2.2. A set of purposes holds the numbers of the
    bits that are set; legitimate interest is no consent. Segments that are absent are None; ``other_segments`` are the
    types (4 to 7) of those that the specification does not define.
    """

    created: float
    last_updated: float
    cmp_id: int
    cmp_version: int
    consent_screen: int
    consent_language: str
    vendor_list_version: int
    tcf_policy_version: int
    is_service_specific: bool
    use_non_standard_texts: bool
    special_feature_opt_ins: frozenset[int]
    purposes_consent: frozenset[int]
    purposes_li_transparency: frozenset[int]
    purpose_one_treatment: bool
    publisher_cc: str
    vendor_consents: Vendors
    vendor_legitimate_interests: Vendors
    publisher_restrictions: tuple[PublisherRestriction, ...]
    disclosed_vendors: Vendors | None = None
    allowed_vendors: Vendors | None = None
    publisher_tc: PublisherTC | None = None
    other_segments: tuple[int, ...] = ()
    version: int = _VERSION

    @property
    def lacks_disclosed_vendors(self) -> bool:
        """True when 2.3 makes this string invalid: made from March 2026 on, without the disclosed vendors segment."""
        return self.disclosed_vendors is None and self.last_updated >= _DISCLOSED_FROM


def decode_tc_string(text: str) -> TcString:
    """Decode a TC string of version 2: its core segment and every other.

    Raises :class:`SignalError`, which names segment, field and bit, for anything else: version 1, base64 of another
    alphabet, bits that end early or go on, a range that runs backwards or beyond MaxVendorId, a segment given twice.
    """
    core, *others = text.split(".")
    reader = read_base64url(core, "core segment")
    if reader.number("Version", 6) != _VERSION:
        raise reader.error("Version", "is not 2; TC strings of version 1 have been invalid since 2020", 0)
    vendors: dict[int, Vendors] = {}
    publisher_tc: PublisherTC | None = None
    unknown: list[int] = []
    seen: set[int] = set()
    for at, other in enumerate(others, 2):
        part = read_base64url(other, f"segment {at}")
        kind = part.number("SegmentType", 3)
        if kind == 0 or kind in seen:
            raise part.error("SegmentType", "is that of a segment which the string has already", 0)
        seen.add(kind)
        if kind in {1, 2}:
            part.segment = "disclosed vendors segment" if kind == 1 else "allowed vendors segment"
            vendors[kind] = _vendors(part)
        elif kind == 3:
            part.segment = "publisher TC segment"
            publisher_tc = _publisher_tc(part)
        else:
            unknown.append(kind)
            continue
        part.finish()
    return _core(reader, vendors.get(1), vendors.get(2), publisher_tc, tuple(unknown))


def _core(
    reader: BitReader,
    disclosed: Vendors | None,
    allowed: Vendors | None,
    publisher_tc: PublisherTC | None,
    other_segments: tuple[int, ...],
) -> TcString:
    # Arguments are evaluated in the order in which they are written, which is that of the record.
    found = TcString(
        created=reader.seconds("Created"),
        last_updated=reader.seconds("LastUpdated"),
        cmp_id=reader.number("CmpId", 12),
        cmp_version=reader.number("CmpVersion", 12),
        consent_screen=reader.number("ConsentScreen", 6),
        consent_language=reader.letters("ConsentLanguage", 2),
        vendor_list_version=reader.number("VendorListVersion", 12),
        tcf_policy_version=reader.number("TcfPolicyVersion", 6),
        is_service_specific=reader.flag("IsServiceSpecific"),
        use_non_standard_texts=reader.flag("UseNonStandardTexts"),
        special_feature_opt_ins=reader.ids("SpecialFeatureOptIns", 12),
        purposes_consent=reader.ids("PurposesConsent", 24),
        purposes_li_transparency=reader.ids("PurposesLITransparency", 24),
        purpose_one_treatment=reader.flag("PurposeOneTreatment"),
        publisher_cc=reader.letters("PublisherCC", 2),
        vendor_consents=_vendors(reader, "vendor consents, "),
        vendor_legitimate_interests=_vendors(reader, "vendor legitimate interests, "),
        publisher_restrictions=tuple(_restriction(reader) for _ in range(reader.number("NumPubRestrictions", 12))),
        disclosed_vendors=disclosed,
        allowed_vendors=allowed,
        publisher_tc=publisher_tc,
        other_segments=other_segments,
    )
    reader.finish()
    return found


def _vendors(reader: BitReader, where: str = "") -> Vendors:
    max_id = reader.number(f"{where}MaxVendorId", 16)
    if reader.flag(f"{where}IsRangeEncoding"):
        return Vendors(max_id, _ranges(reader, where, max_id), as_ranges=True)
    bits = reader.take(f"{where}BitField", max_id)
    ranges: list[tuple[int, int]] = []
    start = bits.find("1")
    while start >= 0:
        end = bits.find("0", start)
        end = len(bits) if end < 0 else end
        ranges.append((start + 1, end))
        start = bits.find("1", end)
    return Vendors(max_id, tuple(ranges))


def _ranges(reader: BitReader, where: str, max_id: int | None) -> tuple[tuple[int, int], ...]:
    return tuple(_range(reader, where, max_id) for _ in range(reader.number(f"{where}NumEntries", 12)))


def _range(reader: BitReader, where: str, max_id: int | None) -> tuple[int, int]:
    is_range = reader.flag(f"{where}IsARange")
    at = reader.position
    first = reader.number(f"{where}StartOrOnlyVendorId", 16)
    if first == 0:
        raise reader.error(f"{where}StartOrOnlyVendorId", "is 0, and vendors are numbered from 1", at)
    if not is_range:
        last = first
    else:
        at = reader.position
        last = reader.number(f"{where}EndVendorId", 16)
        if last < first:
            raise reader.error(f"{where}EndVendorId", "lies before the start of its range", at)
    if max_id is not None and last > max_id:
        raise reader.error(f"{where}{'EndVendorId' if is_range else 'StartOrOnlyVendorId'}", "is above MaxVendorId", at)
    return first, last


def _restriction(reader: BitReader) -> PublisherRestriction:
    where = "publisher restrictions, "
    at = reader.position
    purpose = reader.number(f"{where}PurposeId", 6)
    if purpose == 0:
        raise reader.error(f"{where}PurposeId", "is 0, and purposes are numbered from 1", at)
    kind = RestrictionType(reader.number(f"{where}RestrictionType", 2))
    return PublisherRestriction(purpose, kind, _ranges(reader, where, None))


def _publisher_tc(reader: BitReader) -> PublisherTC:
    consent = reader.ids("PubPurposesConsent", 24)
    interest = reader.ids("PubPurposesLITransparency", 24)
    count = reader.number("NumCustomPurposes", 6)
    return PublisherTC(
        purposes_consent=consent,
        purposes_li_transparency=interest,
        custom_purposes=count,
        custom_purposes_consent=reader.ids("CustomPurposesConsent", count),
        custom_purposes_li_transparency=reader.ids("CustomPurposesLITransparency", count),
    )
