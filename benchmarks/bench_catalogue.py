"""Catalogues: loading one of 2,500 items, beside ``orjson.loads`` and ``jsonschema`` on the same bytes.

Run ``python benchmarks/bench_catalogue.py``, or with ``--quick`` for 500 items. Every figure is the median over rounds
in which all contestants take turns, with the garbage collector paused; the last lines are the CPU time of a new
process, which imports the library and loads, with and without the cache.
"""

from __future__ import annotations

import gc
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from policycheck.catalogue.loading import load_catalogue
from policycheck.catalogue.models import ADAPTER, accepts
from policycheck.catalogue.reading.document import read_document
from policycheck.catalogue.schema import errors, validator

SEED = 20260101
ROUNDS = 7
CATEGORIES = ("necessary", "functional", "analytics", "marketing")
RETENTIONS = ("session", "6 months", "1 year", "400 days", "P13M")
CHILD = """
import resource, sys
from pathlib import Path
if sys.argv[1] != "nothing":
    from policycheck.catalogue.loading import load_catalogue
    catalogue = load_catalogue(sys.argv[1], cache=Path(sys.argv[2]) if sys.argv[2] else None)
    names = [item.name for item in catalogue.items[:30]]
    kinds = {kind: index.lookup(name) for name in names for kind, index in catalogue.index.items()}
usage = resource.getrusage(resource.RUSAGE_SELF)
print(usage.ru_utime + usage.ru_stime)
"""


def document(size: int, rng: random.Random) -> dict[str, Any]:
    """A catalogue like a published list: a quarter of the names vary, each item has a provider and a purpose."""
    providers = {
        f"provider{number}": {"name": f"Provider {number}", "role": "processor"} for number in range(size // 10)
    }
    items = [
        {
            "name": f"{rng.choice(['_', '', 'x-'])}item{number}_{rng.randrange(10**6)}" + "*" * (number % 4 == 0),
            "kind": rng.choice(["cookie", "cookie", "cookie", "localStorage"]),
            "provider": rng.choice(list(providers)),
            "category": rng.choice(CATEGORIES),
            "retention": rng.choice(RETENTIONS),
            "purpose": {"en": f"Does what number {number} does for the visitors of the site."},
        }
        for number in range(size)
    ]
    return {"catalogue": 1, "id": "big", "version": "1", "providers": providers, "items": items}


def as_yaml(data: dict[str, Any]) -> str:
    """The same document as people write it."""
    lines = ["catalogue: 1", "id: big", 'version: "1"', "providers:"]
    lines += [f"  {key}: {{name: {value['name']}, role: processor}}" for key, value in data["providers"].items()]
    lines.append("items:")
    for item in data["items"]:
        fields = [f"{key}: {json.dumps(value)}" for key, value in item.items()]
        lines.append("  - " + "\n    ".join(fields))
    return "\n".join(lines) + "\n"


def measure(contestants: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median milliseconds of CPU time of each, taking turns."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for run in contestants.values():
        run()
    for _ in range(ROUNDS):
        for name, run in contestants.items():
            gc.collect()
            gc.disable()
            start = time.process_time()
            run()
            times[name].append((time.process_time() - start) * 1_000)
            gc.enable()
    return {name: statistics.median(values) for name, values in times.items()}


def child(location: str, cache: str) -> float:
    """CPU milliseconds of a new process, the least of some."""
    # Without compiled modules on disk, each process would compile what was edited last.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", CHILD, location, cache]
    runs = [
        float(subprocess.run(command, capture_output=True, check=True, env=environment).stdout) for _ in range(ROUNDS)
    ]
    return min(runs) * 1_000


def main() -> None:
    size = 500 if "--quick" in sys.argv else 2_500
    data = document(size, random.Random(SEED))
    text = orjson.dumps(data)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("big.json").write_bytes(text)
        Path("big.yaml").write_text(as_yaml(data), encoding="utf-8")
        cache = Path("cache")
        load_catalogue("big.yaml", cache=cache)
        check = validator()
        contestants: dict[str, Callable[[], object]] = {
            "orjson.loads of the bytes": lambda: orjson.loads(text),
            "json.loads of the bytes": lambda: json.loads(text),
            "the models on the bytes (pydantic)": lambda: ADAPTER.validate_json(text),
            "read with duplicates, limits, places, and validate": lambda: accepts(read_document(text, "big.json").data),
            "load JSON: all of it, to entries": lambda: load_catalogue("big.json"),
            "load YAML: all of it, to entries": lambda: load_catalogue("big.yaml"),
            "load YAML from the cache": lambda: load_catalogue("big.yaml", cache=cache),
            "jsonschema.iter_errors on the data": lambda: list(errors(check, data)),
        }
        results = measure(contestants)
        base, explain = results["orjson.loads of the bytes"], results["jsonschema.iter_errors on the data"]
        print(f"{size:,} items, {len(text):,} bytes of JSON; median CPU time of {ROUNDS} rounds, collector paused\n")
        print(f"{'':52}{'ms':>8}{'x orjson':>10}{'jsonschema is':>15}")
        for name, milliseconds in results.items():
            print(f"{name:52}{milliseconds:8.1f}{milliseconds / base:10.1f}{explain / milliseconds:14.1f}x")
        nothing = child("nothing", "")
        print(f"\na new process, CPU over a bare one ({nothing:.0f} ms): import, load, build the index, 30 look-ups")
        for name, folder_of_cache in (("from the cache", "cache"), ("without a cache", "")):
            print(f"{name:52}{child('big.yaml', folder_of_cache) - nothing:8.1f}")
        os.chdir("/")


if __name__ == "__main__":
    main()
