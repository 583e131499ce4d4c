"""``--policycheck-record``: a draft of the catalogue out of a run, which judges nothing."""

from __future__ import annotations

from typing import Any

import pytest

LEAK = "def test_leak(bare): bare.get('/leak')"


@pytest.fixture(autouse=True)
def lean(suite: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    suite.lean()
    monkeypatch.chdir(suite.path)


def without_catalogue(suite: Any) -> None:
    (suite.path / "catalogue.yaml").unlink()
    suite.write(
        "pyproject.toml", (suite.path / "pyproject.toml").read_text().replace('catalogue = "catalogue.yaml"\n', "")
    )


def test_a_project_without_a_catalogue_gets_one(suite: Any, canary: str) -> None:
    without_catalogue(suite)
    suite.test(LEAK, "@pytest.mark.policycheck(consent='granted')", "def test_count(bare): bare.get('/count')")
    result = suite.run("--policycheck-record")  # which watches everything
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [
            "note: this run drafted the catalogue, and judged nothing",
            "nothing was judged; 2 observations in 2 responses",
            "recorded from 2 tests:",
            "catalogue.yaml: 2 drafts added",
            "  next: review each entry *",
        ]
    )
    written = (suite.path / "catalogue.yaml").read_text()
    assert "name: tracker" in written
    assert canary not in written + result.stdout.str()
    assert suite.run("--policycheck", "--policycheck-record=catalogue.yaml").ret == 0
    assert (suite.path / "catalogue.yaml").read_text() == written


def test_what_a_person_wrote_stays_and_workers_join(suite: Any) -> None:
    before = (suite.path / "catalogue.yaml").read_text()
    suite.test(
        LEAK,
        "def test_other(policycheck): policycheck.storage('localStorage', 'nope')",
        "def test_home(bare): bare.get('/')",
    )
    result = suite.run("--policycheck", "--policycheck-record", "-n2", "--policycheck-report=r.json")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["catalogue.yaml: 2 drafts added"])
    written = (suite.path / "catalogue.yaml").read_text()
    assert written.startswith(before)
    assert written.count("draft:") == 2
    assert '"findings": []' in (suite.path / "r.json").read_text()
    # the next run holds what was drafted to be undeclared
    suite.run("--policycheck").assert_outcomes(passed=1, failed=2)


def test_a_fixture_is_enough_and_consent_may_be_of_any_category(suite: Any) -> None:
    without_catalogue(suite)
    suite.test(
        "def test_leak(client, policycheck):",
        "    policycheck.consent.grant('analytics')",
        "    client.get('/leak')",
        "    policycheck.verify()",
        "def test_laws(policycheck_consent): policycheck_consent.run(None)",
    )
    result = suite.run("--policycheck-record=new.toml")
    result.assert_outcomes(passed=1, skipped=1)
    assert 'name = "tracker"' in (suite.path / "new.toml").read_text()


def test_a_run_that_saw_nothing_records_nothing(suite: Any) -> None:
    without_catalogue(suite)
    suite.test("def test_one(): pass")
    result = suite.run("--policycheck", "--policycheck-record")
    assert result.ret == 4
    result.stdout.fnmatch_lines(["*nothing was observed*", "catalogue.yaml: not written, since 1 test stored nothing"])
    assert not (suite.path / "catalogue.yaml").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--policycheck-record=test_shop.py",), "test_shop.py is no catalogue, which ends in .yaml, .yml, .json, .toml"),
        (("--policycheck-record=pack:x.yaml",), "pack:x.yaml is no catalogue, *"),
        (("--policycheck-record=no/c.yaml",), "the folder */no does not exist"),
        (("--policycheck-catalogue=pack:matomo", "--policycheck-record"), "pack:matomo cannot be written to"),
    ],
)  # fmt: skip
def test_a_place_that_is_no_catalogue_ends_the_run(suite: Any, options: tuple[str, ...], message: str) -> None:
    suite.test(LEAK)
    result = suite.run("--policycheck", *options)
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"ERROR: policycheck: --policycheck-record: {message}"])


def test_recording_and_a_baseline_do_not_go_together(suite: Any) -> None:
    suite.test(LEAK)
    result = suite.run("--policycheck-record", "--policycheck-baseline=b.json", "--policycheck-baseline-update")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: policycheck: --policycheck-record judges nothing, *"])


def test_a_catalogue_that_is_broken_is_left_alone(suite: Any) -> None:
    suite.write("catalogue.yaml", "catalogue: 1\nid: [\n")
    suite.test(LEAK)
    result = suite.run("--policycheck", "--policycheck-record")
    assert result.ret == 4
    assert (suite.path / "catalogue.yaml").read_text() == "catalogue: 1\nid: [\n"
