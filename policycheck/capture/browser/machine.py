"""Which browsers are on this machine: what Playwright installed, else the system's own, else how to get one."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from policycheck.errors import UsageError

_COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "microsoft-edge-stable",
    "microsoft-edge",
    "msedge",
)
_MAC = (
    "Chromium.app/Contents/MacOS/Chromium",
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_WINDOWS = (
    "Chromium/Application/chrome.exe",
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
_SHELLS = ("headless_shell", "chrome-headless-shell", "headless_shell.exe", "chrome-headless-shell.exe")
NO_BROWSER = (
    "no Chromium is on this machine, neither Playwright's nor the system's\n"
    "  fix: playwright install chromium, or on Debian and Ubuntu: apt-get install chromium"
)
NO_PLAYWRIGHT = (
    "Playwright is not installed, which drives the browser\n"
    "  fix: pip install 'policycheck[browser]', then playwright install chromium where the system has no Chromium"
)
_QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True, slots=True)
class Chromium:
    """A browser of Chromium's family. ``path`` is its program, ``origin`` says whose it is, ``flags`` what it needs.

    ``headless_only`` is True for Playwright's headless shell, which has no window to show.
    """

    path: str
    origin: str
    flags: tuple[str, ...]
    headless_only: bool = False


def _user() -> int | None:
    return os.geteuid() if hasattr(os, "geteuid") else None


@dataclass(frozen=True, slots=True)
class Machine:
    """What is asked about the machine; a test hands in another one. ``user`` is the user's number, 0 for root."""

    platform: str = sys.platform
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    which: Callable[[str], str | None] = shutil.which
    is_file: Callable[[Path], bool] = Path.is_file
    user: int | None = field(default_factory=_user)

    def chromium(self, installed: str | None = None, *, chosen: str | None = None) -> Chromium:
        """The Chromium to use.

        ``chosen`` is the program that the user named, ``installed`` the one that Playwright would start
        (``playwright.chromium.executable_path``), whether it is there or not. Raises
        :class:`policycheck.errors.UsageError`, which says how to get one.
        """
        if chosen is not None:
            path = self.which(chosen) or (chosen if self.is_file(Path(chosen)) else None)
            if path is None:
                raise UsageError(f"{chosen}: there is no such browser\n  fix: name the program of a Chromium or Chrome")
            return self._found(path, "named by you")
        if installed and self.is_file(Path(installed)):
            return self._found(installed, "installed by Playwright")
        if installed and (shell := self._headless_shell(Path(installed))) is not None:
            return self._found(str(shell), "installed by Playwright", headless_only=True)
        system = next(self._system(), None)
        if system is None:
            raise UsageError(NO_BROWSER)
        return self._found(system, "the system's")

    def _found(self, path: str, origin: str, *, headless_only: bool = False) -> Chromium:
        # Chromium refuses to sandbox what root runs; for everybody else the sandbox stays.
        flags = ("--no-sandbox", *_QUIET) if self.user == 0 else _QUIET
        return Chromium(path, origin, flags, headless_only)

    def _system(self) -> Iterator[str]:
        yield from (program for command in _COMMANDS if (program := self.which(command)) is not None)
        yield from (str(path) for path in self._usual_places() if self.is_file(path))

    def _usual_places(self) -> Iterator[Path]:
        if self.platform == "darwin":
            for folder in (Path("/Applications"), Path(self.environ.get("HOME", "/")) / "Applications"):
                yield from (folder / program for program in _MAC)
        elif self.platform == "win32":
            for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
                if above := self.environ.get(variable):
                    yield from (Path(above) / program for program in _WINDOWS)
        else:
            yield from (Path("/usr/bin/chromium"), Path("/snap/bin/chromium"), Path("/opt/google/chrome/chrome"))

    def _headless_shell(self, installed: Path) -> Path | None:
        """Playwright's headless shell, where it was installed alone: it lies in a folder beside the browser's."""
        for folder in installed.parents:
            name, dash, revision = folder.name.partition("-")
            if name == "chromium" and dash:
                beside = folder.parent / f"chromium_headless_shell-{revision}"
                programs = (path for shell in _SHELLS for path in beside.glob(f"*/{shell}"))
                return next((path for path in programs if self.is_file(path)), None)
        return None
