"""From the documents of a profile, those that it extends first, to the values that rules look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from policycheck.model.legal import Exemption
from policycheck.model.lifetime import parse_retention
from policycheck.model.profile import ChoiceKind, Confidence, ConsentModel, Figure, GpcTerms, Profile, RetentionLimit

Document = Mapping[str, Any]
"""A profile as data that ``schemas/profile.schema.json`` accepts."""


def build_profile(documents: Sequence[Document]) -> Profile:
    """The profile that the last of ``documents`` states; what it leaves out is as those before it say.

    A limit replaces that of the same exemption, notes add up.
    """
    head = documents[-1]
    merged: dict[str, Any] = {}
    limits: dict[Exemption, RetentionLimit] = {}
    for document in documents:
        merged.update(document)
        own = [_limit(limit) for limit in document.get("limits", ())]
        for exemption in {limit.exemption for limit in own}:
            limits.pop(exemption, None)
        limits.update((limit.exemption, limit) for limit in own)
    return Profile(
        key=head["key"],
        title=head["title"],
        version=head["version"],
        model=ConsentModel(merged.get("model", ConsentModel.OPT_IN)),
        limits=tuple(limits.values()),
        choice_kept_at_least=_figure(merged.get("choiceKeptAtLeast")),
        choice_kept_at_most=_figure(merged.get("choiceKeptAtMost")),
        gpc=_gpc(merged.get("gpc")),
        preview=merged.get("preview", False),
        date=str(head["date"]),
        extends=head.get("extends"),
        notes=tuple(note for document in documents for note in document.get("notes", ())),
    )


def _limit(data: Document) -> RetentionLimit:
    return RetentionLimit(Exemption(data["exemption"]), parse_retention(data["longest"]), *_source(data))


def _figure(data: Document | None) -> Figure | None:
    if data is None:
        return None
    return Figure(parse_retention(data["length"]), *_source(data), ChoiceKind(data.get("choice", ChoiceKind.ANY)))


def _gpc(data: Document | None) -> GpcTerms | None:
    return None if data is None else GpcTerms(tuple(data["categories"]), *_source(data))


def _source(data: Document) -> tuple[str, str, Confidence, str]:
    return data["citation"], data["url"], Confidence(data["confidence"]), data.get("note", "")
