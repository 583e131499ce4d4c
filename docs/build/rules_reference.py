"""Writes ``docs/reference/rules``: a page for each rule, from the docstring of its module, and an index.

Run it after a change to a rule: ``python docs/build/rules_reference.py``. A test holds the pages current.
"""

from __future__ import annotations

from pathlib import Path

from policycheck.rules.registry import builtin_rules
from policycheck.rules.rule import Rule, Scope

FOLDER = Path(__file__).parents[1] / "reference" / "rules"
GROUPS = {
    "INV": "What is stored against what is declared",
    "CON": "What is stored against what the visitor allowed",
    "RET": "How long it stays",
    "ATT": "Attributes of cookies, and headers",
    "PTY": "Who stores and who is asked",
    "VAL": "What values hold",
    "GAT": "What the project has accepted",
    "CAT": "The catalogue itself",
}
SCOPES = {
    Scope.CATALOGUE: "the catalogue alone",
    Scope.OBSERVATION: "one observation",
    Scope.REQUEST: "each host that a page asks",
    Scope.STEP: "each step of a visitor",
    Scope.JOURNEY: "the journey of one device",
    Scope.RUN: "a whole run",
    Scope.ACCEPTANCE: "waivers and the baseline",
}


def pages() -> dict[str, str]:
    """Every page by file name."""
    rules = builtin_rules()
    return {"index.md": _index(rules), **{f"{rule.code}.md": _page(rule) for rule in rules}}


def _page(rule: Rule) -> str:
    title, _, rest = rule.page.partition("\n")
    return f"{title}\n\nSeverity: {rule.severity.value}, looks at {SCOPES[rule.scope]}.\n{rest}\n"


def _index(rules: tuple[Rule, ...]) -> str:
    lines = [
        "# Rules",
        "",
        "Select, ignore and grade rules by code (`CON001`), by group (`CON`) or by name.",
        "`policycheck rule CODE` prints a page.",
    ]
    for group, title in GROUPS.items():
        lines += ["", f"## {group}: {title}", "", "| code | name | severity | looks at |", "|---|---|---|---|"]
        lines += [
            f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity.value} | {SCOPES[rule.scope]} |"
            for rule in rules
            if rule.code.startswith(group)
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the pages, and delete those of rules that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
