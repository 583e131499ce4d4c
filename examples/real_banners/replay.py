"""Go through sequences in the project in the current folder, and print for each which laws it breaks, as JSON.

python ../replay.py [--profile FR] [--without LAW]... "visit('/'); grant_all()" ...
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from policycheck.testing import ConsentViolation, consent_journey

sys.path.insert(0, str(Path.cwd()))


def replay(factory: Any, sequence: str, **wishes: Any) -> list[tuple[str | None, str]]:
    """The laws that the last step of ``sequence`` breaks, each with the code of the rule; none when all hold."""
    with consent_journey("catalogue.yaml", factory, **wishes) as visitor:
        names = {name: getattr(visitor, name) for name in dir(visitor) if not name.startswith("_")}
        *earlier, last = sequence.split("; ")
        exec("; ".join(earlier), names)
        try:
            exec(last, names)
        except ConsentViolation as violation:
            return sorted({(finding.law, finding.code) for finding in violation.findings}, key=str)
    return []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile")
    parser.add_argument("--without", action="append", default=[], metavar="LAW")
    parser.add_argument("sequences", nargs="+")
    said = parser.parse_args()
    factory = importlib.import_module("visitor").Visitor
    wishes = {"profile": said.profile, "without": dict.fromkeys(said.without, "not asked for")}
    found = {sequence: replay(factory, sequence, **wishes) for sequence in said.sequences}
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
