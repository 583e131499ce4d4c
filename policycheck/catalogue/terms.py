"""From the plain data of ``consent`` to the terms on which a site honours choices, with every problem on the way."""

from __future__ import annotations

from policycheck.catalogue.compile_items import nearest_retention
from policycheck.catalogue.documents import Piece
from policycheck.catalogue.entries import ConsentTerms
from policycheck.catalogue.fields import word
from policycheck.catalogue.plain import as_object
from policycheck.catalogue.problems import Problem
from policycheck.model.lifetime import Retention, RetentionKind, parse_retention

_HINT = "write a number and a unit (6 months), or an ISO 8601 duration (P6M)"
_WITHOUT = {
    "validity": "leave it out where a choice counts for ever",
    "grace": "leave it out where things may lie there until the next page load",
}


def consent_terms(piece: Piece | None, problems: list[Problem]) -> ConsentTerms:
    """The terms that ``piece`` states. What is no duration goes into ``problems``."""
    if piece is None:
        return ConsentTerms()
    return ConsentTerms(_term("validity", piece, problems), _term("grace", piece, problems))


def _term(name: str, piece: Piece, problems: list[Problem]) -> Retention | None:
    text = word(as_object(piece.data), name)
    if not text:
        return None
    try:
        term = parse_retention(text)
    except ValueError:
        guess = nearest_retention(text)
        meant = guess if guess not in set(RetentionKind) else None
        problems.append(Problem(piece.locate(name), f"{text!r} is not a duration", _HINT, meant))
        return None
    if term.kind is not RetentionKind.DURATION:
        problems.append(
            Problem(piece.locate(name), f"{name} is a duration, not {text!r}", f"{_HINT}; {_WITHOUT[name]}")
        )
        return None
    return term
