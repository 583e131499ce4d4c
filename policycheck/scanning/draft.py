"""The start of a catalogue: what a scan saw, as a draft that a person completes.

What nobody can see is left as TODO, which is no category, so that the draft does not pass for a catalogue before a
person has gone through it.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from policycheck.catalogue.entries import Text
from policycheck.catalogue.names.template import escape_template
from policycheck.model.lifetime import DAY, Lifetime
from policycheck.model.observation import Observation
from policycheck.model.party import Party
from policycheck.model.storage import Operation, SetBy, StorageKind
from policycheck.reports.text import plural
from policycheck.reports.visible import visible
from policycheck.scanning.plan import Phase
from policycheck.scanning.results import Scan
from policycheck.scanning.scope import shown
from policycheck.scanning.suggestions import Suggestion, Suggestions

_PROBE = 2.0
"""Seconds within which a probe is gone again."""
_MOMENT = 2
"""Seconds that a write may take."""
_SHOWN = 3
_WIDTH = 112
_IDENTIFIER = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9a-z])(?=[0-9a-f]*[0-9])[0-9a-f]{8,}(?![0-9a-z])"
    r"|[0-9]{5,}|(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[A-Za-z0-9]*[A-Z])[A-Za-z0-9]{10,}",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


@dataclass(slots=True)
class Entry:
    """One entry of storage by kind and name, with all that was seen of it, and the phases in which it was stored."""

    kind: StorageKind
    name: str
    seen: list[Observation] = field(default_factory=list[Observation])
    phases: set[Phase] = field(default_factory=set[Phase])
    probe: bool = False

    @property
    def third(self) -> bool:
        """True when it is storage of other sites alone."""
        return all(seen.party is Party.THIRD for seen in self.seen)

    @property
    def retention(self) -> str:
        """The longest lifetime that was seen, as a catalogue writes it."""
        lifetimes = [seen.lifetime for seen in self.seen if seen.lifetime is not None]
        return max(map(_retention, lifetimes), default=(0, "session"))[1]


def entries(scan: Scan) -> list[Entry]:
    """What came to lie on any device of the scan, in the order in which it was seen first."""
    found: dict[tuple[StorageKind, str], Entry] = {}
    for result in scan.phases:
        for phase, observations in ((result.phase.earlier, result.asking), (result.phase, result.observations)):
            for seen in observations:
                if seen.stored:
                    entry = found.setdefault((seen.kind, seen.name), Entry(seen.kind, seen.name))
                    entry.seen.append(seen)
                    entry.phases.add(phase)
    for entry in found.values():
        entry.probe = all(_is_probe(entry, device) for device in scan.devices)
    return list(found.values())


def write_draft(scan: Scan, suggestions: Suggestions, today: date) -> str:
    """The draft as YAML, with what packs and signals know as suggestions, each marked as one."""
    found = [(entry, suggestions.of(entry.kind, entry.name)) for entry in entries(scan)]
    host = urlsplit(scan.start).hostname or "site"
    lines = [
        f"# The start of a catalogue of {_comment(shown(scan.start))}, by policycheck scan on {today}: a draft.",
        "# Each TODO is for a person: a category, a purpose in words, and who sets what belongs to others.",
        *(f"# {line}" for note in _shortfalls(scan) for line in _lines(note)),
        *_packs(found),
        *_hosts(scan),
        "catalogue: 1",
        f"id: {_key(host)}",
        f'version: "{today.year}.1"',
        f"title: {{en: {_scalar(host)}}}",
        *_providers(found),
        "",
        "items:" if found else "items: []",
    ]
    for entry, suggestion in found:
        lines += _item(entry, suggestion, today)
    return "\n".join(lines) + "\n"


def _shortfalls(scan: Scan) -> list[str]:
    partial = [] if scan.broken is None and not scan.interrupted else ["the scan ended early: this is not all there is"]
    missing = [
        f"not observed: {result.phase.words}: {result.not_observed.partition(chr(10))[0]}"
        for result in scan.phases
        if result.not_observed is not None
    ]
    return [*partial, *missing]


def _packs(found: Iterable[tuple[Entry, Suggestion | None]]) -> list[str]:
    packs = dict.fromkeys(suggestion.pack for _, suggestion in found if suggestion is not None and suggestion.pack)
    if not packs:
        return []
    named = ", ".join(f'"pack:{pack}"' for pack in packs)
    return [f"# Packs declare some of these names; where it is that, their entries will do:  extends: [{named}]"]


def _hosts(scan: Scan) -> list[str]:
    hosts = dict.fromkeys(host for result in scan.phases for host in result.hosts)
    if not hosts:
        return []
    told = f"TODO: hosts of other sites that pages asked, each for the hosts of a provider: {', '.join(hosts)}"
    return [f"# {line}" for line in _lines(told)]


def _providers(found: Iterable[tuple[Entry, Suggestion | None]]) -> list[str]:
    known = {
        suggestion.item.provider.key: suggestion.item.provider.name
        for _, suggestion in found
        if suggestion is not None and suggestion.item is not None and suggestion.item.provider is not None
    }
    if not known:
        return []
    return ["", "providers:", *(f"  {key}: {{name: {_scalar(name)}}}" for key, name in known.items())]


def _item(entry: Entry, suggestion: Suggestion | None, today: date) -> list[str]:
    item = suggestion.item if suggestion is not None else None
    remarks = [*_remarks(entry), *([] if suggestion is None else [suggestion.remark])]
    lines = ["", *(f"  # {line}" for remark in remarks for line in _lines(remark))]
    lines += [f"  - {_name(entry.name)}", f"    kind: {entry.kind}"]
    provider = item.provider.key if item is not None and item.provider is not None else ""
    if provider or (entry.third and item is None):
        lines.append(f"    provider: {provider or 'TODO'}")
    lines.append(f"    category: {_category(suggestion)}")
    lines.append(f"    retention: {entry.retention}")
    if entry.third:
        lines.append("    party: third")
    if entry.probe:
        lines.append("    transient: true")
    if suggestion is not None and suggestion.record:
        lines.append("    remembersChoice: true")
    lines.append(f"    purpose: {_purpose(suggestion)}")
    lines.append(f'    source: {{kind: observed, date: "{today}"}}')
    return lines


def _name(name: str) -> str:
    """The field that stands for this name alone; a cookie may have an empty one, which no template can say."""
    return f"name: {_scalar(escape_template(name))}" if name else 'regex: "()"'


def _category(suggestion: Suggestion | None) -> str:
    return "TODO" if suggestion is None or suggestion.category is None else suggestion.category


def _purpose(suggestion: Suggestion | None) -> str:
    known = None if suggestion is None else suggestion.purpose
    text: Text = known or {"en": "TODO"}
    return "{" + ", ".join(f"{key}: {_scalar(words)}" for key, words in text.items()) + "}"


def _remarks(entry: Entry) -> list[str]:
    writers: dict[str, dict[str, None]] = {}
    for seen in entry.seen:
        page = seen.source.page or seen.source.url
        writers.setdefault(_writer(seen), {}).update({urlsplit(page).path or "/": None} if page else {})
    remarks = [f"stored {', '.join(phase.words for phase in Phase if phase in entry.phases)}"]
    remarks += [f"{writer}{_on(list(pages))}" for writer, pages in list(writers.items())[:_SHOWN]]
    remarks += [f"and in {len(writers) - _SHOWN} more ways"] if len(writers) > _SHOWN else []
    hosts = dict.fromkeys(seen.domain or seen.host or "" for seen in entry.seen if seen.party is Party.THIRD)
    if hosts:
        remarks.append(f"storage of {', '.join(hosts)}, which is another site")
    if _IDENTIFIER.search(entry.name):
        remarks.append("TODO: the name seems to hold an identifier; write what varies as a placeholder, as in x_<ID>")
    return remarks


def _writer(seen: Observation) -> str:
    if seen.set_by is SetBy.SERVER:
        return f"set by a response of {seen.host or 'a server'}"
    initiator = seen.source.initiator
    if initiator is None or not initiator.url:
        return "written by a script"
    own = seen.source.page is not None and shown(initiator.url) == shown(seen.source.page)
    return f"written by {'a script in the page itself' if own else initiator.describe()}"


def _on(pages: list[str]) -> str:
    more = f" and {len(pages) - _SHOWN} more pages" if len(pages) > _SHOWN else ""
    return f", on {', '.join(pages[:_SHOWN])}{more}" if pages else ""


def _lines(remark: str) -> list[str]:
    return textwrap.wrap(_comment(remark), _WIDTH, break_long_words=False, break_on_hyphens=False)


def _is_probe(entry: Entry, device: Sequence[Observation]) -> bool:
    """True when the entry never stayed on the device: each time it was removed at once, on the page that wrote it."""
    there: Observation | None = None
    for seen in device:
        if (seen.kind, seen.name) != (entry.kind, entry.name):
            continue
        if there is not None and (seen.time - there.time > _PROBE or seen.source.page != there.source.page):
            return False
        if seen.stored:
            there = seen
        elif seen.operation is Operation.DELETE:
            there = None
    return there is None


def _retention(lifetime: Lifetime) -> tuple[float, str]:
    """How long, to compare by, and how a catalogue writes it: in whole days, or a round figure below a day.

    It is never shorter than what was seen. A script computes the end from its clock, so it misses a round figure by a
    moment.
    """
    if lifetime.seconds is None:
        return (0.0, "session") if lifetime.session else (math.inf, "persistent")
    seconds = max(1, math.ceil(lifetime.seconds))
    for unit, size in (("day", DAY), ("hour", 3_600), ("minute", 60)):
        amount = math.ceil(seconds / size)
        if amount * size - seconds <= _MOMENT or (size == DAY and amount > 1):
            return lifetime.seconds, plural(amount, unit)
    return lifetime.seconds, plural(seconds, "second")


def _scalar(text: str) -> str:
    """``text`` as a YAML scalar: plain where that is sure to be read as it stands, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{visible(quoted)}"'  # which escapes as YAML does


def _key(text: str) -> str:
    """A key of the catalogue made of ``text``."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", text if text[:1].isalpha() else f"site-{text}")


def _comment(text: str) -> str:
    return visible(text.replace("\n", " "))
