"""Which names are one: `_ga_ABC123` and `_ga_DEF456` are `_ga_<ID>`, `cart_eu` and `cart_us` are two carts.

A name is taken apart; what no person would have chosen leaves a gap, and names that are alike but for their gaps are
looked at together. What varies in a gap decides: the pattern is as narrow as what was seen, and where the texts may be
words, versions or things that somebody numbered, the names stay apart. The result does not depend on the order.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from policycheck.catalogue.names import NameIndex, NamePattern, parse_template
from policycheck.catalogue.names.template import escape_template
from policycheck.drafting.slots import Slot, slot_of
from policycheck.drafting.tokens import PERSONAL, Kind, Token, changes, tokens

Part = str | Slot
_GAP = Token(Kind.WORD, "")
_TAIL = re.compile(r"([A-Za-z][A-Za-z.]*[_.:-])([A-Za-z0-9_-]{16,})={0,2}")
_RESTLESS = 0.5


@dataclass(frozen=True, slots=True)
class Fold:
    """Names that are one: the parts of their template, and the names."""

    parts: tuple[Part, ...]
    names: tuple[str, ...]

    def template(self, labels: Mapping[Slot, str]) -> str:
        """The name as a catalogue writes it, with the placeholders of ``labels``."""
        return "".join(escape_template(part) if isinstance(part, str) else f"<{labels[part]}>" for part in self.parts)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What varies, each once."""
        return tuple(dict.fromkeys(part for part in self.parts if isinstance(part, Slot)))

    @property
    def pattern(self) -> NamePattern:
        """What the template stands for."""
        labels = {slot: f"P{number}" for number, slot in enumerate(self.slots)}
        return parse_template(self.template(labels), {label: slot.pattern for slot, label in labels.items()})

    @property
    def personal(self) -> bool:
        """True where what varies tells who somebody is."""
        return any(slot.label in {"EMAIL", "IP_ADDRESS"} for slot in self.slots)


@dataclass(frozen=True, slots=True)
class Folding:
    """``folds`` by template, and names that look alike and were kept ``apart``, since what was seen of them differs."""

    folds: tuple[Fold, ...]
    apart: frozenset[str]


def fold(names: Mapping[str, Hashable]) -> Folding:
    """Fold ``names``, all of one kind of storage. Only those fold whose values are equal: what was seen of them."""
    left = set(names)
    folds: list[Fold] = []
    apart: set[str] = set()
    for find in (_by_words, _by_glued_words, _by_tail):
        for found in find(sorted(left)):
            if len({names[name] for name in found.names}) > 1 and not found.personal:
                apart.update(found.names)
            else:
                folds.append(found)
        left.difference_update(*(found.names for found in folds))
        left -= apart
    return Folding(tuple(_undisputed(folds, names, left)), frozenset(apart))


def _undisputed(folds: Collection[Fold], names: Mapping[str, Hashable], left: Collection[str]) -> Iterator[Fold]:
    """Those that stand for no names but their own and such as are ``left`` and alike, which they take in."""
    ordered = sorted(folds, key=lambda found: found.names)
    index = NameIndex((one.pattern, number) for number, one in enumerate(ordered))
    owners = {name: number for number, one in enumerate(ordered) for name in one.names}
    taken: dict[int, list[str]] = {}
    disputed: set[int] = set()
    for name in names:
        others = [number for number in index.lookup_all(name) if number != owners.get(name)]
        alike = len(others) == 1 and name in left and names[name] == names[ordered[others[0]].names[0]]
        if alike:
            taken.setdefault(others[0], []).append(name)
        else:
            disputed.update(others)
    for number, one in enumerate(ordered):
        if one.personal or number not in disputed:
            yield replace(one, names=tuple(sorted([*one.names, *taken.get(number, ())])))


def identifier_in(name: str) -> bool:
    """Whether a name alone seems to hold an identifier, so that the next visitor has another name."""
    return any(token.recognised or _is_long(token) for token in (*tokens(name), *tokens(name, glued=True)))


def _is_long(token: Token) -> bool:
    if token.kind is not Kind.WORD or not token.may_vary:
        return False
    text = token.text
    if text.isdigit():
        return len(text) >= 5
    if text.isalpha():
        return len(text) >= 16
    return len(text) >= 8


def _by_words(names: Collection[str]) -> Iterator[Fold]:
    yield from _alike((name, tokens(name)) for name in names)


def _by_glued_words(names: Collection[str]) -> Iterator[Fold]:
    yield from _alike((name, tokens(name, glued=True)) for name in names)


def _alike(taken: Iterable[tuple[str, tuple[Token, ...]]]) -> Iterator[Fold]:
    shapes: dict[tuple[Token, ...], dict[str, tuple[Token, ...]]] = defaultdict(dict)
    for name, pieces in taken:
        shape = tuple(
            Token(piece.kind, "") if piece.recognised else _GAP if piece.may_vary else piece for piece in pieces
        )
        shapes[shape][name] = pieces
    for members in shapes.values():
        yield from _resolved(members)


def _resolved(members: Mapping[str, tuple[Token, ...]]) -> Iterator[Fold]:
    """The folds among names of one shape. Where a gap holds words, the names part by them."""
    first = next(iter(members.values()))
    personal = any(token.kind in PERSONAL for token in first)
    if len(members) < 2 and not personal:
        return
    parts: list[Part] = []
    for at, token in enumerate(first):
        texts = {pieces[at].text for pieces in members.values()}
        if len(texts) == 1 and token.kind not in PERSONAL:
            parts.append(token.text)
            continue
        slot = slot_of(token.kind, texts)
        if slot is None:
            for text in sorted(texts):
                yield from _resolved({name: pieces for name, pieces in members.items() if pieces[at].text == text})
            return
        parts.append(slot)
    if any(isinstance(part, Slot) for part in parts):
        yield Fold(tuple(_merged(parts)), tuple(sorted(members)))


def _merged(parts: Iterable[Part]) -> Iterator[Part]:
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        if text:
            yield text
        text = ""
        yield part
    if text:
        yield text


def _by_tail(names: Collection[str]) -> Iterator[Fold]:
    """A word, then base64url: its own signs take it apart where no word ends."""
    tails: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for name in names:
        found = _TAIL.fullmatch(name)
        if found is not None and _is_base64url(found[2]):
            tails[found[1], len(name)][name] = found[2]
    for (head, _), members in tails.items():
        texts = members.values()
        if len(members) > 1 and sum(map(changes, texts)) / len(members) >= _RESTLESS:
            size = {len(text) for text in texts}
            padded = any(name.endswith("=") for name in members)
            slot = Slot("TOKEN", "[0-9A-Za-z_-]+={0,2}" if padded or len(size) > 1 else f"[0-9A-Za-z_-]{{{min(size)}}}")
            yield Fold((head, slot), tuple(sorted(members)))


def _is_base64url(text: str) -> bool:
    return all(sum(map(test, text)) >= least for test, least in ((str.isupper, 3), (str.islower, 3), (str.isdigit, 1)))
