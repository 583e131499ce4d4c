"""``policycheck init``: sets a project up, after a few questions or by flags."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from policycheck.cli import options
from policycheck.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from policycheck.cli.initfacts import Facts
    from policycheck.cli.initfiles import Choice, Planned
    from policycheck.cli.parser import Subparsers

_Answer = TypeVar("_Answer")


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "init",
        help="set a project up: settings, a first catalogue, a test, a file for continuous integration",
        description="Set the project in the working directory up: settings, a first catalogue, a test, and a file for "
        "continuous integration. Asks what it cannot tell where it runs in a terminal; every question has a flag. What "
        "exists is left alone, and said.",
    )
    parser.add_argument("-y", "--yes", action="store_true", help="ask nothing; take what was found, and the defaults")
    parser.add_argument("-n", "--dry-run", action="store_true", help="show what would be written, and write nothing")
    parser.add_argument("--force", action="store_true", help="write the test and the file for CI anew where they exist")
    parser.add_argument(
        "--framework",
        choices=("django", "flask", "starlette", "fastapi", "other"),
        help="what the application is built with (default: what its files tell)",
    )
    parser.add_argument(
        "--app",
        metavar="MODULE:NAME",
        help="where the application is: shop:app, shop:create_app(), or Django's settings module (default: found)",
    )
    parser.add_argument("--catalogue", metavar="PATH", help="the catalogue to begin (default: catalogue.yaml)")
    packs = parser.add_argument(
        "--packs", metavar="NAMES", help="packs that it builds on, separated by commas; none (default: what fits)"
    )
    options.complete(packs, options.pack_completer)
    parser.add_argument(
        "--profile", metavar="KEY", help="the jurisdiction, as policycheck profiles lists them; none (default: EU)"
    )
    parser.add_argument(
        "--ci", choices=("github", "gitlab", "none"), help="the service to write a file for (default: what is found)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Set the project up. Raises UsageError for answers that make no sense; nothing is written then."""
    from policycheck.cli.initfacts import look_around
    from policycheck.cli.initfiles import plan
    from policycheck.drafting import first_catalogue

    asks = not args.yes and sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    facts = look_around(Path.cwd(), args.framework)
    _tell_what_was_found(facts)
    facts, choice = _choose(args, facts, asks=asks)
    planned = list(plan(facts, choice, first_catalogue(facts.name)))
    _check(planned)
    for one in planned:
        if not args.dry_run:
            one.write()
        _tell(one, dry_run=args.dry_run)
    _tell_next(facts, choice, planned)
    return ExitCode.CLEAN


def _choose(args: argparse.Namespace, facts: Facts, *, asks: bool) -> tuple[Facts, Choice]:
    """What the flags say, what the user answers, and the defaults, in this order."""
    from policycheck.cli.initfacts import look_around
    from policycheck.cli.initfiles import Choice, named_already

    def say(flag: str | None, question: str, default: str, read: Callable[[str], _Answer]) -> _Answer:
        if flag is not None or not asks:
            return read(default if flag is None else flag)
        return _ask(question, default, read)

    if args.framework is None:
        framework = say(
            None, "What is it built with (django, flask, starlette, fastapi, other)?", facts.framework, _framework
        )
        if framework != facts.framework:
            facts = look_around(facts.folder, framework)
    application = None
    if facts.framework != "other":
        where = "Which is Django's settings module?" if facts.framework == "django" else "Where is it (MODULE:NAME)?"
        application = say(args.app, where, facts.application or "", lambda text: _application(text, facts.framework))
    named = named_already(facts)
    if named is None or args.catalogue is not None:
        catalogue = say(args.catalogue, "Where shall the catalogue be?", "catalogue.yaml", _catalogue)
    else:
        catalogue = named
    packs = say(args.packs, "Which packs does it build on (none)?", ", ".join(facts.packs) or "none", _packs)
    profile = say(args.profile, "Which jurisdiction (policycheck profiles; none)?", "EU", _profile)
    service = say(args.ci, "Which service runs the tests (github, gitlab, none)?", facts.service, _service)
    return facts, Choice(facts.framework, application, catalogue, packs, profile, service, force=args.force)


def _ask(question: str, default: str, read: Callable[[str], _Answer]) -> _Answer:
    """Ask until the answer makes sense; an empty one is the default."""
    from policycheck.cli import output
    from policycheck.errors import UsageError

    while True:
        try:
            answer = input(f"{question} [{default}] " if default else f"{question} ").strip()
        except EOFError:
            fix = "answer, or take the defaults: policycheck init --yes"
            raise UsageError(f"there is no answer to read; nothing was written\n  fix: {fix}") from None
        try:
            return read(answer or default)
        except UsageError as error:
            output.write(f"  {str(error).splitlines()[0]}\n")


def _framework(text: str) -> str:
    from policycheck.cli.initfacts import FRAMEWORKS

    return _one_of(text, FRAMEWORKS, "framework")


