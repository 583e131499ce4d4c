"""``policycheck diff``: files, packs and revisions of git, in three formats."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from policycheck.catalogue.schema import validator
from tests.cli.conftest import Cli

OLD = """\
catalogue: 1
id: shop
version: "1"
extends: [./company.yaml]
features: {chat: {title: Chat, default: off}}
placeholders: {KEY: {pattern: "[0-9]+"}}
items:
  - {name: _ga, kind: cookie, category: analytics, retention: 6 months, provider: acme}
  - {name: talk_<KEY>, kind: cookie, category: marketing, retention: 1 day, feature: chat}
"""
COMPANY = "catalogue: 1\nproviders: {acme: {name: Acme, mustNotContain: [ipAddress]}}\n"
SETTINGS = '[tool.policycheck]\ncatalogue = "catalogue.yaml"\n'


def git(*arguments: str, folder: Path | None = None) -> None:
    plain = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "HOME": "/", "PATH": os.environ["PATH"]}
    person = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    subprocess.run(["git", *person, *arguments], cwd=folder, env=plain, check=True, capture_output=True)


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a site in a folder of its own, tagged v1."""
    top = tmp_path_factory.mktemp("repository")
    shop = top / "shop"
    shop.mkdir()
    (shop / "catalogue.yaml").write_text(OLD)
    (shop / "company.yaml").write_text(COMPANY)
    (shop / "pyproject.toml").write_text(SETTINGS)
    (shop / "linked.yaml").symlink_to("catalogue.yaml")
    git("init", "-q", folder=top)
    git("add", ".", folder=top)
    git("commit", "-qm", "one", folder=top)
    git("tag", "v1", folder=top)
    return shop


