"""Short words of which the other strategies make names, keys and texts."""

from __future__ import annotations

from hypothesis import strategies as st

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = st.text(LETTERS, min_size=1, max_size=6)
"""Words of lower-case letters, of which ``a`` is the simplest."""
KEYS = st.tuples(st.sampled_from(LETTERS), st.text(LETTERS + "-._0", max_size=4)).map("".join)
"""Keys as the schema wants them: a letter, then letters, digits, dots, hyphens and underscores."""
_TAGS = st.sampled_from(["en", "cs", "pt-BR"])
_BY_LANGUAGE = st.dictionaries(_TAGS, WORDS | st.just("Žluťoučký kůň"), min_size=1, max_size=2)
TEXTS: st.SearchStrategy[str | dict[str, str]] = st.one_of(WORDS, _BY_LANGUAGE)
"""Texts for people: plain, or by language."""
