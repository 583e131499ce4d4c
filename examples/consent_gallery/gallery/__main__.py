"""``python -m gallery --seeds 20``: have the machine look at each application with so many seeds, and print a table.

The exit code is 1 where an application was not caught by exactly its law, or only by a sequence that is longer than
the shortest one.
"""

from __future__ import annotations

import argparse
import sys
from statistics import median

from gallery import Exhibit, exhibits
from gallery.trial import Trial, try_once

HEAD = ("law", "application", "framework", "found", "journeys (median, max)", "steps (shortest, found)", "seconds")


def main() -> int:
    """Print one row for each application."""
    parser = argparse.ArgumentParser(prog="gallery", description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=2, help="how many seeds, from 0 on (default: 2)")
    parser.add_argument("--table", action="store_true", help="print what the README shows, and look at nothing")
    parser.add_argument("names", nargs="*", metavar="APPLICATION", help="look at these alone")
    options = parser.parse_args()
    shown = [exhibit for exhibit in exhibits() if not options.names or exhibit.name in options.names]
    if options.table:
        print("\n".join(table(shown)))
        return 0
    print(row(HEAD), row(["---"] * len(HEAD)), sep="\n", flush=True)
    failed = 0
    for exhibit in shown:
        trials = [try_once(exhibit.driver, seed, exhibit.profile) for seed in range(options.seeds)]
        print(row(judged(exhibit, trials)), flush=True)
        for trial in trials:
            if not caught(exhibit, trial):
                failed = 1
                found = f"{', '.join(trial.laws) or 'nothing'} by {trial.replay or 'nothing'}"
                print(f"  {exhibit.name}, seed {trial.seed}: {found}", file=sys.stderr)
    return failed


def caught(exhibit: Exhibit, trial: Trial) -> bool:
    """True when the machine found the law of the application and no other, by a sequence that cannot be shorter."""
    return trial.laws == (exhibit.law,) and trial.steps <= exhibit.steps


def judged(exhibit: Exhibit, trials: list[Trial]) -> list[str]:
    """The row of one application."""
    found = sum(trial.laws == (exhibit.law,) for trial in trials)
    journeys = [trial.journeys for trial in trials]
    return [
        exhibit.law,
        exhibit.name,
        exhibit.framework,
        f"{found} of {len(trials)}",
        f"{median(journeys):g}, {max(journeys)}",
        f"{exhibit.steps}, {min(t.steps for t in trials)}-{max(t.steps for t in trials)}",
        f"{median(trial.seconds for trial in trials):.1f}",
    ]


def table(shown: list[Exhibit]) -> list[str]:
    """The table of the README."""
    head = ("law", "application", "framework", "what is wrong", "shortest sequence")
    rows = [(e.law, f"[{e.name}](gallery/{e.name}.py)", e.framework, e.bug, f"`{e.shortest}`") for e in shown]
    return [row(head), row(["---"] * len(head)), *map(row, sorted(rows))]


def row(cells: list[str] | tuple[str, ...]) -> str:
    """One row of a table in Markdown."""
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
