"""Guesses at what a misspelled word meant, for messages."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """``; did you mean 'analytics'?``, or nothing when no word is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, [str(known) for known in words], n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
