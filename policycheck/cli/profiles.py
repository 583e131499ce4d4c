"""``policycheck profiles``: the jurisdictions, or one with every figure and its source."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from policycheck.cli import options
from policycheck.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse

    from policycheck.cli.parser import Subparsers
    from policycheck.model.profile import Figure, GpcTerms, Profile, RetentionLimit

_KEPT = {"any": "a choice is kept:", "consent": "a consent is kept:", "refusal": "a refusal is kept:"}


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "profiles",
        help="list the profiles of jurisdictions, or show one with its sources",
        description="List the profiles: what a jurisdiction asks for, to choose with profile = KEY. "
        "With a key, or the path of a profile of your own, show each figure with its source and confidence: "
        "A read in the law or the authority's own text, B in a page that names it, C widely repeated.",
    )
    profile = parser.add_argument(
        "profile", nargs="?", metavar="KEY", help="show this profile: a key, or the path of a TOML file"
    )
    options.complete(profile, _completer)
    options.add_format(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the list or one profile. Raises UsageError for an unknown key, ProfileInvalid for a broken file."""
    from policycheck.cli import output
    from policycheck.consent.profiles.loading import load_profile, profile_keys

    if args.profile is not None:
        return _show(args)
    profiles = [load_profile(key) for key in profile_keys()]
    if args.format == "json":
        output.write(json.dumps([_document(profile) for profile in profiles], indent=2, ensure_ascii=False) + "\n")
        return ExitCode.CLEAN
    output.write_table(
        ("key", "title", "model", "version", "figures"),
        [(one.key, _title(one), one.model.value, one.version, "; ".join(_brief(one)) or "-") for one in profiles],
    )
    return ExitCode.CLEAN


def _show(args: argparse.Namespace) -> int:
    from policycheck.cli import output
    from policycheck.consent.profiles.loading import is_path, load_profile, profile_keys
    from policycheck.errors import UsageError
    from policycheck.model.spelling import did_you_mean

    wanted: str = args.profile
    keys = profile_keys()
    if not is_path(wanted):
        if wanted.upper() not in keys:
            near = did_you_mean(wanted.upper(), keys)
            raise UsageError(f"no profile is called {wanted!r}{near}\n  all profiles: policycheck profiles")
        wanted = wanted.upper()
    profile = load_profile(wanted)
    if args.format == "json":
        output.write(json.dumps(_document(profile), indent=2, ensure_ascii=False) + "\n")
    else:
        _print(profile)
    return ExitCode.CLEAN


def _print(profile: Profile) -> None:
    from policycheck.cli import output

    output.write_lines([f"{profile.key}  {_title(profile)}"])
    rows = [("version", f"{profile.version}, sources looked at on {profile.date}"), ("model", profile.model.value)]
    output.write_rows([*rows, *([("extends", profile.extends)] if profile.extends else [])])
    for title, source in _figures(profile):
        output.write_lines(["", title])
        rows = [("citation", source.citation), ("url", source.url), ("confidence", source.confidence.value)]
        output.write_rows([*rows, *([("note", source.note)] if source.note else [])])
    if profile.notes:
        output.write_lines(["", "notes", *(f"  - {note}" for note in profile.notes)])


def _title(profile: Profile) -> str:
    return f"{profile.title} (preview, not law)" if profile.preview else profile.title


def _figures(profile: Profile) -> list[tuple[str, RetentionLimit | Figure | GpcTerms]]:
    """Every figure with what it says in words."""
    found: list[tuple[str, RetentionLimit | Figure | GpcTerms]] = [
        (f"exempt as {limit.exemption.value}: at most {limit.longest}", limit) for limit in profile.limits
    ]
    if (least := profile.choice_kept_at_least) is not None:
        found.append((f"{_KEPT[least.choice]} at least {least.length}", least))
    if (most := profile.choice_kept_at_most) is not None:
        found.append((f"{_KEPT[most.choice]} at most {most.length}", most))
    if profile.gpc is not None:
        found.append((f"Sec-GPC: 1 refuses: {', '.join(profile.gpc.categories)}", profile.gpc))
    return found


def _brief(profile: Profile) -> list[str]:
    return [f"{title} ({source.confidence.value})" for title, source in _figures(profile)]


def _document(profile: Profile) -> dict[str, Any]:
    """The profile in the words of its file, with what it extends worked in."""
    least, most, gpc = profile.choice_kept_at_least, profile.choice_kept_at_most, profile.gpc
    return {
        "key": profile.key,
        "title": profile.title,
        "version": profile.version,
        "date": profile.date,
        "extends": profile.extends,
        "model": profile.model.value,
        "preview": profile.preview,
        "limits": [
            {"exemption": limit.exemption.value, "longest": limit.longest.text, **_source(limit)}
            for limit in profile.limits
        ],
        "choiceKeptAtLeast": None if least is None else _kept(least),
        "choiceKeptAtMost": None if most is None else _kept(most),
        "gpc": None if gpc is None else {"categories": list(gpc.categories), **_source(gpc)},
        "notes": list(profile.notes),
    }


def _kept(figure: Figure) -> dict[str, str]:
    return {"length": figure.length.text, "choice": figure.choice.value, **_source(figure)}


def _source(figure: RetentionLimit | Figure | GpcTerms) -> dict[str, str]:
    return {
        "citation": figure.citation,
        "url": figure.url,
        "confidence": figure.confidence.value,
        "note": figure.note,
    }


def _completer(**_: object) -> list[str]:
    from policycheck.consent.profiles.loading import profile_keys

    return list(profile_keys())
