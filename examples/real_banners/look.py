"""Run the consent machine on the project in the current folder until it finds no further law broken; print it as JSON.

python ../look.py [--seed 1] [--profile FR] [--examples 100] [--without LAW]...
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from policycheck.testing import ConsentOutcome, ConsentViolation, run_consent_machine

sys.path.insert(0, str(Path.cwd()))


def look(factory: Any, **wishes: Any) -> dict[str, Any]:
    """Every law that is broken, with its code and its shortest sequence; a law that was found is then left out."""
    broken: dict[str, dict[str, str]] = {}
    without = wishes.pop("without")
    started = time.perf_counter()
    while True:
        known = {**dict.fromkeys(without, "not asked for"), **dict.fromkeys(broken, "found already")}
        try:
            outcome = run_consent_machine("catalogue.yaml", factory, without=known, **wishes)
        except ConsentViolation as violation:
            for found in (violation, *violation.others):
                finding = found.findings[0]
                broken[found.laws[0]] = {
                    "code": finding.code,
                    "sequence": found.replay,
                    "message": finding.message,
                    "journeys": str(found.journeys),
                }
                print(found, file=sys.stderr)
        else:
            return {"broken": broken, **_reached(outcome), "seconds": round(time.perf_counter() - started, 1)}


def _reached(outcome: ConsentOutcome) -> dict[str, Any]:
    missing = {law.value: why for law, why in outcome.not_evaluated.items() if not why.startswith("switched off")}
    return {"notEvaluated": missing, "journeys": outcome.reach.journeys, "steps": outcome.reach.steps}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile")
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--without", action="append", default=[], metavar="LAW")
    said = parser.parse_args()
    factory = importlib.import_module("visitor").Visitor
    wishes = {"seed": said.seed, "profile": said.profile, "examples": said.examples, "without": said.without}
    print(json.dumps(look(factory, **wishes), indent=2))


if __name__ == "__main__":
    main()
