"""``python -m consent_managers``: which laws of consent each manager breaks on its page, with the shortest sequences.

``python -m consent_managers install`` only fetches the packages. The exit code is 2 where they cannot be had.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from consent_managers.managers import BY_KEY, MANAGERS, Manager
from consent_managers.packages import NotInstalledError, install, versions
from consent_managers.trial import EXAMPLES, STEPS, Trial, chromium, left_after_withdrawal, look, walk
from policycheck.errors import PolicycheckError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HEAD = ("manager", "version", "law broken", "shortest sequence", "seconds")


def main() -> int:
    """Print the table, one row for each law that a manager breaks."""
    parser = argparse.ArgumentParser(prog="consent_managers", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"these alone: {', '.join(BY_KEY)}; or install")
    parser.add_argument("--examples", type=int, default=EXAMPLES, help=f"journeys for each (default: {EXAMPLES})")
    parser.add_argument("--steps", type=int, default=STEPS, help=f"steps of a journey (default: {STEPS})")
    parser.add_argument("--seed", type=int, default=1, help="the same journeys each time (default: 1)")
    parser.add_argument("--known", action="store_true", help="replay the sequences that are known, and search nothing")
    parser.add_argument("--left", action="store_true", help="print what is left after a withdrawal, and search nothing")
    parser.add_argument("--packages", type=Path, help="the folder of the npm packages (default: the user's cache)")
    said = parser.parse_args()
    unknown = [name for name in said.names if name not in BY_KEY and name != "install"]
    if unknown:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(BY_KEY)}")
    try:
        packages = install(said.packages)
        if "install" in said.names:
            print(packages)
            return 0
        chosen = [BY_KEY[name] for name in said.names] or list(MANAGERS)
        with chromium() as browser:
            print(row(HEAD), row(["---"] * len(HEAD)), sep="\n", flush=True)
            for manager in chosen:
                if said.left:
                    left = left_after_withdrawal(manager, browser, packages)
                    print(row([manager.package, versions()[manager.package], ", ".join(left) or "nothing"]), flush=True)
                    continue
                if said.known:
                    print("\n".join(map(row, known_rows(manager, browser, packages))), flush=True)
                    continue
                trial = look(manager, browser, packages, examples=said.examples, steps=said.steps, seed=said.seed)
                print("\n".join(map(row, rows(manager, trial))), flush=True)
    except (NotInstalledError, PolicycheckError) as error:
        print(f"consent_managers: {error}", file=sys.stderr)
        return 2
    return 0


def known_rows(manager: Manager, browser: Browser, packages: Path) -> list[list[str]]:
    """The rows of one manager for the sequences that are known: what did not hold, where, and that nothing else did."""
    shown: list[list[str]] = []
    for sequence in manager.known:
        started = time.perf_counter()
        found = dict.fromkeys((one.law, one.code, one.sequence) for one in walk(manager, browser, packages, sequence))
        name = [manager.package, versions()[manager.package]]
        seconds = f"{time.perf_counter() - started:.0f}"
        shown += [[*name, f"{law} ({code})" if law else code, f"`{at}`", seconds] for law, code, at in found]
        shown += [] if found else [[*name, "none", f"`{sequence}`", seconds]]
    return shown


def rows(manager: Manager, trial: Trial) -> list[list[str]]:
    """The rows of one manager: one for each law with each sequence, or one that says that none was seen broken."""
    name = [manager.package, versions()[manager.package]]
    seconds = f"{trial.seconds:.0f}"
    found = dict.fromkeys((one.law, one.code, one.sequence) for one in trial.broken)
    if not found:
        return [[*name, f"none in {trial.journeys} journeys", "", seconds]]
    return [[*name, f"{law} ({code})" if law else code, f"`{sequence}`", seconds] for law, code, sequence in found]


def row(cells: list[str] | tuple[str, ...]) -> str:
    """One row of a table in Markdown."""
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
