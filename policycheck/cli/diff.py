"""``policycheck diff``: what a change to a catalogue permits that was forbidden, and the reverse."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from policycheck.cli import options
from policycheck.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policycheck.catalogue.diffing import CatalogueDiff
    from policycheck.catalogue.entries import Catalogue
    from policycheck.catalogue.revisions import Revision
    from policycheck.cli.parser import Subparsers
    from policycheck.engine.project import Project

KINDS = ("added", "removed", "weakened", "strengthened", "changed")
ANY = "any"


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "diff",
        help="say what a change to a catalogue weakens, adds, removes or strengthens",
        description="Compare two catalogues by what they permit, once everything that they extend is read. OLD and NEW "
        "are files, pack:NAME, REVISION:PATH as git names it, or a revision alone, which means the project's catalogue "
        "as it stood there. Without NEW: the project's catalogue as it is now. Without either: what changed since "
        "HEAD.",
    )
    for name in ("old", "new"):
        side = parser.add_argument(name, nargs="?", metavar=name.upper(), help=_HELP[name])
        options.complete(side, options.location_completer)
    parser.add_argument(
        "--git", action="store_true", help="take OLD and NEW for revisions, whatever files are called so"
    )
    options.add_catalogue(parser)
    parser.add_argument(
        "--fail-on",
        dest="kinds",
        metavar="KINDS",
        type=_kinds,
        default=(),
        help=f"exit with 1 when there is one of these: {', '.join(KINDS)}, or {ANY}; separated by commas",
    )
    parser.add_argument(
        "-f",
        "--format",
        choices=("text", "markdown", "json"),
        default="text",
        help="how to print it: markdown is for a pull request (default: text)",
    )
    parser.set_defaults(run=run)


_HELP = {"old": "what to start from (default: HEAD)", "new": "what came of it (default: the project's catalogue)"}


def _kinds(text: str) -> tuple[str, ...]:
    from policycheck.model.spelling import did_you_mean

    words = tuple(word.strip() for word in text.split(","))
    known = (*KINDS, ANY)
    for word in words:
        if word not in known:
            message = f"{word!r} is no kind of difference{did_you_mean(word, known)}; there are {', '.join(known)}"
            raise argparse.ArgumentTypeError(message)
    return words


def run(args: argparse.Namespace) -> int:
    """Compare and print. Raises UsageError for what names no catalogue, CatalogueError for one that cannot be used."""
    from policycheck.catalogue.diffing import diff_catalogues
    from policycheck.cli import diffreport, output

    project = options.open_project(args)
    reader = _Reader(project, args.git, args.catalogue)
    old, new = (reader.side(name) for name in (args.old or "HEAD", args.new))
    catalogues = _with_site(old, new, args)
    found = diffreport.respelled(diff_catalogues(*catalogues), old.spell, new.spell)
    if args.format == "json":
        output.write(diffreport.to_json(found))
    elif args.format == "markdown":
        output.write(diffreport.to_markdown(found))
    else:
        diffreport.print_text(found)
    return ExitCode.FINDINGS if _fails(found, args.kinds) else ExitCode.CLEAN


def _fails(found: CatalogueDiff, kinds: Iterable[str]) -> bool:
    wanted = set(kinds)
    return any(ANY in wanted or difference.kind.value in wanted for difference in found.differences)


@dataclass(frozen=True, slots=True)
class _Side:
    """A catalogue without what the site says, the project whose site it is, and the revision that it is read from."""

    catalogue: Catalogue
    project: Project
    revision: Revision | None
    own: bool

    def spell(self, location: str) -> str:
        return location if self.revision is None else self.revision.spell(location)


def _with_site(old: _Side, new: _Side, args: argparse.Namespace) -> tuple[Catalogue, Catalogue]:
    """Both catalogues with the features and bindings of the site, where one of them is the site's own.

    A feature or a placeholder may be new, so one that a catalogue does not have is no error unless neither has it.
    """
    own = old.own or new.own

    def settled(side: _Side, other: _Side) -> Catalogue:
        settings, here, there = side.project.settings, side.catalogue, other.catalogue
        features = {**(settings.features if own else {}), **dict(args.feature)}
        bindings = {**(settings.bindings if own else {}), **dict(args.bind)}
        return here.with_settings(
            features={key: on for key, on in features.items() if key in here.features or key not in there.features},
            bindings={k: to for k, to in bindings.items() if k in here.placeholders or k not in there.placeholders},
        )

    return settled(old, new), settled(new, old)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Finds what OLD and NEW mean. ``named`` is the catalogue that the command line names for the project's own."""

    project: Project
    revisions_only: bool
    named: str | None

    def side(self, name: str | None) -> _Side:
        """The catalogue that ``name`` means: None is the project's own, as it is now."""
        from policycheck.catalogue.reading import READERS
        from policycheck.catalogue.revisions import find_revision, unknown_revision

        if name is None:
            return self._load(self.project, self._own(self.project), None, own=True)
        if not self.revisions_only and (Path(name).is_file() or self._opens(name)):
            return self._load(self.project, name, None, own=self._is_own(name, self.project))
        head, colon, path = name.partition(":")
        try:
            revision = find_revision(head, Path.cwd())
        except Exception as error:
            if self.revisions_only or colon:
                raise
            raise _neither(name, str(error)) from error
        if revision is None and not colon and Path(name).suffix.lower() in READERS:
            return self._load(self.project, name, None, own=False)  # which says that there is no such file
        if revision is None:
            raise unknown_revision(head) if self.revisions_only or colon else _neither(name, "")
        project = self._at(revision)
        if colon:
            location = _inside(revision, path)
            return self._load(project, location, revision, own=self._is_own(location, project))
        return self._load(project, self._own(project), revision, own=True)

    def _own(self, project: Project) -> str:
        return self.named or project.catalogue_location

    def _is_own(self, location: str, project: Project) -> bool:
        named = self.named is not None or project.settings.catalogue is not None
        return named and Path(location).absolute() == Path(self._own(project)).absolute()

    def _opens(self, name: str) -> bool:
        from policycheck.catalogue.chain import has_scheme

        return has_scheme(name) and (name.startswith("pack:") or self.project.open(name) is not None)

    def _at(self, revision: Revision) -> Project:
        from policycheck.engine.site import settings_at

        settings = self.project.settings
        if self.named is not None:
            return self.project
        at = settings_at(settings, revision)
        return self.project.with_settings(replace(at, catalogue=at.catalogue or settings.catalogue))

    def _load(self, project: Project, location: str, revision: Revision | None, *, own: bool) -> _Side:
        from policycheck.errors import CatalogueError, UsageError

        bare = project.with_settings(replace(project.settings, features={}, bindings={}))
        if revision is None:
            return _Side(bare.catalogue(location), project, None, own)
        if own and revision.place_of(location) is None:
            raise UsageError(
                f"the project's catalogue, {location}, is no file of this repository, so no revision has another\n"
                "  fix: name two files or packs"
            )
        try:
            return _Side(bare.catalogue(location, opener=revision.opener(project.open)), project, revision, own)
        except CatalogueError as error:
            raise revision.respelled(error) from error


def _inside(revision: Revision, path: str) -> str:
    """The file that ``REVISION:PATH`` names, as seen from here; git counts from the top, and ./ from the folder."""
    import os

    from policycheck.errors import UsageError

    if not path:
        raise UsageError(f"{revision.name}: names no file\n  fix: write {revision.name}:catalogue.yaml")
    here = path.startswith(("./", "../"))
    location = os.path.relpath(Path.cwd() / path if here else revision.top / path)
    place = revision.place_of(location)
    if place is None or revision.read(place) is not None or here:
        return location
    near = revision.place_of(path)
    if near is not None and revision.read(near) is not None:
        raise UsageError(
            f"{revision.name} has no file {path}; did you mean {revision.name}:./{path}?\n"
            "  a path of a revision starts at the top of the repository, or with ./ in this folder"
        )
    return location


def _neither(name: str, why: str) -> Exception:
    from policycheck.errors import UsageError

    reason = f" ({why})" if why else ""
    return UsageError(
        f"{name!r} is neither a file nor a revision of git{reason}\n"
        "  fix: name a file, pack:NAME, a revision, or REVISION:PATH"
    )
