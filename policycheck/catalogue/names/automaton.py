"""Finite automata: a program of states, and a machine that walks it in one pass over the name.

The machine builds the deterministic states that it meets (a lazy DFA, K. Thompson 1968; R. Cox, "Regular Expression
Matching Can Be Simple And Fast") and forgets them when they are too many. So a name of n characters costs at most n
times the number of states, and nearly always n dictionary look-ups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policycheck.catalogue.names.chars import CharSet, single
from policycheck.catalogue.names.syntax import Alternate, Chars, Concat, Node, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_CACHED = 4000
"""How many transitions a machine remembers."""


class Program:
    """A nondeterministic automaton.

    State i reads one of ``sets[i]``, or nothing where that is None, and goes on to ``outs[i]``.
    ``work`` counts the states that were looked at so far, so that a test can hold the cost linear.
    """

    __slots__ = ("accept", "outs", "sets", "start", "work")

    def __init__(self, node: Node) -> None:
        self.sets: list[CharSet | None] = [None]
        self.outs: list[tuple[int, ...]] = [()]
        self.accept = 0
        self.work = 0
        self.start = self._build(node, 0)

    def _add(self, charset: CharSet | None, *targets: int) -> int:
        self.sets.append(charset)
        self.outs.append(targets)
        return len(self.sets) - 1

    def _build(self, node: Node, after: int) -> int:
        """Add the states of a node that goes on to the state ``after``; give the state where it begins."""
        if isinstance(node, Text):
            for char in reversed(node.text):
                after = self._add(single(char), after)
            return after
        if isinstance(node, Chars):
            return self._add(node.set, after)
        if isinstance(node, Concat):
            for item in reversed(node.items):
                after = self._build(item, after)
            return after
        if isinstance(node, Alternate):
            return self._add(None, *[self._build(option, after) for option in node.options])
        entry = after
        if node.high is None:
            entry = self._add(None)
            self.outs[entry] = (self._build(node.body, entry), after)
        else:
            for _ in range(node.high - node.low):
                entry = self._add(None, self._build(node.body, entry), after)
        for _ in range(node.low):
            entry = self._build(node.body, entry)
        return entry

    def closure(self, states: Iterable[int]) -> frozenset[int]:
        """All states that are reached without reading, less those that only lead on."""
        pending = list(states)
        seen = set(pending)
        while pending:
            state = pending.pop()
            if self.sets[state] is None:
                for target in self.outs[state]:
                    if target not in seen:
                        seen.add(target)
                        pending.append(target)
        self.work += len(seen)
        return frozenset(s for s in seen if s == self.accept or self.sets[s] is not None)

    def step(self, states: frozenset[int], char: str) -> frozenset[int]:
        """All states after one more character."""
        sets, outs = self.sets, self.outs
        self.work += len(states)
        return self.closure(outs[s][0] for s in states if (charset := sets[s]) is not None and char in charset)


class State(dict[str, "State"]):
    """A deterministic state: where each character leads, filled in when it is first asked for."""

    __slots__ = ("accepting", "machine", "members")

    def __init__(self, machine: Automaton, members: frozenset[int]) -> None:
        super().__init__()
        self.machine = machine
        self.members = members
        self.accepting = machine.program.accept in members

    def __missing__(self, char: str) -> State:
        return self.machine.follow(self, char)


class Automaton:
    """A machine for one tree that remembers at most ``limit`` transitions."""

    __slots__ = ("_cached", "_limit", "_states", "program", "start")

    def __init__(self, node: Node, limit: int = MAX_CACHED) -> None:
        self.program = Program(node)
        self._limit = limit
        self._cached = 0
        self._states: dict[frozenset[int], State] = {}
        self.start = self._state(self.program.closure((self.program.start,)))

    def _state(self, members: frozenset[int]) -> State:
        state = self._states.get(members)
        if state is None:
            state = self._states[members] = State(self, members)
        return state

    def follow(self, state: State, char: str) -> State:
        """Work out one transition and remember it."""
        if self._cached >= self._limit:
            self._cached = 0
            for old in self._states.values():
                old.clear()
            self._states = {self.start.members: self.start}
        members = self.program.step(state.members, char)
        self._cached += 1
        target = state[char] = self._state(members)
        return target

    def accepts(self, text: str) -> bool:
        """Whether the whole text matches."""
        state = self.start
        for char in text:
            state = state[char]
            if not state.members:
                return False
        return state.accepting

    def longest_start(self, text: str) -> int:
        """How many characters of the text some match begins with."""
        state = self.start
        for count, char in enumerate(text):
            state = state[char]
            if not state.members:
                return count
        return len(text)
