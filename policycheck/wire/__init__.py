"""Protocol text in, values out; standard library only. Nothing here raises on what a network may send."""

from typing import TYPE_CHECKING

from policycheck.wire.dates import parse_cookie_date
from policycheck.wire.hosts import (
    canonical_host,
    default_path,
    domain_match,
    is_ip_address,
    path_match,
    registrable_domain,
)
from policycheck.wire.set_cookie import parse_set_cookie
from policycheck.wire.url import RequestTarget, request_target

if TYPE_CHECKING:
    from policycheck.wire.dump import DumpedCookie, DumpedResponse, read_dump
    from policycheck.wire.folding import split_folded
    from policycheck.wire.gpc import gpc_asserted, gpc_support

__all__ = [
    "DumpedCookie",
    "DumpedResponse",
    "RequestTarget",
    "canonical_host",
    "default_path",
    "domain_match",
    "gpc_asserted",
    "gpc_support",
    "is_ip_address",
    "parse_cookie_date",
    "parse_set_cookie",
    "path_match",
    "read_dump",
    "registrable_domain",
    "request_target",
    "split_folded",
]

_LATER = {
    "DumpedCookie": "dump",
    "DumpedResponse": "dump",
    "gpc_asserted": "gpc",
    "gpc_support": "gpc",
    "read_dump": "dump",
    "split_folded": "folding",
}
"""Imported when they are first asked for, since few runs ask."""

if not TYPE_CHECKING:  # a type checker would take any name for one of these

    def __getattr__(name: str) -> object:
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
