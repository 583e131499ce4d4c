"""Hosts as catalogues write them, and the providers that declare one."""

from __future__ import annotations

from policycheck.catalogue.entries import Catalogue, Provider
from policycheck.wire.hosts import canonical_host, domain_match


def host_matches(pattern: str, host: str) -> bool:
    """True when ``pattern`` is ``host``, or is ``*.`` and a name that ``host`` lies below."""
    host = canonical_host(host)
    if pattern.startswith("*."):
        above = canonical_host(pattern[2:])
        return host != above and domain_match(host, above)
    return host == canonical_host(pattern)


def providers_at(catalogue: Catalogue, host: str) -> tuple[Provider, ...]:
    """The providers that declare ``host``, in the order of the catalogue; none: nobody does.

    Where several do, those count that say it most closely: the host itself before a wildcard, and of wildcards the
    longest, so that ``*.example`` of one provider takes nothing from ``stats.example`` of another. Costs about the
    number of hosts that are declared.
    """
    closest: dict[tuple[bool, int], dict[str, Provider]] = {}
    for provider in catalogue.providers.values():
        for pattern in provider.hosts:
            if host_matches(pattern, host):
                closest.setdefault((not pattern.startswith("*."), len(pattern)), {})[provider.key] = provider
    return tuple(closest[max(closest)].values()) if closest else ()
