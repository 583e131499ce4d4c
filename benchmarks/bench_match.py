"""Names: look-ups against the size of the catalogue, beside a plain dict, a loop of ``re`` and ``re2.Set``.

Run ``python benchmarks/bench_match.py``, or with ``--quick`` for the small sizes only. Every figure is the median
over rounds in which all contestants take turns; look-ups are given as a fraction of a loop of ``dict.get`` over the
same names.
"""

from __future__ import annotations

import gc
import importlib
import random
import re
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any, cast

from policycheck.catalogue.names import NameIndex, parse_template

SEED = 20260101
ROUNDS = 9
PLACEHOLDERS: dict[str, str | None] = {"ID": None, "KEY": "[0-9a-f]{8}", "N": "[0-9]+"}
HEX = "0123456789abcdef"
CONSONANTS, VOWELS = "bcdfghjklmnprstvwz", "aeiou"

Lookup = Callable[[str], object]


def word(rng: random.Random, low: int = 2, high: int = 4) -> str:
    return "".join(rng.choice(CONSONANTS) + rng.choice(VOWELS) for _ in range(rng.randint(low, high)))


def catalogue(size: int, rng: random.Random, *, mixed: bool) -> list[str]:
    """Give distinct names, a quarter of them variable.

    Published lists have the variable part at the end, and it is anything. A mixed one also has keys and numbers of a
    given form, and one variable name in ten begins with its variable part; of these, one in five ends with another.
    """
    names: dict[str, None] = {}
    ends = ["*", "<ID>", "<ID>", "<KEY>", "<N>-<N>"] if mixed else ["*", "<ID>"]
    while len(names) < size:
        base = rng.choice(["", "_", "__"]) + rng.choice("_-.").join(word(rng) for _ in range(rng.randint(1, 3)))
        kind = rng.random()
        if kind < 0.75:
            names[base] = None
        elif not mixed or kind < 0.975:
            names[base + "_" + rng.choice(ends)] = None
        elif kind < 0.995 or len(base) < 7:
            names["*_" + base] = None
        else:
            names["*" + base + "*"] = None
    return list(names)


def instance(text: str, rng: random.Random) -> str:
    text = text.replace("<ID>", word(rng)).replace("<KEY>", "".join(rng.choices(HEX, k=8)))
    while "<N>" in text:
        text = text.replace("<N>", str(rng.randint(1, 10**6)), 1)
    while "*" in text:
        text = text.replace("*", word(rng), 1)
    return text


def stream(texts: Sequence[str], count: int, rng: random.Random) -> list[str]:
    """Give observed names: entries evenly, so a quarter of them variable, and one in twenty that nothing declares."""
    return [word(rng, 4, 7) if rng.random() < 0.05 else instance(rng.choice(texts), rng) for _ in range(count)]


def timed(lookup: Lookup, names: Sequence[str]) -> float:
    start = time.process_time()
    for name in names:
        lookup(name)
    return (time.process_time() - start) / len(names)


def compare(contestants: dict[str, tuple[Lookup, Sequence[str]]], rounds: int = ROUNDS) -> dict[str, float]:
    """Give seconds a look-up for each, the median over rounds in which they take turns."""
    taken: dict[str, list[float]] = {label: [] for label in contestants}
    for _ in range(rounds):
        for label, (lookup, names) in contestants.items():
            taken[label].append(timed(lookup, names))
    return {label: statistics.median(times) for label, times in taken.items()}


def to_re(text: str) -> str:
    """Write a template of this file as a regex, for the peers."""
    out: list[str] = []
    for piece in re.split(r"(<\w+>|\*)", text):
        if piece == "*":
            out.append("(?s:.*)")
        elif piece.startswith("<"):
            out.append(PLACEHOLDERS[piece[1:-1]] or "(?s:.+)")
        else:
            out.append(re.escape(piece))
    return "".join(out)


def re_loop(texts: Sequence[str]) -> Lookup:
    compiled = [re.compile(to_re(text)) for text in texts]

    def lookup(name: str) -> object:
        for number, pattern in enumerate(compiled):
            if pattern.fullmatch(name):
                return number
        return None

    return lookup


def re2_set(texts: Sequence[str]) -> Lookup | None:
    try:
        re2: Any = importlib.import_module("re2")
    except ImportError:
        return None
    options = re2.Options()
    options.max_mem = 1 << 30
    options.log_errors = False
    together = re2.Set.FullMatchSet(options)
    for text in texts:
        together.Add(to_re(text))
    together.Compile()
    return cast("Lookup", together.Match)


