"""Where a run stands in its repository: services such as GitHub look files up from there."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

_ADDRESS = re.compile(r"https?://[^\s?#@]+")


def prefix_of(folder: Path) -> str:
    """``folder`` as seen from the top of its repository, with slashes: ``apps/shop``; empty at the top or outside one.

    The top is the nearest folder with a ``.git``, which is a file in a worktree and in a submodule.
    """
    here = folder.resolve()
    for top in (here, *here.parents):
        if (top / ".git").exists():
            return "" if top == here else here.relative_to(top).as_posix()
    return ""


def sources_of(environment: Mapping[str, str] = os.environ) -> str:
    """The address at which GitHub or GitLab shows the files of the commit that it runs on; empty elsewhere.

    Read from what both say to every job: GITHUB_SERVER_URL, GITHUB_REPOSITORY and GITHUB_SHA, or CI_PROJECT_URL and
    CI_COMMIT_SHA.
    """
    if environment.get("GITHUB_ACTIONS") == "true":
        server, name, commit = (environment.get(f"GITHUB_{key}", "") for key in ("SERVER_URL", "REPOSITORY", "SHA"))
        address = f"{server}/{name}/blob/{commit}" if server and name and commit else ""
    elif environment.get("GITLAB_CI") == "true":
        project, commit = environment.get("CI_PROJECT_URL", ""), environment.get("CI_COMMIT_SHA", "")
        address = f"{project}/-/blob/{commit}" if project and commit else ""
    else:
        address = ""
    return address if _ADDRESS.fullmatch(address) else ""
