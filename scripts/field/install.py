"""The SDKs from the npm registry, at the versions of the lock file, bundled into one script each."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
SDKS = HERE / "sdks"
SECONDS = 240


class RegistryError(Exception):
    """npm is not there, or could not install: nothing can be observed. Says why."""


def names() -> list[str]:
    """Every SDK that has a page."""
    return sorted(folder.name for folder in SDKS.iterdir() if (folder / "page.js").is_file())


def packages(name: str) -> dict[str, str]:
    """The npm packages of one SDK, with the versions that are pinned."""
    pinned: dict[str, str] = json.loads((SDKS / name / "package.json").read_text("utf-8"))["dependencies"]
    return pinned


def label(name: str) -> str:
    """What stands as the version in the source of an item: ``posthog-js 1.449.2``."""
    package, version = next(iter(packages(name).items()))
    return f"{package} {version}"


def build(chosen: Sequence[str], cache: Path | None = None) -> Path:
    """Install what is chosen, if it is not there yet, and bundle it; the folder with the scripts.

    Raises:
        RegistryError: npm is missing, the registry cannot be reached, or a page cannot be bundled.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise RegistryError("there is no npm on this machine")
    root = cache or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "policycheck-field"
    workspaces = [f"--workspace=field-{name}" for name in chosen]
    lock = (HERE / "package-lock.json").read_bytes()
    folder = root / hashlib.sha256(lock + " ".join(chosen).encode()).hexdigest()[:16]
    if not (folder / "installed").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(SDKS, folder / "sdks", dirs_exist_ok=True)
        for file in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(HERE / file, folder / file)
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=1"]
        _run([npm, "ci", *quiet, "--include-workspace-root", *workspaces], folder)
        (folder / "installed").touch()
    shutil.copytree(SDKS, folder / "sdks", dirs_exist_ok=True)
    built = folder / "built"
    esbuild = str(folder / "node_modules" / ".bin" / "esbuild")
    pages = [f"{name}=sdks/{name}/page.js" for name in chosen]
    define = ['--define:process.env.NODE_ENV="production"', "--define:global=globalThis"]
    shape = ["--bundle", "--format=iife", "--global-name=sdk", "--log-level=error", "--minify-syntax"]
    _run([esbuild, *pages, *shape, *define, f"--outdir={built}"], folder)
    return built


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise RegistryError(f"{Path(command[0]).name} did not end within {SECONDS} seconds") from None
    except subprocess.CalledProcessError as error:
        lines = [line for line in error.stderr.splitlines() if line.strip()]
        raise RegistryError(f"{Path(command[0]).name}: {lines[0] if lines else error.returncode}") from None
