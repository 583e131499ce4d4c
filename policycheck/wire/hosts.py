"""Hosts and paths as cookies compare them: RFC 6265bis, 5.1.2 to 5.1.4, and the registrable domain."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from policycheck.wire.text import ascii_lower

if TYPE_CHECKING:
    from collections.abc import Callable


_MAX_NAME = 254
"""Characters of a name in the domain name system, its trailing dot included (RFC 1035, 2.3.4)."""


def canonical_host(host: str) -> str:
    """Return the host in lower case, its labels as A-labels, an IPv6 address in brackets and in its shortest form.

    The standard library knows IDNA 2003 alone: a label that it cannot convert stays as it is, in lower case, so that
    two different names never become one; so does a name too long for the domain name system. A trailing dot stays:
    browsers keep ``example.com.`` apart. Never raises.
    """
    bare = host.removeprefix("[").removesuffix("]")
    if ":" in bare:
        try:
            return f"[{IPv6Address(bare.partition('%')[0])}]"
        except AddressValueError:
            return ascii_lower(host)
    if host.isascii() or len(host) > _MAX_NAME:
        return ascii_lower(host)
    return ".".join(map(_a_label, host.replace("\u3002", ".").split(".")))


def _a_label(label: str) -> str:
    try:
        return label.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return ascii_lower(label)


def is_ip_address(host: str) -> bool:
    """True for an IPv4 address, and for an IPv6 address with or without its brackets."""
    try:
        if ":" in host:
            IPv6Address(host.removeprefix("[").removesuffix("]"))
        else:
            IPv4Address(host)
    except AddressValueError:
        return False
    return True


def domain_match(host: str, domain: str) -> bool:
    """True when a cookie of ``domain`` goes to ``host`` (RFC 6265bis, 5.1.3); both canonical, ``domain`` without dot.

    Identical, or ``host`` is a name that ends in ``.`` and ``domain``. An IP address matches itself alone.
    """
    return host == domain or (bool(domain) and host.endswith(f".{domain}") and not is_ip_address(host))


def registrable_domain(host: str, public_suffix: Callable[[str], bool]) -> str:
    """Return the public suffix of ``host`` and the label before it: ``www.shop.example.co.uk`` gives ``example.co.uk``.

    A host that is a public suffix itself, an IP address or a single label is returned whole; so is one too long for the
    domain name system.
    """
    if len(host) > _MAX_NAME or is_ip_address(host):
        return host
    labels = host.split(".")
    for start in range(len(labels)):
        if public_suffix(".".join(labels[start:])):
            return ".".join(labels[max(start - 1, 0) :])
    return host


def default_path(path: str) -> str:
    """Return the path of a cookie without a usable Path attribute: the directory of the request's path (5.1.4)."""
    directory, slash, _ = path.rpartition("/")
    return directory if slash and directory.startswith("/") else "/"


def path_match(request_path: str, cookie_path: str) -> bool:
    """True when a cookie of ``cookie_path`` goes to ``request_path``: a prefix that ends at a ``/`` (5.1.4)."""
    if not request_path.startswith(cookie_path):
        return False
    return len(request_path) == len(cookie_path) or cookie_path.endswith("/") or request_path[len(cookie_path)] == "/"
