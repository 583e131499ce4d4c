"""What a draft says beside an entry: where it comes from, who knows it, and what a person must decide."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from policycheck.catalogue.compile import BUILT_IN_CATEGORIES
from policycheck.drafting.folding import identifier_in
from policycheck.model.legal import ConsentNeed
from policycheck.model.lifetime import describe_seconds
from policycheck.reports.text import plural

if TYPE_CHECKING:
    from policycheck.drafting.entries import Group
    from policycheck.drafting.sighting import Sighting

IDENTIFIER = "TODO: the name seems to hold an identifier; write what varies as a placeholder, as in x_<ID>"
_SHOWN = 3
_CONSENTS = ("before choice", "after refusal", "after grant", "after withdrawal")
_RATIO = 1.5
_TRAITS = {
    "secure": "Secure",
    "httpOnly": "HttpOnly",
    "sameSite": "SameSite",
    "hostOnly": "Domain",
    "partitioned": "Partitioned",
    "path": "Path",
}


def remarks_of(group: Group, category: str) -> Iterator[str]:
    """The remarks on one entry: evidence, suggestion, and what is to be done, which begins with TODO."""
    seen = group.sighting
    yield from _evidence(group, seen)
    if group.suggestion is not None:
        yield f"suggested, confidence {group.suggestion.confidence}: {group.suggestion.remark}"
    yield from _decisions(group, seen, category)


def _evidence(group: Group, seen: Sighting) -> Iterator[str]:
    names = f" under {len(group.members)} names" if len(group.members) > 1 else ""
    writers = [f"{writer}{_on(pages)}" for writer, pages in sorted(seen.writers.items())]
    when = f" {', '.join(_in_order(seen.consents))}" if seen.consents else ""
    told = [f"stored{when}{names}", *writers[:_SHOWN]] if when or names else writers[:_SHOWN]
    told += [f"and in {len(writers) - _SHOWN} more ways"] if len(writers) > _SHOWN else []
    yield "; ".join(told) + _tests(seen)
    if seen.third and seen.hosts:
        yield f"storage of {_some(seen.hosts, 'host')}: {'another site' if len(seen.hosts) == 1 else 'other sites'}"


def _decisions(group: Group, seen: Sighting, category: str) -> Iterator[str]:
    if group.exact and not group.apart and identifier_in(group.members[0].name):
        yield IDENTIFIER
    if group.apart:
        yield "TODO: other names are like it but for an identifier, and what was seen of them is not alike: one entry?"
    required = BUILT_IN_CATEGORIES.get(category, {}).get("consent") == ConsentNeed.REQUIRED
    told = group.suggestion
    own = None if told is None or told.source is None else told.source.categories.get(category)
    if told is not None and own is not None and required and own.consent is not ConsentNeed.REQUIRED:
        yield f"TODO: {category} needs no consent as pack:{told.pack} means it, and does by default: extends the pack?"
    elif "before choice" in seen.consents and required:
        yield f"TODO: it is stored before any choice, which {category} does not allow: another category, or mend it"
    differing = [word for trait, word in _TRAITS.items() if len(seen.traits.get(trait, ())) > 1]
    if differing:
        yield f"TODO: {', '.join(differing)} {'differs' if len(differing) == 1 else 'differ'} from one to the other"
    ends = [one.retentions[one.retention] for one in group.members if one.retention is not None]
    if seen.span == "duration" and min(ends) * _RATIO < max(ends):
        least = describe_seconds(min(ends)) if min(ends) else "the session"
        yield f"TODO: some of these names last {least} only"


def _tests(seen: Sighting) -> str:
    return f"; in {_some(seen.tests, 'place', 1)}" if seen.tests else ""


def _on(pages: Collection[str]) -> str:
    return f", on {_some(pages, 'page')}" if pages else ""


def _some(words: Collection[str], what: str, most: int = _SHOWN) -> str:
    """A few of many, and how many more."""
    shown, more = sorted(words)[:most], len(words) - most
    return f"{', '.join(shown)} and {plural(more, f'more {what}')}" if more > 0 else ", ".join(shown)


def _in_order(consents: Collection[str]) -> list[str]:
    """In the order in which a visitor comes through them; those of a category behind their like."""
    return sorted(consents, key=lambda said: (_CONSENTS.index(" ".join(said.split()[:2])), said))
