"""Start-up: what a process pays for importing policycheck, and for a first check, beside importing its peers.

Run ``python benchmarks/bench_start.py``, or with ``--quick``. Figures are processor time of whole processes over that
of a bare one, each the median and the least over rounds in which the contestants take turns; only the ratios mean
something on another machine. What the pytest plugin adds to a run, idle and used, is in ``bench_plugin.py``.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ENTRIES, HEADERS = 2_500, 30
FIRST_CHECK = f"""
from pathlib import Path
from policycheck.engine.project import Project
from policycheck.model.observation import HttpExchange
journey = Project.at(Path.cwd()).session().journey()
headers = tuple(
    f"cookie_{{number * 4}}=value; Max-Age=86400; Path=/; Secure; HttpOnly; SameSite=Lax" for number in range({HEADERS})
)
journey.recorder.response(HttpExchange("GET", "https://shop.test/", 200, headers))
assert len(journey.matches) == {HEADERS} and not journey.finish()
"""
FROM_CACHE = """
from pathlib import Path
from policycheck.catalogue.loading import load_catalogue
load_catalogue("catalogue.yaml", cache=Path("cache"))
"""
CONTESTANTS = {
    "import policycheck": "import policycheck",
    "a catalogue from the cache": FROM_CACHE,
    f"a first check of {HEADERS} headers": FIRST_CHECK,
    "import yaml": "import yaml",
    "import pydantic, BaseModel": "from pydantic import BaseModel",
    "import jsonschema": "import jsonschema",
    "import pytest": "import pytest",
    "import hypothesis": "import hypothesis",
}


def processor_time(code: str, folder: Path) -> float:
    """Milliseconds of processor time of a Python that runs ``code``. Raises RuntimeError when it fails."""
    # Without compiled modules on disk, each process would compile what was edited last.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen([sys.executable, "-c", code], cwd=folder, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"failed: {code}")
    return (usage.ru_utime + usage.ru_stime) * 1_000


def write_project(folder: Path) -> None:
    """A project whose catalogue has 2,500 entries, a quarter of them templates."""
    lines = ["catalogue: 1", "id: large", 'version: "1"', "items:"]
    lines += [
        f"  - {{name: cookie_{number}{'_*' if number % 4 == 3 else ''}, kind: cookie, category: necessary, "
        "retention: 1 day, purpose: {en: One of many.}}"
        for number in range(ENTRIES)
    ]
    (folder / "catalogue.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "policycheck.toml").write_text('catalogue = "catalogue.yaml"\n', "utf-8")


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    rounds = 5 if parser.parse_args().quick else 21
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_project(folder)
        codes = {"": "pass", **CONTESTANTS}
        spent: dict[str, list[float]] = {contestant: [] for contestant in codes}
        for number in range(rounds + 1):
            for contestant, code in codes.items():
                taken = processor_time(code, folder)
                if number:  # the first round fills the caches
                    spent[contestant].append(taken)
    bare_median, bare_least = statistics.median(spent[""]), min(spent[""])
    check = statistics.median(spent[f"a first check of {HEADERS} headers"]) - bare_median
    print(f"a bare process takes {bare_median:.0f} ms (least {bare_least:.0f}); what comes on top, {rounds} rounds:\n")
    print(f"{'':34}{'median ms':>10}{'least ms':>10}{'of a first check':>18}")
    for contestant in CONTESTANTS:
        median, least = statistics.median(spent[contestant]) - bare_median, min(spent[contestant]) - bare_least
        print(f"{contestant:34}{median:10.1f}{least:10.1f}{median / check:17.2f}x")


if __name__ == "__main__":
    main()
