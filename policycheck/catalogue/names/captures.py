"""What each placeholder of a template stood for in one name.

First forwards, which positions each part can end at; then backwards, choosing the leftmost start. So earlier
placeholders take as little as they can, and nothing is ever tried twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policycheck.catalogue.names.automaton import Program
from policycheck.catalogue.names.shape import gap_of
from policycheck.catalogue.names.syntax import Node, Text, reverse

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a template as written: its tree, and the placeholder's name where it comes from one."""

    node: Node
    placeholder: str | None = None


def capture(parts: tuple[Part, ...], name: str) -> dict[str, str] | None:
    """Give the text of each placeholder (of its first use), or None where the name does not match."""
    reached: list[AbstractSet[int]] = [{0}]
    for part in parts:
        reached.append(_ends(part.node, name, reached[-1]))
    end = len(name)
    if end not in reached[-1]:
        return None
    found: dict[str, str] = {}
    for part, starts in zip(reversed(parts), reversed(reached[:-1]), strict=True):
        start = _start(part.node, name, starts, end)
        if part.placeholder is not None:
            found[part.placeholder] = name[start:end]
        end = start
    return dict(reversed(found.items()))


def _ends(node: Node, name: str, starts: AbstractSet[int]) -> AbstractSet[int]:
    if isinstance(node, Text):
        return {start + len(node.text) for start in starts if name.startswith(node.text, start)}
    low = gap_of(node)
    if low is not None:
        return set(range(min(starts) + low, len(name) + 1)) if starts else starts
    program = Program(node)
    first = program.closure((program.start,))
    states: frozenset[int] = frozenset()
    ends: set[int] = set()
    for at in range(len(name) + 1):
        if at in starts:
            states |= first
        if program.accept in states:
            ends.add(at)
        if at < len(name):
            states = program.step(states, name[at])
    return ends


def _start(node: Node, name: str, starts: AbstractSet[int], end: int) -> int:
    """The smallest of the starts from which the node matches up to ``end``; one does."""
    if isinstance(node, Text):
        return end - len(node.text)
    if gap_of(node) is not None:
        return min(starts)
    program = Program(reverse(node))
    states = program.closure((program.start,))
    best = end
    for at in range(end, -1, -1):
        if program.accept in states and at in starts:
            best = at
        if not states or at == 0:
            break
        states = program.step(states, name[at - 1])
    return best
