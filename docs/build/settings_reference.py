"""Writes docs/reference/settings.md and schemas/settings.schema.json, from the table of settings.

Run it after a change to the table: ``python docs/build/settings_reference.py``. A test holds both current.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from policycheck.engine.settings.table import SETTINGS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "settings.md"
SCHEMA = ROOT / "schemas" / "settings.schema.json"
INTRODUCTION = """\
# Settings

<!-- Written by docs/build/settings_reference.py; edit policycheck/engine/settings/table.py instead. -->

The settings stand in `policycheck.toml`, or in `pyproject.toml` under `[tool.policycheck]`; in one folder the former
goes first. The nearest file at the working directory or above it counts, and with it those that it
[extends](#extend). The pytest plugin and the command line read the same settings. A key that is no setting is an error
with its file, line and column. `policycheck config` shows [what is in force](../how-to/see-what-is-in-force.md) and
where it comes from; `policycheck schema settings` prints a JSON Schema of `policycheck.toml` for editors.

Rules are named by code (`CON001`), group (`CON`), name (`stored-before-consent`), or all at once (`ALL`), everywhere
but in a waiver, which names no `ALL`.

Which rules run, and how severe a finding is, is said in several places. What stands higher goes first:

1. the command line: `--select` takes the place of the setting, `--ignore` adds to it;
2. the marker of a test: `@pytest.mark.policycheck(ignore=[...])`;
3. [`per-test`](#per-test), the last table first;
4. [`per-path`](#per-path), the last table first;
5. [`severity`](#severity);
6. what the rule itself says.

A rule that does not run ([`select`](#select), [`ignore`](#ignore)) is not brought back by a table of a test or a path.
Within one place the most exact word wins: a code or a name, then a group, then `ALL`; of two alike `ignore` does. No
environment variable changes a setting.

| setting | value | default |
|---|---|---|
"""


def render() -> str:
    """The page."""
    rows = [f"| [`{key}`](#{key}) | {one.value} | {one.default} |\n" for key, one in SETTINGS.items()]
    sections = [f"\n## {key}\n\n{one.text}" for key, one in SETTINGS.items()]
    return "".join([INTRODUCTION, *rows, *sections])


def schema() -> dict[str, Any]:
    """The JSON Schema of a policycheck.toml."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:policycheck:settings:1",
        "title": "Settings of policycheck, version 1",
        "description": "A policycheck.toml, or the table [tool.policycheck] of a pyproject.toml.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            key: {"title": key, "description": f"{_plain(one.value)}. Default: {_plain(one.default)}", **one.schema}
            for key, one in SETTINGS.items()
        },
    }


def schema_text() -> str:
    """The JSON Schema as its file holds it."""
    return json.dumps(schema(), indent=2) + "\n"


def _plain(phrase: str) -> str:
    return phrase.replace("`", "")


def main() -> None:
    """Write both."""
    PAGE.write_text(render(), "utf-8")
    SCHEMA.write_text(schema_text(), "utf-8")


if __name__ == "__main__":
    main()
