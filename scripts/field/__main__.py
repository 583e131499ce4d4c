"""Observe what SDKs store, and compare it with the packs: ``python -m scripts.field [SDK ...] [--write]``.

Ends with 0 when the packs say what was observed, with 1 when they differ, with 2 when nothing could be observed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from playwright.async_api import Error

from .compare import RECORD, Entry, differences, entries
from .install import RegistryError, build, label, names
from .observers import OBSERVERS
from .visits import Visited, observe

ROOT = Path(__file__).parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    chosen = _parser().parse_args(arguments)
    unknown = sorted(set(chosen.sdks) - set(names()))
    if unknown:
        sys.stderr.write(f"no SDK is called {', '.join(unknown)}\n  fix: one of {', '.join(names())}\n")
        return 2
    sdks = sorted(set(chosen.sdks)) or names()
    try:
        built = build(sdks)
        report = Report(quiet=chosen.quiet)
        asyncio.run(observe(sdks, built, chosen.chromium, OBSERVERS[chosen.observer], report.tell, chosen.devices))
    except (RegistryError, Error) as error:
        sys.stderr.write(f"nothing could be observed: {str(error).splitlines()[0]}\n")
        return 2
    if chosen.write:
        write(report.found)
    return report.end()


class Report:
    """Prints what was observed as it comes in, and the differences at the end."""

    def __init__(self, quiet: bool = False) -> None:
        self.found: dict[str, list[Entry]] = {}
        self._quiet = quiet
        self._differences: list[str] = []

    def tell(self, visited: Visited) -> None:
        """Print one SDK."""
        self.found[visited.name] = entries(visited.name, visited.seen)
        lines = [f"{visited.name} ({label(visited.name)}): {len(self.found[visited.name])} names"]
        if not self._quiet:
            lines += [f"  {_line(entry)}" for entry in self.found[visited.name]]
        lines += [f"  fault on {fault}" for fault in sorted(set(visited.faults))]
        differing = list(differences(visited.name, self.found[visited.name]))
        self._differences += [f"{visited.name}: {difference}" for difference in differing]
        sys.stdout.write("\n".join([*lines, *(f"  DIFFERS: {difference}" for difference in differing)]) + "\n")
        sys.stdout.flush()

    def end(self) -> int:
        """Print the sum; the exit code."""
        stored = sum(len(found) for found in self.found.values())
        sys.stdout.write(
            f"{len(self.found)} SDKs, {stored} names, {len(self._differences)} differences from the packs\n"
        )
        return 1 if self._differences else 0


def _line(entry: Entry) -> str:
    words = [entry.kind, entry.item, " or ".join(sorted(entry.lifetimes))]
    return "  ".join(
        [*words, *(["gone at once"] if not entry.lasting else []), ", ".join(sorted(entry.attributes))]
    ).rstrip()


def write(found: dict[str, list[Entry]]) -> None:
    """Replace what the record says of the SDKs that were observed."""
    old = json.loads(RECORD.read_text("utf-8")) if RECORD.is_file() else {}
    new = {
        name: {"version": label(name), "stored": [entry.as_json() for entry in listed]}
        for name, listed in found.items()
    }
    merged = {name: entry for name, entry in sorted({**old, **new}.items()) if name in names()}
    RECORD.write_text(json.dumps(merged, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.field", description=__doc__)
    parser.add_argument("sdks", nargs="*", metavar="SDK", help="which to observe; all of them without it")
    parser.add_argument("--write", action="store_true", help="write what was observed into observed.json")
    parser.add_argument("--quiet", action="store_true", help="print the differences, and not each name")
    parser.add_argument("--devices", type=int, choices=(1, 2, 3), default=3, help="how many devices visit: 3")
    parser.add_argument("--observer", choices=sorted(OBSERVERS), default="policycheck", help="who watches: policycheck")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="the browser to start")
    return parser


if __name__ == "__main__":
    sys.exit(main())
