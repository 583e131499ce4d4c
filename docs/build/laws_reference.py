"""Writes ``docs/reference/laws``: a page for each law of consent, from the docstring of its module, and an index.

Run it after a change to a law: ``python docs/build/laws_reference.py``. A test holds the pages current.
"""

from __future__ import annotations

from pathlib import Path

from policycheck.consent.laws import Law
from policycheck.consent.laws.registry import laws

FOLDER = Path(__file__).parents[1] / "reference" / "laws"
_HEAD = """\
# Laws of consent

What must hold after every sequence of choices. Each law is reported by rules; a rule finds the breach, the law says
what is broken by it. `policycheck law NAME` prints a page. What laws are, and how they are looked at:
[the laws of consent](../../explanation/laws-of-consent.md).

| law | rules | citation |
|---|---|---|
"""
_TAIL = """
## When a law is not looked at

A law that cannot be looked at is *not evaluated*, with the reason, and never counts as kept.

| not evaluated: ... | laws |
|---|---|
"""


def pages() -> dict[str, str]:
    """Every page by file name."""
    return {"index.md": _index(laws()), **{f"{law.name.value}.md": _page(law) for law in laws()}}


def _page(law: Law) -> str:
    title, _, rest = law.page.partition("\n")
    needs = "".join(f"- {need.value}\n" for need in law.needs)
    rest = rest.replace("\n## Switch it off\n", f"\nNot evaluated where:\n\n{needs}\n## Switch it off\n")
    return f"{title}\n\nReported by {_rules(law)}. Citation: {law.citation}\n{rest}\n"


def _rules(law: Law) -> str:
    return ", ".join(f"[{code}](../rules/{code}.md)" for code in law.codes)


def _index(every: tuple[Law, ...]) -> str:
    rows = [f"| {_link(law)} | {_rules(law)} | {law.citation} |\n" for law in every]
    needs = dict.fromkeys(need for law in every for need in law.needs)
    reasons = [f"| {need.value} | {', '.join(_link(law) for law in every if need in law.needs)} |\n" for need in needs]
    return "".join([_HEAD, *rows, _TAIL, *reasons])


def _link(law: Law) -> str:
    return f"[{law.name.value}]({law.name.value}.md)"


def main() -> None:
    """Write the pages, and delete those of laws that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
