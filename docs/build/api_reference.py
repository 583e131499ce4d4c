"""Writes ``docs/reference/python-api.md``: the public names with their signatures, from the source and its docstrings.

Run it after a change to one of them: ``python docs/build/api_reference.py``. A test holds the page current.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PAGE = Path(__file__).parents[1] / "reference" / "python-api.md"
INTRODUCTION = """\
# The Python API

<!-- Written by docs/build/api_reference.py; edit the docstrings instead. -->

What stands on this page, the [hooks](hooks.md) and the fixtures of the [pytest plugin](pytest-plugin.md) are public;
everything else may change between two releases. A parameter `settings` takes a `policycheck.engine.settings.Settings`,
which has a field for each [setting](settings.md). How to use it: [Use policycheck without
pytest](../how-to/use-without-pytest.md).
"""
MODULES = {
    "policycheck": "Imported when first used, so that `import policycheck` costs next to nothing.",
    "policycheck.errors": "",
    "policycheck.wire": "",
    "policycheck.jar": "",
    "policycheck.testing": "",
}
OTHERS = (
    "policycheck.model.cookie.SetCookie",
    "policycheck.model.lifetime.Lifetime",
    "policycheck.catalogue.entries.Item",
    "policycheck.matching.match.Match",
    "policycheck.rules.rule.Rule",
    "policycheck.rules.rule.Context",
    "policycheck.model.request.SentRequest",
    "policycheck.model.observation.Initiator",
    "policycheck.model.finding.Breach",
    "policycheck.model.finding.Unevaluated",
    "policycheck.model.report.ConsentReach",
    "policycheck.model.consent.ConsentState",
    "policycheck.model.consent.Choice",
    "policycheck.consent.laws.law.Law",
)
"""What the names above give and take, and what a rule of one's own needs."""
PUBLIC = {"Project": {"at", "catalogue", "session", "render", "rules", "reporters"}, "Session": {"journey", "report"}}
"""Members of classes whose other members are for the plugin and the command line."""
INTERNAL = {"ConsentJourney": {"make", "grant_and_look"}}
"""Members that one part of the consent machine has for another."""
_ROLE = re.compile(r":\w+:`~?(?:[\w.]*\.)?(\w+)`")


def render() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for module, introduction in MODULES.items():
        doc = introduction or _prose(inspect.getdoc(importlib.import_module(module)) or "")
        parts.append(f"## {module}\n\n{doc}\n")
        parts += [_entry(module, name) for name in _names(module)]
    parts.append("## Other values\n\nWhat the functions above give and take, and what a rule of your own needs.\n")
    for path in OTHERS:
        module, _, name = path.rpartition(".")
        parts.append(_entry(module, name, path))
    return "\n".join(parts)


def _names(module: str) -> list[str]:
    loaded = importlib.import_module(module)
    if hasattr(loaded, "__all__"):
        names = [str(name) for name in loaded.__all__]
        return sorted(names, key=lambda name: (inspect.isclass(getattr(loaded, name)), name))
    shown = _names("policycheck")
    return [node.name for node in _tree(module).body if isinstance(node, ast.ClassDef) and node.name not in shown]


def _entry(module: str, name: str, title: str = "") -> str:
    home = getattr(importlib.import_module(module), name).__module__
    node = next(
        found for found in _tree(home).body if isinstance(found, ast.ClassDef | ast.FunctionDef) and found.name == name
    )
    doc = _prose(ast.get_docstring(node) or "")
    title = title or name
    if isinstance(node, ast.FunctionDef):
        return f"### {title}\n\n```\n{_signature(node)}\n```\n\n{doc}\n"
    members = "\n".join(_members(node))
    return f"### {title}\n\n```\n{_construction(node)}\n```\n\n{doc}\n" + (f"\n{members}\n" if members else "")


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(inspect.getsource(importlib.import_module(module)))


def _construction(node: ast.ClassDef) -> str:
    bases = [ast.unparse(base) for base in node.bases]
    if "StrEnum" in bases:
        values = [ast.literal_eval(found.value) for found in node.body if isinstance(found, ast.Assign)]
        return f"{node.name}: " + " | ".join(map(repr, values))
    for found in node.body:
        if isinstance(found, ast.FunctionDef) and found.name == "__init__":
            return _signature(found, node.name)
    if fields := list(_fields(node)):
        return f"{node.name}(\n" + "".join(f"    {field},\n" for field in fields) + ")"
    return f"{node.name}({', '.join(bases)})"


def _fields(node: ast.ClassDef) -> Iterator[str]:
    if not any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list):
        return
    for found in node.body:
        if isinstance(found, ast.AnnAssign):
            given = found.value
            if isinstance(given, ast.Call) and ast.unparse(given.func) == "field":
                given = next((keyword.value for keyword in given.keywords if keyword.arg == "default"), None) or (
                    ast.Constant(...) if any(keyword.arg == "default_factory" for keyword in given.keywords) else None
                )
            default = "" if given is None else f" = {ast.unparse(given)}"
            yield f"{ast.unparse(found.target)}: {ast.unparse(found.annotation)}{default}"


def _members(node: ast.ClassDef) -> Iterator[str]:
    for field, text in zip(node.body, node.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            doc = " ".join(_prose(inspect.cleandoc(str(text.value.value))).split())
            yield f"- `{ast.unparse(field.target)}: {ast.unparse(field.annotation)}`: {doc}"
    for found in node.body:
        if not isinstance(found, ast.FunctionDef) or found.name.startswith("_"):
            continue
        if found.name not in PUBLIC.get(node.name, {found.name}) - INTERNAL.get(node.name, set()):
            continue
        decorators = {ast.unparse(decorator) for decorator in found.decorator_list}
        if "overload" in decorators or any(decorator.endswith(".setter") for decorator in decorators):
            continue
        if decorators & {"property", "cached_property"}:
            shown = f"{found.name}: {ast.unparse(found.returns) if found.returns else 'Any'}"
        else:
            shown = _signature(found)
        doc = " ".join(_prose(ast.get_docstring(found) or "").split())
        yield f"- `{shown}`: {doc}"


def _signature(node: ast.FunctionDef, name: str | None = None) -> str:
    returns = f" -> {ast.unparse(node.returns)}" if node.returns and name is None else ""
    return f"{name or node.name}({', '.join(_arguments(node.args))}){returns}"


def _arguments(arguments: ast.arguments) -> Iterator[str]:
    plain = [*arguments.posonlyargs, *arguments.args]
    given = [None] * (len(plain) - len(arguments.defaults)) + list(arguments.defaults)
    for argument, default in zip(plain, given, strict=True):
        if argument.arg not in {"self", "cls"}:
            yield _argument(argument, default)
    if arguments.posonlyargs:
        yield "/"
    if arguments.vararg:
        yield f"*{_argument(arguments.vararg, None)}"
    elif arguments.kwonlyargs:
        yield "*"
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _argument(argument, default)
    if arguments.kwarg:
        yield f"**{_argument(arguments.kwarg, None)}"


def _argument(argument: ast.arg, default: ast.expr | None) -> str:
    kind = f": {ast.unparse(argument.annotation)}" if argument.annotation else ""
    return f"{argument.arg}{kind}" + (f" = {ast.unparse(default)}" if default else "")


def _prose(text: str) -> str:
    return _ROLE.sub(r"`\1`", text).replace("``", "`").replace("::\n", ":\n")


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(), "utf-8")


if __name__ == "__main__":
    main()
