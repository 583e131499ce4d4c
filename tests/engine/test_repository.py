from __future__ import annotations

from pathlib import Path

import pytest

from policycheck.engine.repository import prefix_of, sources_of

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "shop/web",
    "GITHUB_SHA": "0123abc",
}
GITLAB = {"GITLAB_CI": "true", "CI_PROJECT_URL": "https://gitlab.example/shop/web", "CI_COMMIT_SHA": "0123abc"}


def test_the_prefix_starts_at_the_top(tmp_path: Path) -> None:
    shop = tmp_path / "apps" / "shop"
    shop.mkdir(parents=True)
    (tmp_path / ".git").mkdir()

    assert prefix_of(tmp_path) == ""
    assert prefix_of(shop) == "apps/shop"
    (tmp_path / "apps" / ".git").write_text("gitdir: elsewhere")
    assert prefix_of(shop) == "shop", "a worktree and a submodule have a file"


def test_outside_a_repository_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda path: False)

    assert prefix_of(tmp_path) == ""


def test_the_address_of_the_files() -> None:
    assert sources_of(GITHUB) == "https://github.com/shop/web/blob/0123abc"
    assert sources_of(GITLAB) == "https://gitlab.example/shop/web/-/blob/0123abc"
    assert sources_of({}) == ""


@pytest.mark.parametrize("missing", ["GITHUB_ACTIONS", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA"])
def test_half_an_address_is_none(missing: str) -> None:
    assert sources_of({key: value for key, value in GITHUB.items() if key != missing}) == ""


def test_a_password_is_never_part_of_it() -> None:
    assert sources_of({**GITLAB, "CI_PROJECT_URL": "https://ci:secret@gitlab.example/shop/web"}) == ""
    assert sources_of({**GITLAB, "CI_PROJECT_URL": "javascript:alert(1)"}) == ""
