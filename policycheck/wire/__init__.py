"""Protocol text in, values out; standard library only. Nothing here raises on what a network may send."""

from policycheck.wire.dates import parse_cookie_date
from policycheck.wire.dump import DumpedCookie, DumpedResponse, read_dump
from policycheck.wire.folding import split_folded
from policycheck.wire.gpc import gpc_asserted, gpc_support
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
