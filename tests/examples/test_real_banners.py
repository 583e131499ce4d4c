"""What was found in two consent banners that others wrote and published: each sequence, with the law that it breaks.

A change here is a change of the package or of ours, and docs/explanation/real-banners.md has to say so. Each application
runs in a process of its own; wagtail-tag-manager in an environment of its own too, since it needs an older Django:
``nox -s banners`` makes that one, or ``POLICYCHECK_WAGTAIL_PYTHON`` names the interpreter of another.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BANNERS = ROOT / "examples" / "real_banners"
PAGE = ROOT / "docs" / "explanation" / "real-banners.md"

Found = dict[str, list[list[str]]]

COOKIE_CONSENT: Found = {
    # broken
    "visit('/'); grant_all(); visit('/'); withdraw('analytics')": [["withdrawal-is-as-easy", "CON015"]],
    "grant('analytics'); wait(days=300); grant('social'); wait(days=70); visit('/')": [
        ["expiry-returns-to-unset", "CON005"]
    ],
    # held
    "visit('/'); visit('/news/')": [],
    "refuse_all(); visit('/'); visit('/news/')": [],
    "grant('analytics'); visit('/'); visit('/news/')": [],
    "grant_all(); visit('/'); visit('/news/'); refuse_all(); visit('/news/')": [],
    "grant('analytics'); revise('2'); visit('/')": [],
    "grant('analytics'); revise('2'); grant('social'); visit('/')": [],
    "grant('analytics'); expire(); visit('/')": [],
    "grant_in_both_orders('analytics', 'social')": [],
}
COOKIE_CONSENT_IN_IRELAND: Found = {"grant('analytics')": [["choice-is-remembered", "CON008"]]}
TAG_MANAGER: Found = {
    "visit('/')": [["silence-is-refusal", "CON001"]],
}
TAG_MANAGER_ASKING_FIRST: Found = {
    # broken
    "grant('marketing'); withdraw('marketing'); visit('/')": [["withdrawal-erases", "CON003"]],
    "grant('statistics'); wait(days=35); visit('/'); wait(days=340); visit('/')": [
        ["expiry-returns-to-unset", "CON005"],
        ["signal-follows-choice", "CON011"],
    ],
    # held
    "visit('/'); visit('/news/')": [],
    "refuse_all(); visit('/'); visit('/news/')": [],
    "grant('statistics'); visit('/'); visit('/news/')": [],
    "grant('statistics'); revise('2'); visit('/')": [],
    "grant('statistics'); expire(); visit('/')": [],
    "grant_in_both_orders('preferences', 'marketing')": [],
}


def wagtail_python() -> str | None:
    """The interpreter of an environment that has wagtail-tag-manager."""
    named = os.environ.get("POLICYCHECK_WAGTAIL_PYTHON")
    made = ROOT / ".nox" / "banners" / "bin" / "python"
    if named or made.exists():
        return named or str(made)
    return sys.executable if find_spec("wagtail_tag_manager") else None


def replay(python: str, folder: str, sequences: Found, *options: str, **environment: str) -> Found:
    done = subprocess.run(
        [python, "-W", "ignore", "../replay.py", *options, *sequences],
        cwd=BANNERS / folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: Found = json.loads(done.stdout)
    return found


def test_django_cookie_consent() -> None:
    pytest.importorskip("cookie_consent")
    assert replay(sys.executable, "django_cookie_consent", COOKIE_CONSENT) == COOKIE_CONSENT


def test_django_cookie_consent_keeps_a_choice_for_longer_than_ireland_lets_it_count() -> None:
    pytest.importorskip("cookie_consent")
    found = replay(sys.executable, "django_cookie_consent", COOKIE_CONSENT_IN_IRELAND, "--profile", "IE")
    assert found == COOKIE_CONSENT_IN_IRELAND


@pytest.mark.parametrize(
    ("wanted", "environment"),
    [(TAG_MANAGER, {}), (TAG_MANAGER_ASKING_FIRST, {"ASK_FIRST": "1"})],
    ids=["as it comes", "asking first"],
)
def test_wagtail_tag_manager(wanted: Found, environment: dict[str, str]) -> None:
    python = wagtail_python()
    if python is None:
        pytest.skip("wagtail-tag-manager is not installed: nox -s banners makes an environment that has it")
    assert replay(python, "wagtail_tag_manager", wanted, **environment) == wanted


@pytest.mark.parametrize("folder", ["django_cookie_consent", "wagtail_tag_manager"])
def test_a_driver_has_fewer_than_forty_lines(folder: str) -> None:
    text = (BANNERS / folder / "visitor.py").read_text("utf-8")
    assert len([line for line in text[text.index("class Visitor") :].splitlines() if line.strip()]) < 40


def test_the_page_tells_every_sequence_that_breaks_a_law() -> None:
    page = PAGE.read_text("utf-8")
    for found in (COOKIE_CONSENT, COOKIE_CONSENT_IN_IRELAND, TAG_MANAGER, TAG_MANAGER_ASKING_FIRST):
        for sequence, broken in found.items():
            if broken:
                assert sequence in page
                assert all(law in page and code in page for law, code in broken)
