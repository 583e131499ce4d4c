"""What a run pays that has policycheck installed and does not use it: two modules, and no hooks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("pydantic", "jsonschema", "hypothesis", "yaml", "rich", "publicsuffixlist", "phonenumbers", "email_validator")

LEAN = [
    part
    for name in ("randomly", "hypothesispytest", "asyncio", "anyio", "time_machine", "platformdirs", "django", "cov")
    for part in ("-p", f"no:{name}")
]

PROBE = """
import sys
import pytest

class Probe:
    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        ours = sorted(name for name in sys.modules if name.partition(".")[0] in {"policycheck", "pytest_policycheck"})
        print("OURS", *ours)
        print("ALL", *sorted(name.partition(".")[0] for name in sys.modules))
        manager = session.config.pluginmanager
        hooks = {
            call.name
            for plugin in manager.get_plugins()
            for call in manager.get_hookcallers(plugin) or ()
            if getattr(plugin, "__module__", getattr(plugin, "__name__", "")).startswith("pytest_policycheck")
        }
        print("HOOKS", *sorted(hooks))
        autouse = session._fixturemanager._nodeid_autousenames if hasattr(session._fixturemanager, "_nodeid_autousenames") else {}
        print("AUTOUSE", *[name for names in autouse.values() for name in names if "policycheck" in name])

sys.exit(pytest.main(sys.argv[1:], plugins=[Probe()]))
"""


def probe(folder: Path, body: str, *options: str, ends: int = 0) -> dict[str, list[str]]:
    (folder / "test_one.py").write_text(body, "utf-8")
    result = subprocess.run(
        [sys.executable, "-c", PROBE, "-q", "-s", "-p", "no:cacheprovider", *options],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip
    assert result.returncode == ends, result.stdout + result.stderr
    lines = [line.split() for line in result.stdout.splitlines()]
    return {words[0].lstrip(".FEx"): words[1:] for words in lines if words}


@pytest.fixture(scope="module")
def unused(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    return probe(tmp_path_factory.mktemp("unused"), "def test_one(): pass\n", "-p", "no:xdist", *LEAN)


def test_a_run_that_does_not_use_it_loads_two_modules(unused: dict[str, list[str]]) -> None:
    assert unused["OURS"] == ["pytest_policycheck", "pytest_policycheck.plugin"]


def test_a_run_that_does_not_use_it_has_options_and_a_marker_and_no_other_hook(unused: dict[str, list[str]]) -> None:
    assert unused["HOOKS"] == ["pytest_addoption", "pytest_configure"]
    assert unused["AUTOUSE"] == []


@pytest.mark.parametrize("name", HEAVY)
def test_nothing_heavy_is_loaded_before_a_fixture_is_used(unused: dict[str, list[str]], name: str) -> None:
    assert name not in unused["ALL"]


def test_a_run_whose_tests_fail_loads_no_more(tmp_path: Path) -> None:
    body = (
        "import pytest\n"
        "@pytest.fixture\ndef broken(): raise OSError\n"
        "def test_one(): assert 1 == 2\n"
        "def test_two(broken): pass\n"
        "def test_three(): raise RuntimeError('x')\n"
        "@pytest.mark.xfail\ndef test_four(): assert 0\n"
    )
    seen = probe(tmp_path, body, "-p", "no:xdist", *LEAN, ends=1)

    assert seen["OURS"] == ["pytest_policycheck", "pytest_policycheck.plugin"]
    assert not set(HEAVY) & set(seen["ALL"])


def test_a_marker_alone_loads_nothing(tmp_path: Path) -> None:
    body = "import pytest\n@pytest.mark.policycheck(consent='granted')\ndef test_one(): pass\n"
    assert probe(tmp_path, body, *LEAN)["OURS"] == ["pytest_policycheck", "pytest_policycheck.plugin"]


def test_switched_off_it_loads_nothing_either(tmp_path: Path) -> None:
    seen = probe(tmp_path, "def test_one(): pass\n", "--policycheck", "--no-policycheck", *LEAN)
    assert seen["OURS"] == ["pytest_policycheck", "pytest_policycheck.plugin"]


def test_the_entry_point_imports_only_what_pytest_has_imported() -> None:
    code = "import pytest, sys; before = set(sys.modules); import pytest_policycheck.plugin; print(*set(sys.modules) - before)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert set(result.stdout.split()) == {"pytest_policycheck", "pytest_policycheck.plugin"}


def test_the_controller_of_workers_waits_with_one_small_module(tmp_path: Path) -> None:
    seen = probe(tmp_path, "def test_one(): pass\n", "-n", "1", *LEAN)
    assert seen["OURS"] == ["pytest_policycheck", "pytest_policycheck.distributed", "pytest_policycheck.plugin"]
    assert seen["HOOKS"] == ["pytest_addoption", "pytest_configure", "pytest_configure_node", "pytest_testnodedown"]