@pytest.fixture
def shop(committed: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The site as it was committed, as the working folder."""
    (committed / "catalogue.yaml").write_text(OLD)
    (committed / "company.yaml").write_text(COMPANY)
    (committed / "pyproject.toml").write_text(SETTINGS)
    monkeypatch.chdir(committed)
    return committed


def subjects(found: Any) -> list[tuple[str, str]]:
    return [(entry["kind"], entry["subject"]) for entry in found["differences"]]


def test_two_files(cli: Cli) -> None:
    item = "catalogue: 1\nitems: [{name: a, kind: cookie, category: analytics, retention: %s}]\n"
    Path("old.yaml").write_text(item % "1 day")
    Path("new.yaml").write_text(item % "2 days")
    result = cli("diff", "old.yaml", "new.yaml")
    assert result.code == 0
    assert result.out.splitlines() == [
        "old.yaml -> new.yaml",
        "",
        "weakened cookie:a",
        "  retention: 1 day -> 2 days   (it may stay longer)",
        "  where:     old.yaml:2 -> new.yaml:2",
        "",
        "1 difference: 1 weakened",
    ]
    assert cli("diff", "old.yaml", "new.yaml", "--fail-on", "weakened,removed").code == 1
    assert cli("diff", "new.yaml", "old.yaml", "--fail-on", "weakened,removed").code == 0
    assert cli("diff", "new.yaml", "old.yaml", "--fail-on", "any").code == 1
    assert cli("diff", "old.yaml", "old.yaml", "--fail-on", "any").code == 0


def test_two_packs(cli: Cli) -> None:
    result = cli("diff", "pack:django", "pack:flask", "-f", "json")
    assert ("removed", "cookie:csrftoken") in subjects(result.json)


def test_nothing_changed_since_the_last_commit(shop: Path, cli: Cli) -> None:
    assert cli("diff").out.endswith("\n\nno difference in what is permitted or said\n")


def test_what_a_file_extends_comes_from_the_same_revision(shop: Path, cli: Cli) -> None:
    Path("company.yaml").write_text("catalogue: 1\nproviders: {acme: {name: Acme}}\n")
    for arguments in ((), ("HEAD",), ("v1:shop/catalogue.yaml",), ("v1:./linked.yaml", "catalogue.yaml")):
        found = cli("diff", *arguments, "-f", "json").json
        assert subjects(found) == [("weakened", "provider:acme")]
        name = (arguments or ("HEAD",))[0].partition(":")[0]
        assert found["differences"][0]["old"]["file"] == f"{name}:shop/company.yaml"
        assert found["differences"][0]["new"]["file"] == "company.yaml"
    assert subjects(cli("diff", "v1", "HEAD", "-f", "json").json) == []
    assert subjects(cli("diff", "--git", "v1", "HEAD", "-f", "json").json) == []


def test_what_the_site_switches_on_counts_and_is_read_from_the_revision_too(shop: Path, cli: Cli) -> None:
    Path("pyproject.toml").write_text(SETTINGS + 'features = ["chat"]\nbindings = {KEY = "12"}\n')
    found = cli("diff", "HEAD", "-f", "json").json
    assert subjects(found) == [("weakened", "feature:chat"), ("strengthened", "placeholder:KEY")]
    assert found["differences"][0]["items"] == ["cookie:talk_<KEY>"]
    named = cli("diff", "HEAD:./catalogue.yaml", "-f", "json", "--feature", "chat").json
    assert subjects(named) == [("strengthened", "placeholder:KEY")]


def test_a_catalogue_that_the_settings_named_otherwise_then(shop: Path, cli: Cli) -> None:
    Path("catalogue.yaml").rename("policy.yaml")
    Path("pyproject.toml").write_text(SETTINGS.replace("catalogue.yaml", "policy.yaml"))
    assert cli("diff", "HEAD").out.startswith("HEAD:shop/catalogue.yaml (version 1) -> policy.yaml (version 1)\n")
    Path("policy.yaml").unlink()


def test_revisions_can_be_told_from_files(shop: Path, cli: Cli) -> None:
    Path("v1").write_text("")
    try:
        assert "the format cannot be told" in cli("diff", "v1").err
        assert cli("diff", "--git", "v1").code == 0
    finally:
        Path("v1").unlink()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nonsense",), "'nonsense' is neither a file nor a revision of git\n  fix: name a file, pack:NAME"),
        (("nonsense:catalogue.yaml",), "'nonsense' is no revision of this repository\n  in a shallow clone, fetch"),
        (("--git", "--", "-x"), "'-x' is no revision of this repository"),
        (("HEAD:catalogue.yaml",), "HEAD has no file catalogue.yaml; did you mean HEAD:./catalogue.yaml?"),
        (("HEAD:shop/other.yaml",), "HEAD:shop/other.yaml: HEAD has no file shop/other.yaml\n  fix: name a file that"),
        (("HEAD:",), "HEAD: names no file"),
        (("catalog.yaml",), "there is no file catalog.yaml; did you mean 'catalogue.yaml'?"),
        (("pack:nope",), "there is no pack called 'nope'"),
        (("--fail-on", "weaken"), "'weaken' is no kind of difference; did you mean 'weakened'?"),
        (("HEAD", "--feature", "nope"), "has no feature called 'nope'"),
        (("-c", "pack:django"), "the project's catalogue, pack:django, is no file of this repository"),
    ],
)
def test_bad_input_is_one_error(shop: Path, cli: Cli, arguments: tuple[str, ...], message: str) -> None:
    result = cli("diff", *arguments)
    assert result.code == 2
    assert message in result.err


def test_a_broken_catalogue_of_a_revision_says_which(shop: Path, cli: Cli) -> None:
    Path("catalogue.yaml").write_text(OLD.replace("6 months", "6 moons"))
    git("commit", "-qam", "broken", folder=shop)
    try:
        result = cli("diff", "HEAD", "v1")
        assert result.code == 2
        assert "HEAD:shop/catalogue.yaml:8:63: /items/0/retention: '6 moons' is not a retention" in result.err
    finally:
        git("reset", "-q", "--hard", "v1", folder=shop)


def test_outside_a_repository_and_without_git(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "is not in a git repository that can be read" in cli("diff", "HEAD:catalogue.yaml").err
    monkeypatch.setenv("PATH", "")
    assert "git cannot be run\n  fix: install git" in cli("diff", "HEAD:catalogue.yaml").err


def test_markdown_shows_names_and_obeys_none(cli: Cli) -> None:
    old = {"catalogue": 1, "items": [{"name": "s", "kind": "cookie", "category": "marketing", "retention": "session"}]}
    item = {"name": "a|`b\\<i>\\*@x\x1b", "kind": "cookie", "category": "necessary", "retention": "session"}
    item["purpose"] = "</details> **x** | https://x.example @bob\n# big"
    Path("old.json").write_text(json.dumps(old))
    Path("new.json").write_text(json.dumps({**old, "items": [item]}))
    out = cli("diff", "old.json", "new.json", "-f", "markdown").out
    assert out.startswith("**Catalogue `new.json`: 2 differences: 1 added, 1 removed**\n\nCompared with `old.json`.\n")
    row = next(line for line in out.splitlines() if line.startswith("| <code>"))
    assert row == (
        r"| <code>cookie:a\|\`b\\&lt;i&gt;\\\*&#64;<span></span>x\\x1b</code> | category: necessary<br>"
        r"retention: session<br>purpose: &lt;/details&gt; \*\*x\*\* \| https<span></span>://x.example "
        r"&#64;<span></span>bob \# big | `new.json:1` |"
    )
    assert "<details>\n<summary>1 removed</summary>\n\n| Declaration |" in out


def test_json_keeps_to_its_schema(shop: Path, cli: Cli) -> None:
    for pair in (("HEAD", "pack:smartsupp"), ("pack:smartsupp", "HEAD"), ("HEAD", "HEAD")):
        found = cli("diff", *pair, "-f", "json").json
        assert list(validator("diff.schema.json").iter_errors(found)) == []
