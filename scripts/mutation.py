"""Mutation testing, room by room: each package against the tests that mirror it, in a scratch copy of the project.

A room counts with its own tests alone, so that a figure says how good they are and not who else happens to pass by.
What survives is listed with its change. Ends with 1 where a room falls below the floor, with 2 where mutmut fails.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MUTMUT = str(Path(sys.executable).with_name("mutmut"))
ROOMS = ("rules", "matching", "wire", "jar", "consent", "testing")
FLOOR = 85.0
"""Per cent of a room's mutants that its tests must notice."""
COPIED = (
    "policycheck",
    "schemas",
    "pytest_plugin",
    "docs",
    "examples",
    "tests",
    "pyproject.toml",
    "README.md",
    "LICENSE",
)
NOTICED = {1: "killed", 3: "killed", 36: "timeouts", 24: "timeouts", -24: "timeouts", 152: "timeouts", 255: "timeouts"}
"""What mutmut's exit codes mean; every other one, a mutant no test touches among them, counts as survived."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The mutants of one room."""

    room: str
    outcomes: Counter[str]
    survivors: tuple[str, ...]
    seconds: float

    @property
    def total(self) -> int:
        """All mutants."""
        return self.outcomes.total()

    @property
    def score(self) -> float:
        """Per cent noticed: killed, or run into the time limit."""
        return 100 * (self.total - self.outcomes["survived"]) / self.total


class MutmutError(Exception):
    """Mutmut could not do its work."""


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/mutation PYTHON", description=__doc__)
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"of {', '.join(ROOMS)}; all of them without")
    parser.add_argument("--max-children", type=int, default=2, help="processes at a time (default: 2)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="work in FOLDER and leave it there, to look around")
    options = parser.parse_args(argv)
    rooms = options.rooms or list(ROOMS)
    unknown = sorted(set(rooms) - set(ROOMS))
    if unknown:
        parser.error(f"no room {', '.join(unknown)}; there are {', '.join(ROOMS)}")
    taken = [str(options.keep / room) for room in rooms if options.keep is not None and (options.keep / room).exists()]
    if taken:
        parser.error(f"{', '.join(taken)} is there already; remove it, or give another folder")
    with tempfile.TemporaryDirectory(prefix="policycheck-mutation-") as temporary:
        try:
            tallies = [_run(room, (options.keep or Path(temporary)) / room, options.max_children) for room in rooms]
        except MutmutError as error:
            print(error, file=sys.stderr)
            return 2
    _report(tallies)
    return int(any(tally.score < FLOOR for tally in tallies))


def _run(room: str, scratch: Path, children: int) -> Tally:
    print(f"{room}: working", flush=True)
    _copy(room, scratch)
    start = time.monotonic()
    # The log stands in a file: mutmut repaints its line of progress thousands of times.
    log = scratch / "mutmut.log"
    with log.open("wb") as sink:
        command = [MUTMUT, "run", "--max-children", str(children)]
        status = subprocess.run(
            command, cwd=scratch, env=_environment(), stdout=sink, stderr=sink, check=False
        ).returncode
    codes = _exit_codes(scratch)
    if status or not codes or None in codes.values():
        tail = log.read_text("utf-8", "replace").replace("\r", "\n").splitlines()[-40:]
        raise MutmutError("\n".join([*tail, f"{room}: mutmut ended with {status} before all mutants had run"]))
    outcomes = Counter(NOTICED.get(code or 0, "survived") for code in codes.values())
    survivors = tuple(_change(name, scratch) for name, code in sorted(codes.items()) if code not in NOTICED)
    return Tally(room, outcomes, survivors, time.monotonic() - start)


def _copy(room: str, scratch: Path) -> None:
    """The project without its history, with mutmut's settings narrowed to ``room``."""
    without = shutil.ignore_patterns("__pycache__", ".hypothesis", "*.egg-info")
    scratch.mkdir(parents=True)
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, scratch / name, ignore=without)
        else:
            shutil.copy2(ROOT / name, scratch / name)
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    given = tomllib.loads(text)["tool"]["mutmut"]
    settings = given | {
        "only_mutate": [path for path in given["only_mutate"] if path.startswith(f"policycheck/{room}/")],
        "pytest_add_cli_args_test_selection": [f"tests/{room}"],
    }
    before, _, after = text.partition("[tool.mutmut]\n")
    rest = after.partition("\n[")
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    (scratch / "pyproject.toml").write_text("\n".join([before, "[tool.mutmut]", *lines, rest[1] + rest[2]]), "utf-8")


def _environment() -> dict[str, str]:
    # What writes bytecode would write it for a thousand mutants.
    return os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "120"}


def _exit_codes(scratch: Path) -> dict[str, int | None]:
    """The exit code of each mutant's tests by its name."""
    codes: dict[str, int | None] = {}
    for path in scratch.glob("mutants/policycheck/**/*.meta"):
        codes |= json.loads(path.read_text("utf-8"))["exit_code_by_key"]
    return codes


def _change(name: str, scratch: Path) -> str:
    shown = subprocess.run([MUTMUT, "show", name], cwd=scratch, capture_output=True, text=True, check=False)
    return shown.stdout.strip()


def _report(tallies: list[Tally]) -> None:
    for tally in tallies:
        for survivor in tally.survivors:
            print(f"\n{survivor}")
    print(f"\n{'room':<10}{'mutants':>9}{'killed':>9}{'timeouts':>10}{'survived':>10}{'%':>8}{'minutes':>9}")
    for tally in tallies:
        counts = "".join(
            f"{tally.outcomes[kind]:>{width}}" for kind, width in (("killed", 9), ("timeouts", 10), ("survived", 10))
        )
        low = f"  below {FLOOR:g} %" if tally.score < FLOOR else ""
        print(f"{tally.room:<10}{tally.total:>9}{counts}{tally.score:>8.1f}{tally.seconds / 60:>9.1f}{low}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
