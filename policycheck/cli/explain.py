"""``policycheck explain``: which entry of the catalogue a name matches, and why the others do not win."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from policycheck.cli import options
from policycheck.cli.exit_codes import ExitCode
from policycheck.model.storage import SetBy, StorageKind

if TYPE_CHECKING:
    import argparse

    from policycheck.catalogue.entries import Item
    from policycheck.cli.parser import Subparsers
    from policycheck.matching.explanation import Explanation

_KINDS = tuple(kind.value for kind in StorageKind if kind is not StorageKind.WEB)


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "explain",
        help="say which entry of the catalogue a name matches, and why others do not",
        description="Say which entry of the catalogue a name matches, which others nearly did, and why. "
        "Exit code 0 with a match, 1 without.",
    )
    parser.add_argument("name", metavar="NAME", help="the name of a cookie or the key of an entry of storage")
    parser.add_argument(
        "-k", "--kind", choices=_KINDS, default=StorageKind.COOKIE.value, help="the kind of storage (default: cookie)"
    )
    parser.add_argument("--host", help="the host that stores it, where entries are narrowed to hosts")
    parser.add_argument(
        "--set-by", choices=tuple(SetBy), help="who stores it, where entries are narrowed so (default: either)"
    )
    options.add_catalogue(parser)
    options.add_format(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the match and the near misses; FINDINGS when nothing matches."""
    from policycheck.cli import output
    from policycheck.matching.explanation import explain

    project = options.open_project(args)
    found = explain(
        project.catalogue(args.catalogue),
        _as_utf8(args.name),
        StorageKind(args.kind),
        host=args.host,
        set_by=SetBy(args.set_by) if args.set_by else None,
    )
    if args.format == "json":
        output.write(json.dumps(_document(found), indent=2) + "\n")
    else:
        _print(found, _as_utf8(args.name), args.kind)
    return ExitCode.CLEAN if found.item else ExitCode.FINDINGS


def _as_utf8(name: str) -> str:
    """``name`` as UTF-8 reads it: shells pass bytes, and Python escapes those that the locale cannot read."""
    try:
        return name.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return name


def _document(found: Explanation) -> dict[str, Any]:
    item, draft = found.item, found.draft
    return {
        "match": None
        if item is None
        else {
            "name": item.name,
            "kind": item.kind.value,
            "categories": list(item.categories),
            "retention": item.retention.text,
            "remembersChoice": item.remembers_choice,
            "location": str(item.location),
        },
        "near": [
            {
                "name": miss.item.name,
                "kind": miss.item.kind.value,
                "reason": miss.reason,
                "location": str(miss.item.location),
            }
            for miss in found.near
        ],
        **({"draft": {"name": draft.name, "location": str(draft.location)}} if draft is not None else {}),
    }


def _print(found: Explanation, name: str, kind: str) -> None:
    from policycheck.cli import output

    if found.draft is not None:
        place = f"{found.draft.name}   ({found.draft.location})"
        output.write_lines([f"{kind} {name!r} is declared by no entry; a draft of it was not reviewed: {place}"])
    elif found.item is None:
        output.write_lines([f"{kind} {name!r} is declared by no entry"])
    else:
        output.write_lines([f"{kind} {name!r} is declared by {found.item.name}   ({found.item.location})"])
        output.write_rows(_facts(found.item))
    if found.near:
        output.write_lines(["", "others, and why not:" if found.item else "nearest, and why not:"])
        output.write_table(
            ("entry", "kind", "declared", "why not"),
            [(miss.item.name, miss.item.kind.value, str(miss.item.location), miss.reason) for miss in found.near],
        )


def _facts(item: Item) -> list[tuple[str, str]]:
    rows = [("kind", item.kind.value)] if item.kind is StorageKind.WEB else []
    for use in item.uses:
        consent = "needs consent" if use.needs_consent else "needs no consent"
        feature = ""
        if use.feature is not None:
            feature = f"; feature {use.feature.key} is {'on' if use.feature.enabled else 'off, so it must not appear'}"
        rows.append(("category", f"{use.category.key}: {consent}{feature}"))
    rows.append(("retention", item.retention.text + ("" if item.refresh is not False else ", not extended by visits")))
    if item.remembers_choice:
        rows.append(("remembers", "the visitor's choice"))
    if item.provider is not None:
        rows.append(("provider", item.provider.name))
    narrowed = [
        *(["set by a " + item.set_by.value] if item.set_by else []),
        *([f"on {', '.join(item.hosts)}"] if item.hosts else []),
        *([f"in the partition {item.partition}"] if item.partition else []),
    ]
    if narrowed:
        rows.append(("only", " and ".join(narrowed)))
    return rows
