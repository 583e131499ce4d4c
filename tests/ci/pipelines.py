"""Runs the scripts of pipelines as the services run them: GitHub's composite action, GitLab's jobs, pre-commit's hooks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
GATE = ROOT / "examples" / "ci-gate"
_EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")


@dataclass
class Outcome:
    """What a pipeline came to: the exit code of its job, what it printed, and what a service takes from files."""

    code: int
    out: str
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    used: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """The actions of others that would have run, with what they are given."""


def project_in(folder: Path) -> Path:
    """A copy of the example project."""
    ignored = shutil.ignore_patterns("__pycache__", ".policycheck_cache", "policycheck-reports", ".*_cache")
    shutil.copytree(GATE, folder / "project", ignore=ignored)
    return folder / "project"


def environment(**more: str) -> dict[str, str]:
    """That of a job, without what the run of these tests has put into its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "COV_", "GITHUB_", "CI_", "GITLAB_", "POLICYCHECK_"))
    }
    plugins = " ".join(f"-p no:{name}" for name in ("randomly", "asyncio", "cacheprovider", "django", "time_machine"))
    return {
        **kept,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_ADDOPTS": plugins,
        **more,
    }


def run_action(project: Path, inputs: Mapping[str, str], **variables: str) -> Outcome:
    """Run action.yml: each step of its own whose condition holds, with the inputs that the workflow gives."""
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    unknown = set(inputs) - set(action["inputs"])
    assert not unknown, f"action.yml has no inputs {unknown}"
    given = {name: str(inputs.get(name, declared["default"])) for name, declared in action["inputs"].items()}
    files = {name: project.parent / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    base = environment(**{name: str(path) for name, path in files.items()}, GITHUB_ACTIONS="true", **variables)
    outcome = Outcome(0, "")
    for step in action["runs"]["steps"]:
        if not _holds(step.get("if", "success()"), given, outcome):
            continue
        if "uses" in step:
            outcome.used.append((step["uses"], {k: _filled(str(v), given, outcome) for k, v in step["with"].items()}))
            continue
        for path in files.values():
            path.write_text("", "utf-8")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
            cwd=project / _filled(step.get("working-directory", "."), given, outcome),
            env={**base, **{name: _filled(value, given, outcome) for name, value in step.get("env", {}).items()}},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        outcome.out += done.stdout + done.stderr
        outcome.summary += files["GITHUB_STEP_SUMMARY"].read_text("utf-8")
        lines = files["GITHUB_OUTPUT"].read_text("utf-8").splitlines()
        outcome.outputs |= {
            f"steps.{step.get('id')}.outputs.{k}": v for k, _, v in (line.partition("=") for line in lines)
        }
        if done.returncode:
            outcome.code = done.returncode
    return outcome


def _holds(condition: str, inputs: Mapping[str, str], outcome: Outcome) -> bool:
    terms = [term.strip() for term in condition.split("&&")]
    if "always()" not in terms and outcome.code:
        return False
    for term in terms:
        if term in {"always()", "success()"}:
            continue
        compared = re.fullmatch(r"([\w.-]+) (==|!=) '(.*)'", term)
        assert compared, f"the condition {term!r} is not understood"
        same = _value(compared[1], inputs, outcome) == compared[3]
        if same is not (compared[2] == "=="):
            return False
    return True


def _filled(text: str, inputs: Mapping[str, str], outcome: Outcome) -> str:
    return _EXPRESSION.sub(lambda found: _value(found[1], inputs, outcome), text)


def _value(name: str, inputs: Mapping[str, str], outcome: Outcome) -> str:
    return inputs[name.removeprefix("inputs.")] if name.startswith("inputs.") else outcome.outputs.get(name, "")


def workflow_inputs(workflow: Path) -> dict[str, str]:
    """What a workflow gives to the action of this repository."""
    (job,) = yaml.safe_load(workflow.read_text("utf-8"))["jobs"].values()
    (step,) = [step for step in job["steps"] if "/policycheck@" in step.get("uses", "")]
    return dict(step.get("with", {}))


def gitlab_job(project: Path) -> dict[str, Any]:
    """The job of the project's pipeline as GitLab merges it: what it extends, and over it what it says itself."""
    pipeline = yaml.safe_load((project / ".gitlab-ci.yml").read_text("utf-8"))
    assert pipeline["include"][0]["remote"].endswith("/ci/gitlab.yml")
    template = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text("utf-8"))
    job = pipeline["policycheck"]
    base = template[job["extends"]]
    return {**base, **job, "variables": {**base["variables"], **job.get("variables", {})}}


def run_job(project: Path, job: Mapping[str, Any], **variables: str) -> Outcome:
    """Run the script of a GitLab job with sh, as its images do; before_script only installs, and is left out."""
    done = subprocess.run(
        ["sh", "-e", "-c", "\n".join(job["script"])],
        cwd=project,
        env=environment(GITLAB_CI="true", **job["variables"], **variables),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Outcome(done.returncode, done.stdout + done.stderr)


def hooks() -> dict[str, dict[str, Any]]:
    """The hooks of this repository by id."""
    return {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}


def run_hook(project: Path, hook: Mapping[str, Any], *arguments: str) -> Outcome:
    """Run a hook as pre-commit does: its entry, the arguments of the project, then the files that it is for."""
    files = sorted(str(path.relative_to(project)) for path in project.rglob("*") if path.is_file())
    named = [name for name in files if re.search(hook["files"], name)] if hook.get("pass_filenames", True) else []
    done = subprocess.run(
        [*hook["entry"].split(), *arguments, *named],
        cwd=project,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Outcome(done.returncode, done.stdout + done.stderr)
