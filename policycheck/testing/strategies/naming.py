"""Names that a pattern matches, drawn from its own tree without a filter, and near misses that it does not match."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import lru_cache

from hypothesis import strategies as st

from policycheck.catalogue.entries import Catalogue, Item
from policycheck.catalogue.names import NamePattern, parse_regex, parse_template
from policycheck.catalogue.names.automaton import Automaton
from policycheck.catalogue.names.chars import CharSet, of_text
from policycheck.catalogue.names.syntax import Alternate, Chars, Concat, Node, Repeat, Text
from policycheck.errors import UsageError
from policycheck.model.storage import StorageKind

_READS_WELL = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_-."
TOKEN = of_text(_READS_WELL + "!#$%&'*+^`|~")
"""What the name of a cookie may hold by the grammar for servers (RFC 6265bis, 4.1.1; RFC 9110, 5.6.2)."""
ANY_TEXT = CharSet(((0, 0xD7FF), (0xE000, 0x10FFFF)))
"""Every character but lone surrogates, which no text of the web platform holds."""
_LONGER = 8
"""How many more characters than it must a run without end has at most."""
_SEARCHED = 2_000


def names(item: Item | NamePattern, *, catalogue: Catalogue | None = None) -> st.SearchStrategy[str]:
    """Names that ``item`` (an entry, or the pattern of one) matches: every draw does so by construction.

    The name of a cookie holds what may stand in the name of a cookie, other names any character but lone surrogates.
    With ``catalogue``, names for which a more specific entry wins are left out. Raises
    :class:`policycheck.errors.UsageError` for a cookie whose pattern matches no name that a header can carry.
    """
    drawn = _matching(_pattern(item), _is_cookie(item))
    if drawn.is_empty:
        where = " that a Set-Cookie header can carry" if _is_cookie(item) else ""
        raise UsageError(f"{_pattern(item).text!r} matches no name{where}")
    if catalogue is None or not isinstance(item, Item):
        return drawn
    return drawn.filter(lambda name: _winner(catalogue, item.kind, name) is item)


def names_beside(item: Item | NamePattern, *, catalogue: Catalogue | None = None) -> st.SearchStrategy[str]:
    """Near misses: names a slip away from one that ``item`` (an entry, or the pattern of one) matches; it does not.

    With ``catalogue``, none of its entries matches the name, for any kind of storage. Raises
    :class:`policycheck.errors.UsageError` for a pattern that matches every name.
    """
    pattern, cookie = _pattern(item), _is_cookie(item)
    last_resort = _shortest_miss(pattern, TOKEN if cookie else ANY_TEXT, 1 if cookie else 0)
    if last_resort is None:
        raise UsageError(f"{pattern.text!r} matches every name, so that there is none beside it")

    def slip(name: str, at: int, order: list[Callable[[str, int], str]]) -> str:
        slips = (change(name, at % (len(name) + 1)) for change in order)
        return next((made for made in slips if (made or not cookie) and not pattern.matches(made)), last_resort)

    matched = _matching(pattern, cookie)
    beside = st.builds(slip, matched, st.integers(0, 60), st.permutations(_SLIPS))
    if catalogue is None:
        return beside
    return beside.filter(lambda name: all(index.lookup(name) is None for index in catalogue.index.values()))


def has_names_beside(item: Item) -> bool:
    """Whether there is a name that ``item`` does not match."""
    cookie = _is_cookie(item)
    return _shortest_miss(item.pattern, TOKEN if cookie else ANY_TEXT, int(cookie)) is not None


def name_patterns() -> st.SearchStrategy[NamePattern]:
    """Patterns as a catalogue writes them: exact names, templates with a star or a placeholder, regexes."""
    words = st.text("abcdefghij", min_size=1, max_size=6)
    pairs = st.tuples(words, words)
    placeholders = {"ANY": None, "KEY": "[0-9a-f]{8}", "N": "[0-9]+"}
    labelled = st.tuples(words, st.sampled_from(list(placeholders)))
    return st.one_of(
        words.map(parse_template),
        words.map(lambda word: parse_template(f"{word}_*")),
        labelled.map(lambda parts: parse_template(f"{parts[0]}_<{parts[1]}>", placeholders)),
        pairs.map(lambda parts: parse_template(f"{parts[0]}_*_{parts[1]}")),
        pairs.map(lambda parts: parse_regex(f"{parts[0]}_(?:[a-z]{{2,4}}|{parts[1]})")),
    )


def matching_texts(pattern: NamePattern, alphabet: CharSet) -> st.SearchStrategy[str]:
    """Texts that ``pattern`` matches and whose characters are all in ``alphabet``; empty where there is none."""
    return _texts(pattern.node, alphabet)


def _pattern(item: Item | NamePattern) -> NamePattern:
    return item if isinstance(item, NamePattern) else item.pattern


def _is_cookie(item: Item | NamePattern) -> bool:
    return isinstance(item, Item) and item.kind is StorageKind.COOKIE


def _winner(catalogue: Catalogue, kind: StorageKind, name: str) -> Item | None:
    index = catalogue.index[StorageKind.LOCAL_STORAGE if kind is StorageKind.WEB else kind]
    return index.lookup(name)


@lru_cache(maxsize=512)
def _matching(pattern: NamePattern, cookie: bool) -> st.SearchStrategy[str]:
    if not cookie:
        return matching_texts(pattern, ANY_TEXT)
    drawn = matching_texts(pattern, TOKEN)
    if not pattern.matches(""):
        return drawn
    if pattern.is_exact:
        return st.nothing()
    if pattern.matches(_READS_WELL[0]):
        return drawn.map(lambda name: name or _READS_WELL[0])
    return drawn.filter(bool)


def _texts(node: Node, alphabet: CharSet) -> st.SearchStrategy[str]:
    if isinstance(node, Text):
        return st.just(node.text) if all(char in alphabet for char in node.text) else st.nothing()
    if isinstance(node, Chars):
        return _characters(node.set.intersect(alphabet))
    if isinstance(node, Concat):
        parts = [_texts(part, alphabet) for part in node.items]
        if any(part.is_empty for part in parts):
            return st.nothing()
        return st.tuples(*parts).map("".join)
    if isinstance(node, Alternate):
        return st.one_of([_texts(option, alphabet) for option in node.options])
    return _repeated(node, alphabet)


def _repeated(node: Repeat, alphabet: CharSet) -> st.SearchStrategy[str]:
    body = _texts(node.body, alphabet)
    if body.is_empty:
        return st.nothing() if node.low else st.just("")
    high = node.low + _LONGER if node.high is None else min(node.high, node.low + _LONGER)
    if isinstance(node.body, Chars):
        return st.text(body, min_size=node.low, max_size=high)
    return st.lists(body, min_size=node.low, max_size=high).map("".join)


def _characters(charset: CharSet) -> st.SearchStrategy[str]:
    """One character, from those that read well when it is shrunk."""
    pleasant = [char for char in _READS_WELL if char in charset]
    rest = charset.intersect(of_text("".join(pleasant)).negate())
    others = len(rest)
    choices: list[st.SearchStrategy[str]] = []
    if pleasant:
        choices.append(st.sampled_from(pleasant))
    if others:
        choices.append(st.integers(0, others - 1).map(lambda number: _nth(rest, number)))
    return st.one_of(choices)


def _nth(charset: CharSet, number: int) -> str:
    for low, high in charset.ranges:
        if number <= high - low:
            return chr(low + number)
        number -= high - low + 1
    raise IndexError(number)


_SLIPS: list[Callable[[str, int], str]] = [
    lambda name, at: f"{name}2",
    lambda name, at: f"x{name}",
    lambda name, at: name[:at] + name[at + 1 :],
    lambda name, at: name[:at] + "x" + name[at:],
    lambda name, at: name[:at] + name[at : at + 1].swapcase() + name[at + 1 :],
    lambda name, at: name[:at] + "-" + name[at + 1 :],
    lambda name, at: name.swapcase(),
    lambda name, at: name[::-1],
]


@lru_cache(maxsize=512)
def _shortest_miss(pattern: NamePattern, alphabet: CharSet, least: int) -> str | None:
    """A short name of ``alphabet``, of at least ``least`` characters, that does not match; None where there is none."""
    automaton = Automaton(pattern.node)
    sets = [charset for charset in automaton.program.sets if charset is not None]
    cuts = {low for low, _ in alphabet.ranges}
    cuts |= {edge for charset in sets for low, high in charset.ranges for edge in (low, high + 1)}
    chars = sorted({chr(cut) for cut in cuts if cut <= 0x10FFFF and chr(cut) in alphabet} | {_READS_WELL[0]})
    queue = deque([("", automaton.start)])
    seen = {automaton.start.members}
    while queue and len(seen) < _SEARCHED:
        name, state = queue.popleft()
        if len(name) >= least and not state.accepting:
            return name
        for char in chars:
            target = state[char]
            if target.members not in seen or len(name) + 1 == least:
                seen.add(target.members)
                queue.append((name + char, target))
    return None
