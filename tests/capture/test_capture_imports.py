from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policycheck.capture import ImportWatch
from policycheck.errors import CaptureError
from policycheck.model.observation import HttpExchange


class Named:
    """A recorder that nothing is recorded by."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name

    def response(self, exchange: HttpExchange) -> None:
        raise AssertionError(exchange)


class Closing:
    def __init__(self, log: list[str], name: str) -> None:
        self.log = log
        self.name = name

    def close(self) -> None:
        self.log.append(f"closed {self.name}")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    home = tmp_path / "shopclient"
    home.mkdir()
    (home / "__init__.py").write_text('"""A client."""\nimport shopclient.inner\nready = True\n')
    (home / "inner.py").write_text("value = 1\n")
    (home / "broken.py").write_text("raise RuntimeError('broken')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    yield "shopclient"
    for name in [name for name in sys.modules if name.partition(".")[0] == "shopclient"]:
        del sys.modules[name]


def watcher(log: list[str], name: str) -> Any:
    def start(recorder: Any) -> Closing:
        assert getattr(sys.modules[name], "value", 0) or sys.modules[name].ready, "called after the module ran"
        log.append(f"{name} for {recorder}")
        return Closing(log, name)

    return start


def test_a_module_that_comes_later(package: str) -> None:
    log: list[str] = []
    before = list(sys.meta_path)
    watch = ImportWatch(
        {package: watcher(log, package), "shopclient.inner": watcher(log, "shopclient.inner")}, Named("r")
    )
    assert log == []
    module = importlib.import_module(package)
    assert "exec_module" not in vars(module.__loader__)
    assert log == ["shopclient.inner for r", "shopclient for r"], "in the order in which they are complete"
    assert watch.watched == ["shopclient.inner", "shopclient"]
    assert inspect.getsource(module).startswith('"""A client."""'), "the loader is still the module's own"
    watch.close()
    watch.close()
    assert log[2:] == ["closed shopclient", "closed shopclient.inner"]
    assert sys.meta_path == before


def test_a_module_that_is_there_already(package: str) -> None:
    importlib.import_module(package)
    log: list[str] = []
    with ImportWatch({package: watcher(log, package)}, Named("r")) as watch:
        assert watch.watched == [package]
        importlib.reload(sys.modules[package])
        assert log == ["shopclient for r"], "once"
    assert log[-1] == "closed shopclient"


def test_a_module_that_never_comes_or_does_not_exist(package: str) -> None:
    log: list[str] = []
    with ImportWatch(
        {"shopclient.nothing": watcher(log, "x"), "shopclient.broken": watcher(log, "y")}, Named("r")
    ) as watch:
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("shopclient.nothing")
        with pytest.raises(RuntimeError, match="broken"):
            importlib.import_module("shopclient.broken")
        assert watch.watched == []
        assert watch.problems == []
    assert log == []


def test_imports_after_the_end_are_not_followed(package: str) -> None:
    log: list[str] = []
    ImportWatch({package: watcher(log, package)}, Named("r")).close()
    importlib.import_module(package)
    assert log == []


def test_a_watcher_that_fails_does_not_break_the_import(package: str) -> None:
    def of_ours(recorder: Any) -> Any:
        raise CaptureError("shopclient 9 is not known")

    def of_a_plugin(recorder: Any) -> Any:
        raise KeyError("oh")

    with ImportWatch({package: of_ours, "shopclient.inner": of_a_plugin}, Named("r")) as watch:
        assert importlib.import_module(package).ready is True
        assert watch.watched == []
        assert [str(problem) for problem in watch.problems] == [
            "shopclient.inner cannot be watched: KeyError: 'oh'",
            "shopclient 9 is not known",
        ]


def test_two_import_watches(package: str) -> None:
    log: list[str] = []
    first = ImportWatch({package: watcher(log, package)}, Named("one"))
    second = ImportWatch({package: watcher(log, package)}, Named("two"))
    importlib.import_module(package)
    first.close()
    second.close()
    assert sorted(log[:2]) == ["shopclient for one", "shopclient for two"]


def test_a_fresh_process_from_first_import_to_record(site_url: str) -> None:
    """The zero-line mode as it runs: nothing is imported, then the code under test asks with two clients."""
    code = f"""
import sys
from policycheck.capture import ImportWatch, RecorderSlot, HostFilter, watched_modules

class Seen(list):
    def response(self, exchange):
        self.append((exchange.adapter, exchange.status, len(exchange.set_cookie)))

seen = Seen()
with ImportWatch(watched_modules(), RecorderSlot(seen, hosts=HostFilter())) as watch:
    assert "requests" not in sys.modules and "urllib3" not in sys.modules
    import requests
    import aiohttp, asyncio
    requests.get("{site_url}/start")

    async def main():
        async with aiohttp.ClientSession() as session:
            async with session.get("{site_url}/end"):
                pass

    asyncio.run(main())
    assert not watch.problems, watch.problems
    print(watch.watched)
assert seen == [("urllib3", 302, 2), ("urllib3", 303, 3), ("urllib3", 200, 2), ("aiohttp", 200, 2)], seen
"""
    for needed in ("requests", "aiohttp"):
        pytest.importorskip(needed)
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "['urllib3', 'requests', 'aiohttp']"


def test_a_warning_at_import_blames_who_imports_and_an_import_error_shows_no_frame_of_ours(
    package: str, tmp_path: Path
) -> None:
    home = tmp_path / package
    (home / "old.py").write_text("import warnings\nwarnings.warn('use the new one', stacklevel=2)\n")
    (home / "absent.py").write_text("import shopclient.nowhere\n")
    with ImportWatch(
        {f"{package}.{name}": lambda recorder: Closing([], f"{recorder}") for name in ("old", "absent")},
        Named("nobody"),
    ):
        with pytest.warns(UserWarning, match="use the new one") as warned:
            exec(compile(f"import {package}.old", "their_test.py", "exec"), {})
        with pytest.raises(ModuleNotFoundError) as raised:
            exec(compile(f"import {package}.absent", "their_test.py", "exec"), {})
    assert [warning.filename for warning in warned] == ["their_test.py"]
    assert [entry.path.name if isinstance(entry.path, Path) else entry.path for entry in raised.traceback][1:] == [
        "their_test.py",
        "absent.py",
    ]
