"""Catalogues as they stand in a revision of a git repository: every file that they extend comes from that revision.

git is asked through its program, and only to read: it resolves names of revisions, knows packed objects, and follows
links inside the revision.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from policycheck.catalogue.chain import has_scheme
from policycheck.catalogue.loading import Opener
from policycheck.catalogue.problems import CatalogueInvalid, Problem
from policycheck.errors import CatalogueError, UsageError
from policycheck.model.finding import Location

_MAY_BE_SHALLOW = (
    "\n  in a shallow clone, fetch it first: git fetch --depth=1 origin {name}; in GitHub Actions: fetch-depth: 0"
)


@dataclass(frozen=True, slots=True)
class Revision:
    """One commit. ``name`` is how it was called, ``commit`` its hash, ``top`` the folder of the work tree."""

    name: str
    commit: str
    top: Path

    def place_of(self, location: str) -> str | None:
        """The path of a file inside the repository, with slashes; None for a pack, and for a file outside."""
        if has_scheme(location):
            return None
        path = os.path.join(os.path.realpath(Path(location).parent), Path(location).name)  # noqa: PTH118
        inside = os.path.relpath(path, self.top)
        return None if inside.startswith(os.pardir) or Path(inside).is_absolute() else Path(inside).as_posix()

    def spell(self, location: str) -> str:
        """``HEAD~1:shop/catalogue.yaml`` for a file of the repository; all else stays as it is."""
        place = self.place_of(location)
        return location if place is None else f"{self.name}:{place}"

    def read(self, place: str) -> bytes | None:
        """The content of a file by its path inside the repository; None where the revision has no such file."""
        if "\n" in place:
            return None
        asked = f"{self.commit}:{place}\n".encode("utf-8", "surrogateescape")
        answer = _git(self.top, "cat-file", "--batch", "--follow-symlinks", given=asked).stdout
        head, _, rest = answer.partition(b"\n")
        words = head.split(b" ")
        if len(words) != 3 or words[1] != b"blob" or not words[2].isdigit():
            return None
        return rest[: int(words[2])]

    def opener(self, otherwise: Opener) -> Opener:
        """Opens files of the repository as they are in the revision, packs and files outside by ``otherwise``."""

        def open_here(location: str) -> bytes | None:
            place = self.place_of(location)
            if place is None:
                return otherwise(location)
            content = self.read(place)
            if content is None:
                hint = f"name a file that it has; all of them: git ls-tree -r --name-only {self.name}"
                raise CatalogueInvalid(
                    [Problem(Location(self.spell(location)), f"{self.name} has no file {place}", hint)]
                )
            return content

        return open_here

    def respelled(self, error: CatalogueError) -> CatalogueError:
        """The same error, in which files carry the revision that they were read from."""
        if not isinstance(error, CatalogueInvalid):
            return error
        return CatalogueInvalid(
            replace(problem, location=replace(problem.location, file=self.spell(problem.location.file)))
            for problem in error.problems
        )


def find_revision(name: str, folder: Path) -> Revision | None:
    """The commit that ``name`` means in the repository of ``folder``; None where it means none there.

    Raises :class:`policycheck.errors.UsageError` where there is no git, or no repository.
    """
    top = _git(folder, "rev-parse", "--show-toplevel")
    if top.returncode:
        said = top.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
        raise UsageError(f"{folder} is not in a git repository that can be read: {said}")
    if not name or name.startswith("-"):
        return None
    found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if found.returncode:
        return None
    commit = found.stdout.decode("ascii", "replace").strip()
    return Revision(name, commit, Path(os.fsdecode(top.stdout.rstrip(b"\n"))))


def unknown_revision(name: str) -> UsageError:
    """That ``name`` is no revision, and what to do where it should be one."""
    return UsageError(f"{name!r} is no revision of this repository{_MAY_BE_SHALLOW.format(name=name)}")


def _git(folder: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(folder), *arguments], input=given, capture_output=True, check=False)  # noqa: S603, S607 - git, whichever the user has
    except OSError:
        raise UsageError("git cannot be run\n  fix: install git, or compare two files") from None
