"""Coverage-guided fuzzing of what reads foreign text: headers, dumps, evidence, catalogues, names. ``scripts/fuzz`` runs it.

Each target holds the promises of its reader and raises where one is broken. A failure does not end the run: it is
counted once per place, and its input is written to the folder of failures.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

# Compiled, and therefore without a type to go by.
atheris: Any = importlib.import_module("atheris")

with atheris.instrument_imports(include=["policycheck"]):
    from policycheck.capture.evidence import ReplayClock, replay
    from policycheck.capture.evidencefile import EvidenceFile
    from policycheck.capture.files import ReadOptions, read_evidence
    from policycheck.catalogue.loading import load_catalogue
    from policycheck.catalogue.names import (
        NameBudgetError,
        NameIndex,
        NamePattern,
        NameSyntaxError,
        compare_failure,
        covers,
        escape_template,
        overlap,
        parse_regex,
        parse_template,
    )
    from policycheck.catalogue.packs import open_pack, pack_names
    from policycheck.catalogue.problems import CatalogueInvalid
    from policycheck.errors import CaptureError
    from policycheck.jar import CookieJar
    from policycheck.model.cookie import AnomalyKind
    from policycheck.recording import Recorder
    from policycheck.wire import parse_cookie_date, parse_set_cookie, read_dump, split_folded

    # What loading imports only when it needs it is instrumented too.
    for _name in (
        "chain",
        "compile",
        "merge",
        "models",
        "explain",
        "reading.yaml_text",
        "reading.json_text",
        "reading.toml_text",
    ):
        importlib.import_module(f"policycheck.catalogue.{_name}")

CANARY = "c4n4ry7"
NOW = 1_700_000_000.0
SLOW = 2.0
"""Seconds of processor time that no input of 4,096 octets may take, instrumented as the code is."""
MAX_OCTETS = 4_096
PLACEHOLDERS: dict[str, str | None] = {
    "ANY": None,
    "HEX": "[0-9a-f]{2,3}",
    "NUM": "[0-9]+",
    "ODD": "(?:ab|b)*",
    "NOT": "[^_]+",
}


def header(data: bytes) -> None:
    """A Set-Cookie header through the parser, the splitter and the jar."""
    cookie = parse_set_cookie(data)
    kinds = {anomaly.kind for anomaly in cookie.anomalies}
    assert ";" not in cookie.name + cookie.value
    assert "=" not in cookie.name
    assert cookie.name == cookie.name.strip(" \t")
    assert cookie.value == cookie.value.strip(" \t")
    assert cookie.path is None or cookie.path.startswith("/")
    assert cookie.same_site in (None, "Lax", "Strict", "None")
    assert (cookie.name + cookie.value == "") == (AnomalyKind.EMPTY in kinds)
    assert AnomalyKind.UNDECODABLE in kinds or parse_set_cookie(cookie.raw) == cookie
    for name, value in cookie.attributes:
        moment = parse_cookie_date(value)
        assert moment is None or -11_644_473_600 <= moment < 253_402_300_800, name
    parts = split_folded(cookie.raw)
    away = str.maketrans("", "", ", \t\r\n")
    assert "".join(parts).translate(away) == cookie.raw.translate(away)
    jar = CookieJar(now=lambda: NOW)
    (outcome,) = jar.receive("https://www.shop.example/a/b", data)
    assert all(NOW < (stored.expiry_time or NOW + 1) <= NOW + 34_560_000 for stored in jar)
    jar.cookie_header("https://www.shop.example/a/b")
    if CANARY.encode() not in data:
        before, _, after = data.partition(b";")
        secret = parse_set_cookie(b"n=" + before + CANARY.encode() + b";" + after)
        shown = repr(secret) + str(secret.anomalies) + repr(jar.receive("https://www.shop.example/a/b", secret))
        assert CANARY not in shown
        assert CANARY not in repr(outcome)


def dump(data: bytes) -> None:
    """A dump of headers."""
    try:
        responses = read_dump(data)
    except CaptureError as error:
        _check_refusal(error)
        return
    assert responses
    assert all(before.line < after.line for before, after in pairwise(responses))
    for response in responses:
        count = len(response.set_cookies)
        assert [(cookie.index, cookie.count) for cookie in response.set_cookies] == [
            (n, count) for n in range(1, count + 1)
        ]
        for cookie in response.set_cookies:
            header(cookie.raw)


def evidence(data: bytes) -> None:
    """A file of evidence, read and played back."""
    clock = ReplayClock(lambda: NOW)
    recorder = Recorder(now=clock)
    try:
        found = read_evidence(EvidenceFile.of(data, "f"), ReadOptions(categories=["ads"]))
        replay(found.records, recorder, clock)
    except CaptureError as error:
        assert str(error).startswith("f:")  # noqa: PT017 - no test of pytest
    for seen in recorder.observations:
        assert seen.source.test


def loader(data: bytes) -> None:
    """A catalogue: the first octet says which of the three formats the rest is."""
    name = f"c.{('yaml', 'json', 'toml')[data[0] % 3]}" if data else "c.yaml"
    content = data[1:]
    try:
        catalogue = load_catalogue(
            name,
            opener=lambda place: content if place == name else open_pack(place[5:]) if place[:5] == "pack:" else None,
        )
    except CatalogueInvalid as error:
        _check_problems(error)
        return
    for index in catalogue.index.values():
        index.lookup("_ga")
        index.nearest("_gb")


def matcher(data: bytes) -> None:
    """Lines of text: six names, of which four are patterns too. The index must say what trying every pattern says."""
    lines = data.decode("utf-8", "replace").split("\n")[:6]
    patterns = [pattern for line in lines[:4] if (pattern := _pattern(line)) is not None]
    names = [line[:200] for line in lines]
    index = NameIndex([(pattern, number) for number, pattern in enumerate(patterns)])
    for name in names:
        hits = [number for number, pattern in enumerate(patterns) if pattern.matches(name)]
        hits.sort(key=lambda number: patterns[number].specificity, reverse=True)
        assert index.lookup(name) == (hits[0] if hits else None)
        assert sorted(index.lookup_all(name)) == sorted(hits)
        assert not set(index.nearest(name)) & set(hits)
        for number, pattern in enumerate(patterns):
            assert (compare_failure(pattern, name) == "it matches") == (number in hits)
            assert (pattern.captures(name) is not None) == (number in hits)
        assert not name or parse_template(escape_template(name)).exact == name
    for one, other in pairwise(patterns[:2]):
        _compare(one, other, names)


def _pattern(line: str) -> NamePattern | None:
    """A regex behind a slash, else a template; None for one that is refused with its place."""
    try:
        return parse_regex(line[1:]) if line.startswith("/") else parse_template(line, PLACEHOLDERS, {})
    except NameSyntaxError as error:
        _check_position(error, line)
        return None


def _check_refusal(error: CaptureError) -> None:
    assert str(error).startswith("line ")


def _check_problems(error: CatalogueInvalid) -> None:
    assert error.problems
    for problem in error.problems:
        assert problem.message
        assert problem.message.isprintable()
        assert (problem.location.line >= 1 and problem.location.column >= 1) or problem.message.endswith("is empty")


def _check_position(error: NameSyntaxError, line: str) -> None:
    assert 0 <= error.position <= len(line)
    assert error.message


def _compare(one: NamePattern, other: NamePattern, names: list[str]) -> None:
    both = [name for name in names if one.matches(name) and other.matches(name)]
    try:
        shared = overlap(one, other, budget=20_000)
    except NameBudgetError:
        return
    assert shared is not None or not both
    assert shared is None or (one.matches(shared) and other.matches(shared))
    if covers(one, other, budget=20_000):
        assert all(one.matches(name) for name in names if other.matches(name))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "header": header,
    "dump": dump,
    "evidence": evidence,
    "loader": loader,
    "matcher": matcher,
}


def seeds(target: str) -> Iterator[bytes]:
    """Good input to start from."""
    good = b"__Host-sid=31d4d96e407aad42; Max-Age=600; Expires=Wed, 09 Jun 2027 10:18:14 GMT; Path=/; Secure; HttpOnly; SameSite=Lax"
    odd = b'a="1, b"; Domain=.shop.example; path=x; SameSite=odd; Max-Age=-1; Partitioned; Priority=High, c=d'
    if target == "header":
        yield from (good, odd)
    elif target == "dump":
        block = (
            b"HTTP/1.1 200 OK\r\nDate: Wed, 09 Jun 2027 10:18:14 GMT\r\nSet-Cookie: "
            + good
            + b"\r\nSet-Cookie: "
            + odd
            + b"\r\n\tx\r\n\r\n"
        )
        yield block
        yield b"HTTP/1.1 100 Continue\r\n\r\nHTTP/2 302\nContent-Length: 3\n\nabc" + block
    elif target == "evidence":
        entry = {
            "kind": "localStorage",
            "name": "a",
            "value": "1",
            "operation": "store",
            "lifetime": "persistent",
            "x-a": [1e3],
        }
        response = {
            "method": "GET", "url": "https://www.shop.example/a?b", "status": 200, "setCookie": [good.decode(), odd.decode()],
            "date": "Fri, 01 May 2026 12:00:00 GMT", "topLevelSite": "https://news.example/", "consent": {"ads": "granted"},
        }  # fmt: skip
        yield json.dumps({"observations": 1, "consent": "refused", "records": [response]}).encode()
        yield json.dumps([response, {"status": 204, "time": 5}]).encode()
        yield b'{"observations": 1}\n' + json.dumps(response).encode() + b'\n{"kind": "cookie", "name": "a"}\n'
        yield json.dumps([entry]).encode()
    elif target == "loader":
        item: dict[str, Any] = {"name": "a<N>", "kind": "cookie", "category": "necessary", "retention": "6 months"}
        document = {"catalogue": 1, "id": "s", "placeholders": {"N": {"pattern": "[0-9]+"}}, "items": [item]}
        yield b"\x01" + json.dumps(document).encode()
        yield b'\x02catalogue = 1\n[[items]]\nname = "a"\nkind = "cookie"\ncategory = "necessary"\nretention = "session"\n'
        yield from (b"\x00" + (open_pack(name) or b"")[: MAX_OCTETS - 1] for name in pack_names())
    else:
        yield b"_ga\n_ga_*\n_ga_<HEX>\n/_g(a|at)_[0-9]{1,8}\nsid<NUM>x<ANY>\n_ga_0af\n\\*a"
        yield "/(?i)[^a-c]+é?|b{2,3}(x*)\n*a*b*\n<ODD><NOT>\nabb".encode()


def words(target: str) -> list[str]:
    """Keywords, which chance alone does not find."""
    attributes = [
        "Path=/",
        "Domain=",
        "Secure",
        "HttpOnly",
        "SameSite=",
        "Max-Age=",
        "Expires=",
        "__Host-",
        "__Secure-",
        "__Http-",
    ]
    if target in {"header", "dump"}:
        return [*attributes, "Set-Cookie: ", "Content-Length: ", "HTTP/1.1 200 OK\r\n", "\r\n\r\n"]
    if target == "matcher":
        return [f"<{name}>" for name in PLACEHOLDERS] + [
            "[0-9]",
            "{2,3}",
            "(?i)",
            "(?:",
            "\\pL",
            "[[:alpha:]]",
            "\n/",
            "\\x{1F642}",
        ]
    schema = "catalogue" if target == "loader" else "observations"
    return sorted({name for definition in _definitions(schema) for name in definition.get("properties", {})})


def _definitions(schema: str) -> Iterator[dict[str, Any]]:
    document = json.loads((Path(__file__).parents[2] / "schemas" / f"{schema}.schema.json").read_text("utf-8"))
    yield document
    yield from document.get("$defs", {}).values()


class Run:
    """Counts, and ends the process when the time is up: the fuzzer's own end would say nothing of the slowest input."""

    def __init__(self, target: str, seconds: float, failures: Path) -> None:
        self._target = target
        self._check = TARGETS[target]
        self._failures = failures
        self._end = time.monotonic() + seconds
        self._executions = 0
        self._slowest = 0.0
        self._slowest_input = b""
        self._found: dict[str, int] = {}

    def one(self, data: bytes) -> None:
        """Run one input."""
        start = time.process_time()
        try:
            self._check(data)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the run is for
            self._keep(error, data)
        seconds = time.process_time() - start
        self._executions += 1
        if seconds > self._slowest:
            self._slowest, self._slowest_input = seconds, data
            if seconds > SLOW:
                self._keep(TimeoutError(f"{seconds:.1f} s"), data)
        if time.monotonic() > self._end:
            self._report()

    def _keep(self, error: Exception, data: bytes) -> None:
        frames = traceback.extract_tb(error.__traceback__)[-1:]
        place = "".join(f" at {Path(frame.filename).name}:{frame.lineno}" for frame in frames)
        kind = f"{type(error).__name__}{place}"
        if kind not in self._found:
            self._failures.mkdir(parents=True, exist_ok=True)
            path = self._failures / f"{self._target}-{len(self._found) + 1}"
            path.write_bytes(data)
            print(f"{self._target}: {kind}: {error}\n  input: {path}", flush=True)
        self._found[kind] = self._found.get(kind, 0) + 1

    def _report(self) -> None:
        if self._slowest_input:
            self._failures.mkdir(parents=True, exist_ok=True)
            (self._failures / f"{self._target}-slowest").write_bytes(self._slowest_input)
        print(
            f"{self._target}: {self._executions} executions, {len(self._found)} different failures, "
            f"slowest {self._slowest * 1000:.0f} ms ({len(self._slowest_input)} octets)",
            flush=True,
        )
        os._exit(1 if self._found else 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument(
        "--corpus", type=Path, default=Path(".fuzz/corpus"), help="where what is interesting is kept for the next run"
    )
    parser.add_argument(
        "--failures", type=Path, default=Path(".fuzz/found"), help="where inputs that break a promise are written"
    )
    parser.add_argument("--input", type=Path, help="run this file alone, as it is, and raise what it raises")
    options = parser.parse_args()
    if options.input is not None:
        TARGETS[options.target](options.input.read_bytes())
        return
    options.corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(options.target)):
        TARGETS[options.target](
            seed
        )  # must pass, and loads what is loaded on demand, so that it slows no counted input
        (options.corpus / f"seed-{number}").write_bytes(seed)
    dictionary = options.corpus.with_name(f"{options.target}.dict")
    quoted = ("".join(f"\\x{octet:02x}" for octet in word.encode()) for word in words(options.target))
    dictionary.write_text("".join(f'"{word}"\n' for word in quoted), "utf-8")
    run = Run(options.target, options.seconds, options.failures)
    arguments = [
        sys.argv[0],
        f"-max_len={MAX_OCTETS}",
        "-timeout=60",
        "-verbosity=0",
        f"-dict={dictionary}",
        str(options.corpus),
    ]
    atheris.Setup(arguments, run.one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
