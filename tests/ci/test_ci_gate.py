"""The pipelines of the example project, run as the services run them: clean as it is, and red for what is planted."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.ci.pipelines import (
    GATE,
    ROOT,
    gitlab_job,
    hooks,
    project_in,
    run_action,
    run_hook,
    run_job,
    workflow_inputs,
)

WORKFLOW = GATE / ".github" / "workflows" / "policycheck.yml"
LEAK = {("CON001", "issue"), ("RET001", "issue")}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return project_in(tmp_path)


def results(project: Path) -> list[dict[str, Any]]:
    sarif = json.loads((project / "policycheck-reports" / "policycheck.sarif").read_text("utf-8"))
    found: list[dict[str, Any]] = sarif["runs"][0]["results"]
    return found


def failing(project: Path) -> set[tuple[str, str]]:
    report = json.loads((project / "policycheck-reports" / "policycheck.json").read_text("utf-8"))
    return {
        (found["code"], found["subject"])
        for found in report["findings"]
        if found["severity"] == "error" and not found["waiver"] and not found["known"]
    }


def test_the_action_is_green_with_what_was_accepted(project: Path) -> None:
    outcome = run_action(project, workflow_inputs(WORKFLOW))

    assert outcome.code == 0, outcome.out
    assert outcome.outputs["steps.check.outputs.exit-code"] == "0"
    assert [action.partition("@")[0] for action, _ in outcome.used] == [
        "github/codeql-action/upload-sarif",
        "actions/upload-artifact",
    ]
    assert outcome.used[0][1]["sarif_file"] == "./policycheck-reports/policycheck.sarif"
    assert (project / outcome.used[0][1]["sarif_file"]).is_file()
    suppressed = {(one["ruleId"], bool(one.get("suppressions"))) for one in results(project) if one["level"] == "error"}
    assert suppressed == {("INV001", True), ("RET001", True)}
    assert "old_banner" in outcome.summary
    assert "::error" not in outcome.out


def test_the_action_is_red_for_what_is_new_and_says_where(project: Path) -> None:
    outcome = run_action(project, workflow_inputs(WORKFLOW), NEWSLETTER_LEAK="1")

    assert outcome.code == 1
    assert failing(project) == LEAK
    annotations = re.findall(r"^::error (.*?)::", outcome.out, re.MULTILINE)
    assert len(annotations) == len(LEAK)
    assert all("file=tests/test_newsletter.py" in one for one in annotations)
    assert "issue" in outcome.summary
    open_ones = {one["ruleId"] for one in results(project) if one["level"] == "error" and not one.get("suppressions")}
    assert open_ones == {code for code, _ in LEAK}


def test_findings_need_not_fail_the_action(project: Path) -> None:
    outcome = run_action(project, {**workflow_inputs(WORKFLOW), "fail": "false"}, NEWSLETTER_LEAK="1")

    assert outcome.code == 0
    assert outcome.outputs["steps.check.outputs.exit-code"] == "1"
    assert "::notice title=policycheck::there are findings" in outcome.out


def test_what_could_not_be_checked_fails_the_action_in_any_case(project: Path) -> None:
    outcome = run_action(
        project,
        {"install": "", "files": "missing.har other.har", "catalogue": "catalogue.yaml", "fail": "false"},
    )

    assert outcome.code == 2
    assert "missing.har" in outcome.out


def test_the_action_checks_files_of_evidence(project: Path) -> None:
    (project / "headers.txt").write_bytes(b"HTTP/1.1 200 OK\r\nSet-Cookie: issue=CANARY; Max-Age=60; Secure\r\n\r\n")
    outcome = run_action(
        project,
        {"install": "", "files": "headers.txt", "arguments": "--url https://news.example/ --fail-on warning"},
    )

    assert outcome.code == 1, outcome.out
    assert ("CON001", "issue") in failing(project)
    assert "CANARY" not in outcome.out + outcome.summary


def test_the_gitlab_job_is_green_with_what_was_accepted_and_red_for_what_is_new(project: Path) -> None:
    job = gitlab_job(project)
    reports = {name: project / path for name, path in job["artifacts"]["reports"].items()}

    green = run_job(project, job)
    quality = json.loads(reports["codequality"].read_text("utf-8"))
    red = run_job(project, job, NEWSLETTER_LEAK="1")

    assert (green.code, red.code) == (0, 1), green.out
    assert not [one for one in quality if one["severity"] in {"critical", "blocker", "major"}]
    shown = json.loads(reports["codequality"].read_text("utf-8"))
    assert {one["check_name"][:6] for one in shown if one not in quality} >= {code for code, _ in LEAK}
    assert all(not Path(one["location"]["path"]).is_absolute() for one in shown)
    suites = ET.parse(reports["junit"]).getroot()
    assert len(list(suites.iter("failure"))) == len(LEAK)


def test_the_hooks_pass_and_name_what_is_wrong(project: Path) -> None:
    used = {
        hook["id"]: hook
        for hook in yaml.safe_load((project / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    }
    known = hooks()
    assert set(used) == set(known)
    before = {name: run_hook(project, known[name], *used[name].get("args", ())) for name in known}
    catalogue = project / "catalogue.yaml"
    formatted = catalogue.read_text("utf-8").replace("retention: 30 days", "retention: 300 days")
    catalogue.write_text(formatted.replace("retention: 300 days", "retention:   300 days"), "utf-8")
    run_hook(project, known["policycheck-format"])
    stale = run_hook(project, known["policycheck-render"], *used["policycheck-render"]["args"])

    assert {name: outcome.code for name, outcome in before.items()} == dict.fromkeys(known, 0), before
    assert catalogue.read_text("utf-8") == formatted, "pre-commit fails a hook that changed a file"
    assert stale.code == 1
    assert "300 days" in stale.out

    catalogue.write_text("catalogue: 1\nid: newsletter\nitems: 3\n", "utf-8")
    broken = run_hook(project, known["policycheck-validate"])
    assert broken.code == 2
    assert "catalogue.yaml:3" in broken.out


def test_no_input_is_pasted_into_a_script() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))

    assert all("${{" not in step.get("run", "") for step in action["runs"]["steps"])
