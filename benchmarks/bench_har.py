"""HAR files: reading every request and every Set-Cookie, beside what else reads such a file.

Run ``python benchmarks/bench_har.py``, or with ``--quick``; ``--large`` adds a file of a gigabyte. The files are made
up, with bodies as pages have them (text with many quotes, and pictures as base64), once with a member on each line, as
Chromium and Firefox write them, and once on one line, as Playwright does; they are deleted afterwards. Contestants take
turns; figures are medians of processor time over the rounds. Memory is the peak of a process of its own, where
the system tells it as Linux does.

entries    the entries alone, with the members that are read
records    what ``policycheck check`` replays: requests, responses, and cookies seen in Cookie headers only
ijson      the same entries one by one, with its backend in C
haralyzer  its ``HarParser``, and the Set-Cookie headers of its entries
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MB = 1_000_000
SET_COOKIE = "set-cookie"


def ours_entries(path: str) -> int:
    """The entries of a file, as the reader sees them."""
    from policycheck.capture.evidencefile import EvidenceFile
    from policycheck.capture.har.entries import Entries

    return sum(cookies(entry) for entry, _ in Entries(EvidenceFile(path, Path(path))))


def ours_records(path: str) -> int:
    """The records of a file, as a journey replays them."""
    from policycheck.capture.evidencefile import EvidenceFile
    from policycheck.capture.files import read_evidence

    records = read_evidence(EvidenceFile(path, Path(path))).records
    return sum(len(record.exchange.set_cookie) for record in records if record.exchange and not record.loaded)


def json_load(path: str) -> int:
    """The standard library, whole."""
    with Path(path).open(encoding="utf-8") as file:
        return sum(map(cookies, json.load(file)["log"]["entries"]))


def with_ijson(path: str) -> int:
    """Entry by entry."""
    import ijson  # type: ignore[import-untyped]

    with Path(path).open("rb") as file:
        return sum(map(cookies, ijson.items(file, "log.entries.item")))


def with_haralyzer(path: str) -> int:
    """The parser for HAR files that is used most."""
    from haralyzer import HarParser  # type: ignore[import-untyped]

    with Path(path).open(encoding="utf-8") as file:
        parser = HarParser(json.load(file))
    return sum(cookies(entry.raw_entry) for page in parser.pages for entry in page.entries)


def cookies(entry: Any) -> int:
    """How many Set-Cookie headers an entry has."""
    return sum(header["name"].lower() == SET_COOKIE for header in entry["response"]["headers"])


CONTESTANTS: dict[str, Callable[[str], int]] = {
    "json.load": json_load,
    "entries": ours_entries,
    "records": ours_records,
    "ijson": with_ijson,
    "haralyzer": with_haralyzer,
}
BOUNDED = ("entries", "records", "ijson")
"""Those that do not hold a whole file."""


def entries(chance: random.Random) -> Iterator[dict[str, Any]]:
    """Entries without end, alike in size and kind to what a browser records."""
    words = ["".join(chance.choices("abcdefghijklmnopqrst", k=chance.randint(2, 9))) for _ in range(2_000)]

    def page(size: float) -> str:
        made, length = [], 0
        while length < size:
            word = chance.choice(words)
            made.append(f'<a class="{word}">\n\t{{"a":[1,2]}},{{"n":"\u00e9"}}' if chance.random() < 0.1 else word)
            length += len(made[-1]) + 1
        return " ".join(made)

    texts = [page(chance.lognormvariate(10, 1.3)) for _ in range(60)]
    texts += [base64.b64encode(chance.randbytes(int(chance.lognormvariate(10.5, 1)))).decode() for _ in range(30)]
    number = 0
    while True:
        number += 1
        sent, received = (
            [{"name": name, "value": " ".join(chance.choices(words, k=4))} for name in chance.choices(words, k=15)]
            for _ in range(2)
        )
        if chance.random() < 0.15:
            value = f"c{chance.randrange(50)}={chance.getrandbits(64)}; Path=/; Secure; Max-Age=3600"
            received.append({"name": "Set-Cookie", "value": value})
        yield {
            "_initiator": {
                "type": "script",
                "stack": {"callFrames": [{"url": "https://shop.test/a.js", "lineNumber": 3}]},
            },
            "_resourceType": "script",
            "cache": {},
            "pageref": "page_1",
            "request": {
                "method": "GET",
                "url": f"https://{chance.choice(['shop', 'cdn', 'stats'])}.test/{chance.choice(words)}?q={number}",
                "httpVersion": "h2",
                "headers": sent,
                "queryString": [],
                "cookies": [],
                "headersSize": -1,
                "bodySize": 0,
            },
            "response": {
                "status": 200,
                "statusText": "",
                "httpVersion": "h2",
                "headers": received,
                "cookies": [],
                "content": {"size": 1, "mimeType": "text/html", "text": chance.choice(texts)},
                "redirectURL": "",
                "headersSize": -1,
                "bodySize": -1,
            },
            "startedDateTime": f"2026-05-01T{number // 3_600_000 % 24:02}:{number // 60_000 % 60:02}:"
            f"{number // 1_000 % 60:02}.{number % 1_000:03}Z",
            "time": 12.5,
            "timings": {"blocked": 1, "dns": -1, "connect": -1, "send": 0.5, "wait": 10, "receive": 1, "ssl": -1},
        }


def write(path: Path, size: int, indent: int | None) -> None:
    """A file of about ``size`` bytes."""
    page = {
        "startedDateTime": "2026-05-01T00:00:00.000Z",
        "id": "page_1",
        "title": "https://shop.test/",
        "pageTimings": {},
    }
    head = {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": [page], "entries": []}
    begin, _, end = json.dumps({"log": head}, indent=indent).rpartition("[]")
    margin = "" if indent is None else "\n" + " " * indent * 3
    written = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{begin}[")
        for entry in entries(random.Random(1)):
            text = json.dumps(entry, indent=indent, ensure_ascii=False).replace("\n", margin or "\n")
            written += file.write(f"{',' if written else ''}{margin}{text}")
            if written >= size:
                break
        file.write(f"]{end}")


def peak(name: str, path: Path) -> float:
    """Megabytes that a process held at most which did nothing but this."""
    command = [sys.executable, __file__, "--child", name, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout) / 1000


def measure(path: Path, label: str, rounds: int, names: tuple[str, ...]) -> None:
    """Time the contestants in turns, and print how they compare."""
    spent: dict[str, list[float]] = {name: [] for name in names}
    found: dict[str, int] = {}
    for _ in range(rounds):
        for name in names:
            start = time.process_time()
            found[name] = CONTESTANTS[name](str(path))
            spent[name].append(time.process_time() - start)
    if len(set(found.values())) > 1:
        raise SystemExit(f"they do not find the same: {found}")
    size = path.stat().st_size
    print(f"\n{label}, {size / MB:.0f} MB, {found[names[0]]} Set-Cookie headers")
    titles = f"{'contestant':12}{'seconds':>9}{'MB/s':>8}{'as fast as json.load':>22}{'spread':>14}{'as haralyzer':>14}"
    print(f"{titles}{'peak MB':>9}")
    for name in names:
        row = f"{name:12}{statistics.median(spent[name]):9.2f}{size / MB / statistics.median(spent[name]):8.0f}"
        if "json.load" in spent:
            ratios = sorted(theirs / mine for theirs, mine in zip(spent["json.load"], spent[name], strict=True))
            other = sorted(theirs / mine for theirs, mine in zip(spent["haralyzer"], spent[name], strict=True))
            row += (
                f"{statistics.median(ratios):21.2f}x{ratios[0]:8.2f}-{ratios[-1]:.2f}{statistics.median(other):13.2f}x"
            )
        else:
            row += " " * 50
        print(f"{row}{peak(name, path):9.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller files and fewer rounds")
    parser.add_argument("--large", action="store_true", help="also a file of a gigabyte, read by those that can")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        name, path = arguments.child
        CONTESTANTS[name](path)
        print(re.findall(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text("utf-8"))[0])
        return
    size, rounds = (20 * MB, 3) if arguments.quick else (100 * MB, 5)
    with tempfile.TemporaryDirectory() as folder:
        for indent, label in ((2, "a member on each line"), (None, "on one line")):
            path = Path(folder, "run.har")
            write(path, size, indent)
            measure(path, label, rounds, tuple(CONTESTANTS))
            if arguments.large:
                write(path, 1000 * MB, indent)
                measure(path, label, 1, BOUNDED)


if __name__ == "__main__":
    main()
