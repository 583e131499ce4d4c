"""Recognising personal data in a text, one function a kind. Well-kept libraries decide, imported when needed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policycheck.rules.value.layers import Layer

EMAIL = "emailAddress"
IP = "ipAddress"
PHONE = "phoneNumber"
NAME = "personName"

NOUNS: Mapping[str, str] = {
    EMAIL: "an e-mail address",
    IP: "an IP address",
    PHONE: "a phone number",
    NAME: "a person's name",
}
"""How messages call each kind."""

_LOCAL = r"[\w!#$%&'*+/=?^`{|}~.-]"
_EMAIL = re.compile(rf"(?:(?<!{_LOCAL})|(?<=^))({_LOCAL}{{1,64}})@((?:[\w-]{{1,63}}\.){{1,8}}[\w-]{{2,63}}|localhost)")
_FILE_ENDINGS = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "css", "js", "mjs"})
_IPV4 = re.compile(r"(?<![\w.-])(?<![A-Za-z]/)(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{2,39}(?![\w:])")
_VERSION_BEFORE = re.compile(
    r"(?:^|[^A-Za-z])(?:v|ver|version|release|build|sdk)[\"']?\s{0,3}[:=/ ]?\s{0,3}[\"']?$", re.IGNORECASE
)
_VERSION_KEY = re.compile(r"(?:^|[^a-z])v$|version|^ver|release|build|sdk", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w+.-])\+[1-9][0-9]{0,3}[ ()./-]{0,2}[0-9(][0-9 ()./-]{4,20}[0-9](?![\w])")
_NAME_CLAIMS = (
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "first_name",
    "last_name",
    "full_name",
    "givenName",
    "familyName",
    "firstName",
    "lastName",
    "fullName",
)


def has_email(layer: Layer) -> bool:
    """An address that could be delivered to, by its syntax; those of test domains (``@shop.test``) count."""
    return any(_is_email(layer.text, match) for match in _EMAIL.finditer(layer.text)) if "@" in layer.text else False


def _is_email(text: str, match: re.Match[str]) -> bool:
    local, domain = match[1], match[2]
    if local.startswith("//") and text[: match.start()].endswith(":"):
        return False  # the user of a URL: https://key@host/
    last = domain.rpartition(".")[2].lower()
    if last in _FILE_ENDINGS or not (last.isalpha() or last.startswith("xn--")):
        return False
    from email_validator import EmailNotValidError, validate_email

    # Marks that an address may hold by its syntax are, in stored values, more often what stands before one.
    for candidate in (local, re.split(r"[=/&?'{|}`]", local)[-1]):
        try:
            # The library refuses reserved names such as shop.test, which applications under test use; below .com it
            # judges the syntax alone.
            validate_email(f"{candidate}@{domain}.com", check_deliverability=False)
        except EmailNotValidError:
            continue
        return True
    return False


def has_ip(layer: Layer) -> bool:
    """An IPv4 or IPv6 address; four small numbers, and what is called a version, are taken for a version."""
    text = layer.text
    for match in _IPV4.finditer(text):
        if not _VERSION_BEFORE.search(text[max(0, match.start() - 16) : match.start()]) and _is_ipv4(match[0]):
            return not _VERSION_KEY.search(layer.key)
    return any(_is_ipv6(match[0]) for match in _IPV6.finditer(text)) if text.count(":") > 1 else False


def _is_ipv4(text: str) -> bool:
    try:
        address = IPv4Address(text)
    except AddressValueError:
        return False
    first, *rest = address.packed
    return first > 0 and any(rest) and max(address.packed) > 9


def _is_ipv6(text: str) -> bool:
    try:
        address = IPv6Address(text)
    except AddressValueError:
        return False
    groups = [group for group in text.split(":") if group]
    if "::" not in text:
        return any(len(group) > 2 for group in groups)
    # A name such as a::b is an address by syntax; people's addresses start with three or four digits.
    return text == "::1" or (len(groups) > 1 and len(groups[0]) > 2 and not address.is_multicast)


def has_phone(layer: Layer) -> bool:
    """A number in international form (``+420 ...``) that the numbering plan of its country allows."""
    if "+" not in layer.text:
        return False
    for match in _PHONE.finditer(layer.text):
        import phonenumbers

        try:
            number = phonenumbers.parse(match[0], None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return True
    return False


def has_name(layer: Layer) -> bool:
    """A claim of a JWT that holds somebody's name."""
    claims = layer.claims or {}
    return any(isinstance(value := claims.get(claim), str) and bool(value.strip()) for claim in _NAME_CLAIMS)


DETECTORS: Mapping[str, Callable[[Layer], bool]] = {EMAIL: has_email, IP: has_ip, PHONE: has_phone, NAME: has_name}
"""Every kind that is looked for, as catalogues spell it."""