def _service(text: str) -> str:
    from policycheck.cli.initfacts import SERVICES

    return _one_of(text, SERVICES, "service")


def _one_of(text: str, known: Sequence[str], what: str) -> str:
    from policycheck.errors import UsageError
    from policycheck.model.spelling import did_you_mean

    word = text.strip().lower()
    if word not in known:
        raise UsageError(
            f"{text!r} is no {what} that init knows{did_you_mean(word, known)}; there are {', '.join(known)}"
        )
    return word


def _application(text: str, framework: str) -> str:
    from policycheck.errors import UsageError

    module, colon, name = text.strip().partition(":")
    called = name.removesuffix("()")
    if not text:
        raise UsageError(
            "where the application is cannot be told\n"
            f"  fix: --app {'site.settings' if framework == 'django' else 'shop:app, or --app shop:create_app()'}"
        )
    good = all(part.isidentifier() for part in module.split("."))
    if framework == "django":
        if not good or colon:
            raise UsageError(f"{text!r} is not the name of a settings module, such as site.settings")
    elif not good or not called.isidentifier():
        raise UsageError(f"{text!r} is not MODULE:NAME or MODULE:FACTORY(), such as shop:app or shop:create_app()")
    return text.strip()


def _catalogue(text: str) -> str:
    from policycheck.errors import UsageError

    path = Path(text)
    if path.suffix not in {".yaml", ".yml"} and not path.is_file():
        raise UsageError(f"{text!r} does not end with .yaml\n  fix: name a new YAML file, or a catalogue that exists")
    if path.is_absolute():
        raise UsageError(f"{text!r} is absolute\n  fix: name it from the folder of the project")
    return path.as_posix()


def _packs(text: str) -> tuple[str, ...]:
    from policycheck.catalogue.packs import pack_names
    from policycheck.errors import UsageError
    from policycheck.model.spelling import did_you_mean

    names = [name.strip().removeprefix("pack:") for name in text.split(",") if name.strip()]
    for name in names if names != ["none"] else ():
        if name not in pack_names():
            raise UsageError(f"no pack is called {name!r}{did_you_mean(name, pack_names())}\n  all: policycheck packs")
    return () if names == ["none"] else tuple(dict.fromkeys(names))


def _profile(text: str) -> str:
    from policycheck.consent.profiles.loading import is_path, load_profile

    if text.lower() == "none":
        return ""
    if is_path(text):
        load_profile(text)
        return text
    return load_profile(text.upper()).key


def _check(planned: Sequence[Planned]) -> None:
    """Read the catalogue that is about to be written: it must be one."""
    from policycheck.catalogue.loading import load_catalogue

    for one in planned:
        if one.content is not None and one.path.suffix in {".yaml", ".yml"} and b"\ncatalogue: 1" in one.content:
            content = one.content
            load_catalogue(str(one.path), opener=_opener(str(one.path), content), cache=None)


def _opener(location: str, content: bytes) -> Callable[[str], bytes | None]:
    from policycheck.catalogue.packs import open_pack

    def open_catalogue(asked: str) -> bytes | None:
        return content if asked == location else open_pack(asked.removeprefix("pack:"))

    return open_catalogue


def _tell_what_was_found(facts: Facts) -> None:
    from policycheck.cli import output

    if facts.because:
        output.write_lines([f"found: {facts.framework} ({facts.because})"])


def _tell(one: Planned, *, dry_run: bool) -> None:
    from policycheck.cli import output
    from policycheck.engine.settings.layers import shown

    if one.content is None:
        output.write_lines([f"left alone: {shown(one.path)}: {one.reason}"])
        return
    did = ("would add to" if one.append else "would write") if dry_run else "added to" if one.append else "wrote"
    output.write_lines([f"{did}: {shown(one.path)}"])
    if dry_run:
        output.write("".join(f"  | {line}\n" for line in one.content.decode().splitlines()))


def _tell_next(facts: Facts, choice: Choice, planned: Sequence[Planned]) -> None:
    from importlib.util import find_spec

    from policycheck.cli import output
    from policycheck.cli.initfiles import INCLUDED, needed_besides

    needed = needed_besides(facts)
    missing = needed is not None and find_spec(needed.replace("-", "_")) is None
    first = "SITE_URL=http://localhost:8000 " if choice.framework == "other" else ""
    steps = [
        *([f"pip install {needed}"] if missing else []),
        f"{first}python -m pytest {facts.tests}/test_policycheck.py: says what is stored and not declared yet",
        f"{first}python -m pytest --policycheck-record: drafts an entry for each in {choice.catalogue}",
        f"review the drafts in {choice.catalogue}; policycheck validate says what is still to be decided",
        "python -m pytest --policycheck: checks every test of the suite",
    ]
    if any(one.path.as_posix().endswith(INCLUDED) for one in planned):
        steps.append(f"in .gitlab-ci.yml: include: [{{local: {INCLUDED}}}]")
    output.write_lines(["", "next:", *(f"  {number}. {step}" for number, step in enumerate(steps, 1))])
