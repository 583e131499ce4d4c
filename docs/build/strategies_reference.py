"""Writes ``docs/reference/strategies.md``: each public strategy with its signature, from source and docstrings.

Run it after a change to one of them: ``python docs/build/strategies_reference.py``. A test holds the page current.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from pathlib import Path

PAGE = Path(__file__).parents[1] / "reference" / "strategies.md"
PACKAGE = "policycheck.testing.strategies"
INTRODUCTION = """\
# Strategies for Hypothesis

<!-- Written by docs/build/strategies_reference.py; edit the docstrings instead. -->

For people who write catalogues, rules and adapters. Install `policycheck[testing]` and write `from policycheck.testing
import strategies as pst`. How to use them: [Generate test data](../how-to/generate-test-data.md).
"""
_ROLE = re.compile(r":\w+:`~?(?:[\w.]*\.)?(\w+)`")


def render() -> str:
    """The whole page."""
    package = importlib.import_module(PACKAGE)
    registration = importlib.import_module(f"{PACKAGE}.registration")
    parts = [INTRODUCTION]
    for name in package.__all__:
        value = getattr(package, name)
        if not callable(value):
            parts.append(f"## {name}\n\n```\n{name} = {value!r}\n```\n")
            continue
        node = _function(value)
        returns = ast.unparse(node.returns) if node.returns else "None"
        doc = _ROLE.sub(r"`\1`", ast.get_docstring(node) or "").replace("``", "`")
        parts.append(f"## {name}\n\n```\n{name}({ast.unparse(node.args)}) -> {returns}\n```\n\n{doc}\n")
    parts.append("## Types that Hypothesis knows\n\nWithout any import, `st.from_type` gives values of these:\n")
    rows = [f"| `{path.replace(':', '.')}` | `{name}()` |" for path, name in sorted(registration.TYPES.items())]
    parts.append("\n".join(["| type | strategy |", "|---|---|", *rows]) + "\n")
    return "\n".join(parts)


def _function(value: object) -> ast.FunctionDef:
    module = ast.parse(inspect.getsource(importlib.import_module(str(getattr(value, "__module__", "")))))
    name = str(getattr(value, "__name__", ""))
    return next(node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == name)


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(), "utf-8")


if __name__ == "__main__":
    main()
