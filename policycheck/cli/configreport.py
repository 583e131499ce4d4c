"""How ``policycheck config`` tells what is in force: as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from policycheck.engine.project import Project
    from policycheck.engine.selection import Decision
    from policycheck.engine.settings.layers import Layer
    from policycheck.engine.settings.origins import InForce, Origin
    from policycheck.rules.rule import Rule

VERSION = 1
RULES = "rules"
"""What is asked for in the place of a setting, to see every rule."""
Row = tuple["Rule", "Decision", "Origin"]
"""A rule, what is decided about it, and where the word that decided it stands."""


def print_all(
    project: Project, layers: Sequence[Layer], args: argparse.Namespace, found: Sequence[InForce], rules: Sequence[Row]
) -> None:
    """Every setting, and the rules on which one of them has a word."""
    from policycheck.cli import output

    files = ", which extends ".join(layer.shown for layer in reversed(layers[: _own(project, layers)]))
    output.write_lines([f"settings: {files or 'no file; create one with: policycheck init'}", ""])
    output.write_table(
        ("setting", "value", "from"), [(_label(one), _text(one), ", ".join(map(str, one.origins))) for one in found]
    )
    run = sum(decision.severity is not None for _, decision, _ in rules)
    places = [f"at {args.path}"] * bool(args.path) + [f"in {args.test}"] * bool(args.test)
    output.write_lines(
        ["", f"{' '.join(['rules', *places])}: {run} of {len(rules)} run; all: policycheck config rules"]
    )
    groups: dict[tuple[str, str, str], list[str]] = {}
    for rule, decision, origin in rules:
        if decision.key:
            groups.setdefault((_grade(decision), decision.by, str(origin)), []).append(rule.code)
    if groups:
        rows = [(grade, _codes(codes), by, place) for (grade, by, place), codes in groups.items()]
        output.write_lines([""])
        output.write_table(("severity", "codes", "because", "from"), rows)


def _codes(codes: Sequence[str]) -> str:
    """Codes in order, those that follow each other by their first and last: ``CON001-CON015, INV004``."""
    runs: list[list[str]] = []
    for code in codes:
        if runs and code == _next(runs[-1][-1]):
            runs[-1].append(code)
        else:
            runs.append([code])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _next(code: str) -> str:
    group = code.rstrip("0123456789")
    number = code[len(group) :]
    return f"{group}{int(number) + 1:0{len(number)}}" if number else ""


def _grade(decision: Decision) -> str:
    return "off" if decision.severity is None else decision.severity.value


def print_rules(rules: Sequence[Row]) -> None:
    """Every rule of ``rules``, one a line."""
    from policycheck.cli import output

    output.write_table(
        ("code", "name", "severity", "because", "from"),
        [
            (rule.code, rule.name, _grade(decision), decision.by, str(origin) if decision.key else "")
            for rule, decision, origin in rules
        ],
    )


def print_one(key: str, found: Sequence[InForce]) -> None:
    """One setting, and what it is."""
    from policycheck.cli import output
    from policycheck.engine.settings.table import SETTINGS

    for one in found:
        output.write_lines([f"{_label(one)}: {_text(one)}"])
        output.write_rows([("from", ", ".join(map(str, one.origins)))])
    setting = SETTINGS[key]
    output.write_rows([("is", setting.value.replace("`", "")), ("default", setting.default.replace("`", ""))])


def document(
    project: Project, layers: Sequence[Layer], args: argparse.Namespace, found: Sequence[InForce], rules: Sequence[Row]
) -> dict[str, Any]:
    """The same for programs."""
    from policycheck.engine.settings.layers import shown

    files = [layer.shown for layer in reversed(layers[: _own(project, layers)])]
    document: dict[str, Any] = {
        "version": VERSION,
        "file": files[0] if files else None,
        "extends": files[1:],
        "root": shown(project.settings.root),
        "path": args.path,
        "test": args.test,
    }
    if args.key != RULES:
        document["settings"] = [
            {
                "key": one.key,
                "name": one.name or None,
                "value": one.value,
                "from": [_origin(own) for own in one.origins],
            }
            for one in found
            if args.key in {None, one.key}
        ]
    if args.key in {None, RULES}:
        document["rules"] = [
            {
                "code": rule.code,
                "name": rule.name,
                "severity": decision.severity,
                "because": decision.by,
                "from": _origin(origin) if decision.key else None,
            }
            for rule, decision, origin in rules
        ]
    return document


def _origin(origin: Origin) -> dict[str, Any]:
    place = origin.location
    return {
        "kind": origin.kind,
        "option": origin.option or None,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }


def _own(project: Project, layers: Sequence[Layer]) -> int:
    """How many of ``layers`` are files of settings: the last may be the file of waivers."""
    return len(layers) - (project.settings.waivers_file is not None)


def _label(one: InForce) -> str:
    return f"{one.key} {one.name}" if one.name else one.key


def _text(one: InForce) -> str:
    if one.key == "waivers" and one.name:
        return f"until {one.value['expires']}, {one.value['owner']}: {one.value['reason']}"
    if one.key in {"per-path", "per-test"} and one.name:
        return "; ".join(f"{name} {_said(value)}" for name, value in one.value.items() if name not in {"path", "test"})
    if one.key == "select" and not one.value:
        return "ALL"
    if one.key == "tolerance":
        return f"{one.value:g} seconds"
    return _said(one.value)


def _said(value: Any) -> str:
    if value is None or value == [] or value == {}:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(str(one) for one in cast("Sequence[Any]", value))
    if isinstance(value, dict):
        return ", ".join(f"{name}={_said(one)}" for name, one in cast("dict[str, Any]", value).items())
    return str(value)
