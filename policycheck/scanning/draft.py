"""The start of a catalogue: what a scan saw, as a draft that a person completes."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from policycheck.drafting.inventory import Device, Inventory
from policycheck.drafting.recorded import draft_text
from policycheck.drafting.suggestions import Suggestions
from policycheck.scanning.results import Scan
from policycheck.scanning.scope import shown


def inventory_of(scan: Scan) -> Inventory:
    """What came to lie on any device of the scan, with the phases in which it was stored."""
    found = Inventory()
    for result in scan.phases:
        for phase, observations in ((result.phase.earlier, result.asking), (result.phase, result.observations)):
            for seen in observations:
                found.note(seen, phase.words)
    for observations in scan.devices:
        device = Device(found, noting=False)
        for seen in observations:
            device.see(seen)
        device.close()
    return found


def write_draft(scan: Scan, suggestions: Suggestions, today: date) -> str:
    """The draft as YAML, with what packs and signals know as suggestions, each marked as one."""
    host = urlsplit(scan.start).hostname or "site"
    notes = [
        f"The start of a catalogue of {shown(scan.start)}, by policycheck scan on {today}.",
        *_shortfalls(scan),
        *_hosts(scan),
    ]
    return draft_text(inventory_of(scan), suggestions, ".yaml", today, host, tuple(notes))[0]


def _shortfalls(scan: Scan) -> list[str]:
    partial = [] if scan.broken is None and not scan.interrupted else ["the scan ended early: this is not all there is"]
    missing = [
        f"not observed: {result.phase.words}: {result.not_observed.partition(chr(10))[0]}"
        for result in scan.phases
        if result.not_observed is not None
    ]
    return [*partial, *missing]


def _hosts(scan: Scan) -> list[str]:
    hosts = dict.fromkeys(host for result in scan.phases for host in result.hosts)
    if not hosts:
        return []
    return [f"TODO: hosts of other sites that pages asked, each for the hosts of a provider: {', '.join(hosts)}"]
