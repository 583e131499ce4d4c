"""The files for continuous integration keep to the schemas of their services, and the pages on them say what they say."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.ci.pipelines import GATE, ROOT

HOW_TO = ROOT / "docs" / "how-to"
BIN = Path(sys.executable).parent
CHECKER = BIN / "check-jsonschema"
HADOLINT = BIN / "hadolint"


def block(page: str) -> str:
    found = re.search(r"^```yaml\n(.*?)^```$", (HOW_TO / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def named(page: str) -> list[str]:
    return re.findall(r"^\| `([\w-]+)` \|", (HOW_TO / page).read_text("utf-8"), re.MULTILINE)


@pytest.mark.skipif(not CHECKER.exists(), reason="check-jsonschema is not installed: pip install --group lint")
@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("vendor.github-actions", ROOT / "action.yml"),
        ("vendor.github-workflows", GATE / ".github" / "workflows" / "policycheck.yml"),
        ("vendor.gitlab-ci", ROOT / "ci" / "gitlab.yml"),
        ("vendor.gitlab-ci", GATE / ".gitlab-ci.yml"),
    ],
    ids=str,
)
def test_each_file_keeps_to_the_schema_of_its_service(schema: str, path: Path) -> None:
    done = subprocess.run([CHECKER, "--builtin-schema", schema, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(not HADOLINT.exists(), reason="hadolint is not installed: pip install --group lint")
def test_the_dockerfile_is_linted() -> None:
    done = subprocess.run([HADOLINT, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_image_has_what_a_build_needs() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert {"pyproject.toml", "README.md", "LICENSE", "policycheck", "pytest_plugin", "schemas"} == kept


@pytest.mark.skipif(shutil.which("docker") is None, reason="there is no docker here")
def test_the_image_is_built_and_runs(tmp_path: Path) -> None:
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode:
        pytest.skip("no Docker engine runs here")
    tag = "policycheck:test"
    subprocess.run(["docker", "build", "--quiet", "--tag", tag, ROOT], capture_output=True, check=True)
    done = subprocess.run(["docker", "run", "--rm", tag, "packs"], capture_output=True, text=True, check=True)
    assert "smartsupp" in done.stdout


@pytest.mark.parametrize(
    ("page", "path"),
    [
        ("use-the-github-action.md", GATE / ".github" / "workflows" / "policycheck.yml"),
        ("use-the-gitlab-template.md", GATE / ".gitlab-ci.yml"),
        ("use-pre-commit.md", GATE / ".pre-commit-config.yaml"),
    ],
    ids=str,
)
def test_the_page_shows_the_file_of_the_example(page: str, path: Path) -> None:
    assert block(page) == path.read_text("utf-8")


def test_the_pages_name_what_there_is() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    template = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text("utf-8"))
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))

    assert named("use-the-github-action.md") == list(action["inputs"])
    assert named("use-the-gitlab-template.md") == list(template[".policycheck"]["variables"])
    assert named("use-pre-commit.md") == [hook["id"] for hook in hooks]


def test_the_container_page_uses_what_the_image_says() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    page = (HOW_TO / "run-in-a-container.md").read_text("utf-8")

    assert 'ENTRYPOINT ["policycheck"]' in dockerfile
    assert "WORKDIR /site" in dockerfile
    assert 'docker run --rm -v "$PWD:/site" policycheck check' in page
