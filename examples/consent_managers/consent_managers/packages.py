"""The npm packages of the pages: installed as the lock file says, into a folder that is kept between runs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

WEB = Path(__file__).parent / "web"
LOCK = WEB / "package-lock.json"
BUNDLES = {"c15t.js": "c15t.js", "react.js": "react.jsx", "tcf.js": "tcf.js", "stub.js": "stub.js"}
"""What the page loads, and the script that it is made of."""
_FORMATS = {"stub.js": "iife"}
"""The stub of the TCF has to be there before anything else; the others are modules."""
TIMEOUT = 300


class NotInstalledError(Exception):
    """The packages cannot be had: no npm, or no registry."""


def default_folder() -> Path:
    """Where the packages lie: the user's cache, one folder for each state of the lock file."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "policycheck-consent-managers" / _state()


def install(folder: Path | None = None) -> Path:
    """Install and bundle what is not there yet, and return the folder. Raises :class:`NotInstalledError`."""
    folder = default_folder() if folder is None else folder
    done = folder / "done"
    if done.exists() and done.read_text("utf-8") == _state():
        return folder
    npm = shutil.which("npm")
    if npm is None:
        raise NotInstalledError("npm is not on this machine, and the consent managers come from its registry")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(WEB / name, folder / name)
    _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
    _bundle(folder)
    done.write_text(_state(), "utf-8")
    return folder


def versions() -> dict[str, str]:
    """The version of each package that is asked for, as the lock file pins it."""
    wanted: dict[str, str] = json.loads((WEB / "package.json").read_text("utf-8"))["dependencies"]
    return wanted


def _bundle(folder: Path) -> None:
    scripts = folder / "scripts"
    shutil.copytree(WEB / "scripts", scripts, dirs_exist_ok=True)
    for bundle, script in BUNDLES.items():
        made = ["--bundle", "--minify", "--jsx=automatic", f"--format={_FORMATS.get(bundle, 'esm')}"]
        program = folder / "node_modules" / ".bin" / "esbuild"
        _run([str(program), str(scripts / script), *made, f"--outfile={folder / 'bundles' / bundle}"], folder)


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT, stdin=subprocess.DEVNULL, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotInstalledError(f"{Path(command[0]).name} did not end within {TIMEOUT} seconds") from None
    if done.returncode:
        last = done.stderr.strip().splitlines()[-3:]
        raise NotInstalledError(f"{Path(command[0]).name} failed: {' / '.join(last)}")


def _state() -> str:
    """What the folder depends on: the lock file, and the scripts that are bundled."""
    digest = hashlib.sha256(LOCK.read_bytes())
    for script in sorted(BUNDLES.values()):
        digest.update((WEB / "scripts" / script).read_bytes())
    return digest.hexdigest()[:16]