def sizes_table(sizes: Sequence[int], *, mixed: bool) -> None:
    kind = "a mixed catalogue" if mixed else "a catalogue as published ones are"
    print(f"\nLook-ups as a fraction of a dict.get loop (1.00), 25 % variable names, {kind}")
    print(f"{'entries':>9} {'dict.get ns':>12} {'no memo':>9} {'memo':>7} {'build us/entry':>15} {'bytes/entry':>12}")
    for size in sizes:
        rng = random.Random(SEED)
        texts = catalogue(size, rng, mixed=mixed)
        entries = [(parse_template(text, PLACEHOLDERS, {}), text) for text in texts]
        observed = stream(texts, 20_000, rng)
        repeated = rng.choices(observed, k=2_000) * 10
        plain = dict.fromkeys(texts, 1)
        build, memory = build_cost(texts)
        index = NameIndex(entries, memo_size=0)
        memoised = NameIndex(entries)
        found = compare(
            {
                "dict": (plain.get, observed),
                "index": (index.lookup, observed),
                "dict again": (plain.get, repeated),
                "memo": (memoised.lookup, repeated),
            }
        )
        print(
            f"{size:>9,} {found['dict'] * 1e9:>12.0f} {found['dict'] / found['index']:>9.2f}"
            f" {found['dict again'] / found['memo']:>7.2f} {build * 1e6:>15.2f} {memory:>12.0f}"
        )


def build_cost(texts: Sequence[str]) -> tuple[float, float]:
    """Give seconds and bytes an entry for the index, over fresh patterns."""
    times: list[float] = []
    for _ in range(5):
        fresh = [(parse_template(text, PLACEHOLDERS, {}), text) for text in texts]
        gc.collect()
        start = time.process_time()
        NameIndex(fresh)
        times.append(time.process_time() - start)
    fresh = [(parse_template(text, PLACEHOLDERS, {}), text) for text in texts]
    gc.collect()
    tracemalloc.start()
    index = NameIndex(fresh)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(index) == len(texts)
    return statistics.median(times) / len(texts), used / len(texts)


def peers_table(size: int) -> None:
    rng = random.Random(SEED)
    texts = catalogue(size, rng, mixed=True)
    index = NameIndex([(parse_template(text, PLACEHOLDERS, {}), text) for text in texts], memo_size=0)
    observed = stream(texts, 4_000, rng)
    contestants: dict[str, tuple[Lookup, Sequence[str]]] = {
        "dict.get": (dict.fromkeys(texts, 1).get, observed),
        "index, no memo": (index.lookup, observed),
        "loop of re": (re_loop(texts), observed[:60]),
    }
    together = re2_set(texts)
    if together is not None:
        contestants["re2.Set"] = (together, observed)
    found = compare(contestants, 5)
    print(f"\nPeers at {size:,} entries: how many times the index is faster")
    for label, seconds in found.items():
        print(f"{label:>16} {seconds * 1e6:>10.2f} us {seconds / found['index, no memo']:>9.2f}x")


def worst_table() -> None:
    """One hostile key against catalogues made to be slow."""
    hostile = {
        "nested prefixes": ["a" * n + "*b" for n in range(1, 2_500)],
        "one prefix, many ends": [f"a*x{n}" for n in range(2_500)],
        "stars": ["*" + "*".join("a" * (1 + (n >> bit) % 3) for bit in range(6)) + f"*b{n}" for n in range(2_500)],
        "infixes": [f"*a{'a' * (n % 50)}b{n}*" for n in range(2_500)],
    }
    print("\nWorst case: microseconds for a key of n characters against 2,500 hostile entries")
    print(f"{'catalogue':>24} {'n=1,024':>10} {'n=2,048':>10} {'n=4,096':>10}")
    for label, texts in hostile.items():
        index = NameIndex([(parse_template(text, {}, {}), text) for text in texts], memo_size=0)
        row: list[float] = []
        for length in (1_024, 2_048, 4_096):
            key = "a" * length
            index.lookup(key)
            row.append(statistics.median(timed(index.lookup, [key] * 20) for _ in range(5)))
        print(f"{label:>24} " + " ".join(f"{seconds * 1e6:>10.0f}" for seconds in row))


def main() -> None:
    quick = "--quick" in sys.argv[1:]
    sizes = [100, 2_500] if quick else [100, 1_000, 2_500, 25_000, 250_000]
    sizes_table(sizes, mixed=False)
    sizes_table(sizes, mixed=True)
    peers_table(2_500)
    worst_table()


if __name__ == "__main__":
    main()
