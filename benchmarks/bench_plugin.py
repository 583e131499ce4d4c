"""The pytest plugin: what a run pays that does not use it, and what one pays that does.

Run ``python benchmarks/bench_plugin.py``, or with ``--quick``. Figures are medians, of processor time, over rounds in
which the contestants take turns; only the ratios mean something on another machine.

idle       a run of one empty test with the plugin, beside the same run with a plugin that is an empty file
imported   ``import pytest_policycheck.plugin`` after ``import pytest``, in milliseconds
cold       what a run pays on top, the first time a fixture is used: 2,500 entries from the cache, 30 headers
watched    Django's ``Client.get`` of a page that sets five cookies, watched and judged, beside the same unwatched
"""

from __future__ import annotations

import argparse
import importlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ENTRIES = 2_500
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
"""What ``django-admin startproject`` writes."""
HEADERS = 30
IMPORT = (
    "import pytest, time; a = time.process_time(); import pytest_policycheck.plugin; print(time.process_time() - a)"
)
USING = f"""
from policycheck.model.observation import HttpExchange

class Client:
    pass

def test_one(policycheck):
    headers = tuple(f"cookie_{{number}}=value; Max-Age=3600; Path=/; SameSite=Lax" for number in range({HEADERS}))
    policycheck._device.response(HttpExchange("GET", "https://shop.test/", 200, headers))
    assert len(policycheck.observations) == {HEADERS}
"""
"""Hands headers over where an adapter would, so that no framework's import is measured with it."""


def child_cpu(command: list[str], folder: Path) -> float:
    """Seconds of processor time of one process. Raises RuntimeError when it fails."""
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode:
        raise RuntimeError(output.decode(errors="replace"))
    return usage.ru_utime + usage.ru_stime


def in_turns(contestants: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of each contestant over ``rounds``, after one that does not count."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, run in contestants.items():
            took = run()
            if number:
                times[name].append(took)
    return {name: statistics.median(taken) for name, taken in times.items()}


def bench_runs(folder: Path, rounds: int) -> None:
    """Whole runs of pytest in processes of their own."""
    lines = ["catalogue: 1", "id: large", 'version: "1"', "items:"]
    lines += [
        f"  - {{name: cookie_{number}{'_*' if number % 4 == 3 else ''}, kind: cookie, category: necessary, "
        "retention: 1 day, purpose: {en: One of many.}}"
        for number in range(ENTRIES)
    ]
    (folder / "catalogue.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "pyproject.toml").write_text(
        '[tool.policycheck]\ncatalogue = "catalogue.yaml"\nfail-on = "error"\n', "utf-8"
    )
    text = USING.replace("cookie_{number}=", "cookie_{number * 4}=")
    (folder / "test_using.py").write_text(text, "utf-8")
    (folder / "empty_plugin.py").write_text("", "utf-8")
    (folder / "test_plain.py").write_text("def test_one(): pass\n", "utf-8")
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    with_plugin = [*pytest, "-p", "pytest_policycheck.plugin"]
    ignore = "--policycheck-ignore=ATT,RET"
    taken = in_turns(
        {
            "without": lambda: child_cpu([*pytest, "test_plain.py"], folder),
            "empty": lambda: child_cpu([*pytest, "-p", "empty_plugin", "test_plain.py"], folder),
            "idle": lambda: child_cpu([*with_plugin, "test_plain.py"], folder),
            "used": lambda: child_cpu([*with_plugin, ignore, "test_using.py"], folder),
        },
        rounds,
    )
    without = taken["without"]
    idle, empty = taken["idle"] / taken["empty"], taken["empty"] / without
    print(f"idle       {idle:.3f} of the run with an empty plugin   (goal 1.02, stretch 1.01)")
    print(f"           {empty:.3f} of the run without any is what the empty plugin takes, for pytest's own work on it")
    more = (taken["used"] - without) * 1000
    print(f"cold       {more:.0f} ms more, {taken['used'] / without:.2f} of the run   (goal 50 ms)")
    imports = [
        float(subprocess.run([sys.executable, "-c", IMPORT], cwd=folder, capture_output=True, check=True).stdout)
        for _ in range(rounds)
    ]
    print(f"imported   {statistics.median(imports) * 1000:.2f} ms   (goal 1 ms)")


def bench_watched(rounds: int, requests: int) -> None:
    """Django's client in this process."""
    django, conf, http, test, urls = (
        importlib.import_module(name) for name in ("django", "django.conf", "django.http", "django.test", "django.urls")
    )

    def page(_: object) -> object:
        answer = http.HttpResponse("hello")
        for number in range(5):
            answer.set_cookie(f"cookie_{number}", "value", max_age=86400, secure=True, httponly=True, samesite="Lax")
        return answer

    conf.settings.configure(
        ROOT_URLCONF=type("Urls", (), {"urlpatterns": [urls.path("", page)]}),
        ALLOWED_HOSTS=["*"],
        SECRET_KEY="for a benchmark",
        MIDDLEWARE=MIDDLEWARE,
        INSTALLED_APPS=[f"django.contrib.{name}" for name in ("auth", "contenttypes", "sessions", "messages")],
        TEMPLATES=[],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    )
    django.setup()

    from policycheck.api import load_catalogue
    from policycheck.engine.project import Project
    from policycheck.engine.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        location = Path(folder) / "catalogue.yaml"
        items = "".join(
            f"  - {{name: cookie_{number}, kind: cookie, category: necessary, retention: 1 day, purpose: {{en: x}}}}\n"
            for number in range(ENTRIES)
        )
        location.write_text(f"catalogue: 1\nid: large\nversion: '1'\nitems:\n{items}", "utf-8")
        project = Project(Settings(cache=False))
        session = project.session(load_catalogue(location))

    def unwatched() -> float:
        client = test.Client()
        return timed(lambda: client.get("/"))

    def watched() -> float:
        client: Any = test.Client()
        journey = session.journey()
        with project.manager.hook.policycheck_observe(subject=client, recorder=journey.recorder):
            taken = timed(lambda: client.get("/"))
        assert journey.recorder.exchanges == requests
        return taken

    def timed(request: Callable[[], object]) -> float:
        start = time.process_time()
        for _ in range(requests):
            request()
        return time.process_time() - start

    taken = in_turns({"unwatched": unwatched, "watched": watched}, rounds)
    more = taken["watched"] / taken["unwatched"] - 1
    print(f"watched    {more:.1%} more than Client.get alone, five cookies   (goal 10 %, stretch 6 %)")


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        bench_runs(Path(folder), 5 if quick else 21)
    bench_watched(5 if quick else 15, 100 if quick else 400)


if __name__ == "__main__":
    main()
