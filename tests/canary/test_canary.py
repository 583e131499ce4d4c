"""A value put into every cookie of every example appears in nothing that policycheck or pytest writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
SWITCHES = {"shop": "SHOP_LEAK", "django_site": "LIBRARY_LEAK", "fastapi_service": "SERVICE_LEAK"}
CANARY = "canary0f53cr3t"


@pytest.mark.parametrize(
    "options",
    [("-vv", "--tb=long", "--showlocals", "-rA"), ("-q",), ("-n", "2", "-vv")],
    ids=["verbose", "quiet", "xdist"],
)
@pytest.mark.parametrize("example", SWITCHES)
def test_no_value_in_any_output(example: str, options: tuple[str, ...], tmp_path: Path) -> None:
    written = {name: tmp_path / name for name in ("report.json", "junit.xml", "log.txt")}
    environment = {
        **os.environ,
        SWITCHES[example]: "1",
        "POLICYCHECK_TEST_CANARY": CANARY,
        "PYTHONPATH": str(HERE),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", *options,
            "-p", "canary_plugin", "-p", "no:cacheprovider",
            f"--policycheck-report={written['report.json']}",
            f"--junitxml={written['junit.xml']}",
            f"--log-file={written['log.txt']}", "--log-file-level=DEBUG",
        ],
        cwd=EXAMPLES / example, env=environment, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    findings = json.loads(written["report.json"].read_text("utf-8"))["findings"]
    assert any(f"<{len(CANARY)} bytes>" in finding["actual"] for finding in findings), "the canary was never planted"
    for place, text in {
        "stdout": done.stdout,
        "stderr": done.stderr,
        **{name: path.read_text("utf-8") for name, path in written.items() if path.exists()},
    }.items():
        assert CANARY not in text, f"{place} shows a value"
