"""Which browser is used, on machines of all kinds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from policycheck.capture.browser.machine import Machine
from policycheck.errors import UsageError

PLAYWRIGHTS = "/home/ann/.cache/ms-playwright/chromium-1200/chrome-linux/chrome"


def machine(*files: str, platform: str = "linux", user: int | None = 1000, **environ: str) -> Machine:
    """A machine on which these programs are; those in /usr/bin are found by their name."""
    there = set(files)
    return Machine(
        platform=platform,
        environ=environ,
        which=lambda name: f"/usr/bin/{name}" if f"/usr/bin/{name}" in there else None,
        is_file=lambda path: path.as_posix() in there,
        user=user,
    )


def test_what_playwright_installed_goes_before_the_systems_own() -> None:
    found = machine(PLAYWRIGHTS, "/usr/bin/chromium").chromium(PLAYWRIGHTS)
    assert (found.path, found.origin) == (PLAYWRIGHTS, "installed by Playwright")


def test_the_systems_own_where_playwright_has_installed_nothing() -> None:
    found = machine("/usr/bin/google-chrome", "/usr/bin/chromium").chromium(PLAYWRIGHTS)
    assert (found.path, found.origin) == ("/usr/bin/chromium", "the system's")


@pytest.mark.parametrize("name", ["chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "msedge"])
def test_each_usual_name_is_found(name: str) -> None:
    assert machine(f"/usr/bin/{name}").chromium().path == f"/usr/bin/{name}"


@pytest.mark.parametrize(
    ("platform", "path", "environ"),
    [
        ("darwin", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", {}),
        ("darwin", "/Users/ann/Applications/Chromium.app/Contents/MacOS/Chromium", {"HOME": "/Users/ann"}),
        ("win32", "C:/Program Files/Google/Chrome/Application/chrome.exe", {"PROGRAMFILES": "C:/Program Files"}),
        ("win32", "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe", {"PROGRAMFILES(X86)": "C:/Program Files (x86)"}),
        ("win32", "C:/Users/ann/AppData/Local/Chromium/Application/chrome.exe", {"LOCALAPPDATA": "C:/Users/ann/AppData/Local"}),
        ("linux", "/snap/bin/chromium", {}),
    ],
)  # fmt: skip
def test_the_usual_places_of_each_system(platform: str, path: str, environ: dict[str, str]) -> None:
    known: dict[str, Any] = {**environ}
    assert machine(path, platform=platform, **known).chromium().path == path


def test_places_of_another_system_are_not_looked_at() -> None:
    with pytest.raises(UsageError):
        machine("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome").chromium()


def test_without_any_the_message_says_how_to_get_one() -> None:
    with pytest.raises(UsageError) as caught:
        machine().chromium(PLAYWRIGHTS)
    first, fix = str(caught.value).splitlines()
    assert first == "no Chromium is on this machine, neither Playwright's nor the system's"
    assert "playwright install chromium" in fix
    assert "apt-get install chromium" in fix


def test_root_alone_runs_without_the_sandbox() -> None:
    assert "--no-sandbox" in machine("/usr/bin/chromium", user=0).chromium().flags
    for user in (1000, None):
        found = machine("/usr/bin/chromium", user=user).chromium()
        assert "--no-sandbox" not in found.flags
        assert "--disable-background-networking" in found.flags


def test_the_browser_that_the_user_names() -> None:
    here = machine(PLAYWRIGHTS, "/usr/bin/msedge", "/opt/other/chrome")
    assert here.chromium(PLAYWRIGHTS, chosen="msedge").path == "/usr/bin/msedge"
    assert here.chromium(PLAYWRIGHTS, chosen="/opt/other/chrome").path == "/opt/other/chrome"
    with pytest.raises(UsageError, match="vivaldi: there is no such browser"):
        here.chromium(PLAYWRIGHTS, chosen="vivaldi")


def test_playwrights_headless_shell_where_it_was_installed_alone(tmp_path: Path) -> None:
    shell = tmp_path / "chromium_headless_shell-1200/chrome-linux/headless_shell"
    shell.parent.mkdir(parents=True)
    shell.touch()
    found = Machine(which=lambda name: None).chromium(str(tmp_path / "chromium-1200/chrome-linux/chrome"))
    assert (found.path, found.headless_only) == (str(shell), True)
