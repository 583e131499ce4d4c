"""Writes ``docs/reference/catalogue.md``: every field of a catalogue, from the schema.

Run it after a change to the schema: ``python docs/build/catalogue_reference.py``. A test holds the page current.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from policycheck.catalogue.compile import BUILT_IN_CATEGORIES
from policycheck.catalogue.schema import load_schema

PAGE = Path(__file__).parents[1] / "reference" / "catalogue.md"
SECTIONS = (
    *("item", "use", "attributes", "value", "source"),
    *("category", "feature", "provider", "placeholder", "consentTerms"),
)
TYPES = {"string": "text", "boolean": "true or false", "array": "list", "object": "object", "null": "nothing"}
INTRODUCTION = """\
# The catalogue

A catalogue is one YAML 1.2, JSON or TOML file. In YAML 1.2 `no`, `off` and `12:30` are texts; there are no merge keys
and no tags but those of the core schema. A file has at most 8 MiB, nests at most 64 levels deep, is UTF-8, and holds no
key twice. Nothing that it names is fetched from the network. `policycheck schema` prints the JSON Schema
(`urn:policycheck:catalogue:1`) that this page is made of.

Wherever fields stand, a field of your own may stand too: its name starts with `x-`, and it may hold anything.
"""
TEXTS = """\
## Texts

A text for people is an object of language tags (BCP 47) and strings: `{en: Live chat, cs: Chat}`. A plain string is the
same as one under the tag `und`: it stands for every language, and pages use it where they have nothing better.

In YAML a comma ends a text between braces. Since nobody means that in `{en: Keeps your basket, so that it stays.}`, the
comma and the rest belong to the text there, where all keys are languages. Other tools that read the file want quotes.
"""
DRAFTS = """\
## Drafts

`policycheck suggest`, `policycheck scan` and `pytest --policycheck-record` write entries with the field `draft`. Such
an entry declares nothing: what matches it is reported as INV001, and `policycheck validate` reports the entry as
CAT011. In a draft `category`, `provider` and `retention` may say `TODO`; whatever else it says must be in order. A
person who has reviewed the entry removes the field. What a recording writes there is a digest of the other fields, by
which the next recording tells whether a person has changed the entry since: then it only prints a remark.
"""
EXTENDS = """\
## What extends what

`extends` names packs (`pack:NAME`) and files, relative to the file that names them. Later ones win over earlier ones,
and the file itself over all of them; what is named twice counts once, a circle is an error. Categories, features,
providers, placeholders, bindings and `consent` are merged field by field, so `features: {smart: {default: on}}` changes
that field alone. Items are replaced as a whole, by kind, name and narrowing (`hosts`, `setBy`, `partition`). What
weakens a rule is reported by CAT009, unless the item says `override: true` with a `reason`.
"""


def render() -> str:
    """The whole page."""
    schema = load_schema()
    parts = [INTRODUCTION, _section("The file", schema, schema["description"], schema["required"])]
    for name in SECTIONS:
        definition = schema["$defs"][name]
        title = f"{definition['title']}: `{_holder(name)}`"
        parts.append(_section(title, definition, definition["description"], definition.get("required", [])))
    parts += [DRAFTS, TEXTS, _built_in(), EXTENDS, _words(schema)]
    return "\n".join(parts)


def _holder(name: str) -> str:
    plurals = {"item": "items", "use": "uses", "category": "categories"}
    sections = {"feature": "features", "provider": "providers", "placeholder": "placeholders"}
    return {**plurals, **sections, "consentTerms": "consent"}.get(name, name)


def _section(title: str, definition: dict[str, Any], text: str, required: list[str]) -> str:
    lines = [f"## {title}", "", text, "", "| field | takes | |", "|---|---|---|"]
    for name, field in definition["properties"].items():
        mark = " (required)" if name in required else ""
        example = json.dumps(field["examples"][0], ensure_ascii=False)
        lines.append(
            f"| `{name}`{mark} | {_takes(field)} | {_prose(field['description'])} For example `{_cell(example)}` |"
        )
    return "\n".join(lines) + "\n"


def _takes(field: dict[str, Any]) -> str:
    resolved = _resolved(field)
    if "const" in resolved:
        return f"`{resolved['const']}`"
    if "enum" in resolved:
        return ", ".join(f"`{word}`" for word in resolved["enum"])
    if "anyOf" in resolved:
        return "text" if resolved["title"] == "Text" else " or ".join(_takes(branch) for branch in resolved["anyOf"])
    kind = resolved.get("type", "")
    if isinstance(kind, list):
        return " or ".join(TYPES[one] for one in kind)
    if kind == "array":
        return f"list of {_takes(resolved['items'])}"
    if kind == "object" and "propertyNames" in resolved:
        return f"object of {_takes(resolved['additionalProperties'])}"
    if field.get("$ref", "").endswith(("/key", "/placeholderKey")):
        return "key"
    if "title" in resolved and kind == "object" and "properties" in resolved:
        return str(resolved["title"]).lower()
    return TYPES[kind]


def _resolved(field: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = field
    while "$ref" in found:
        found = load_schema()["$defs"][found["$ref"].removeprefix("#/$defs/")]
    return found


def _prose(text: str) -> str:
    return _cell(text).replace("<", "&lt;").replace("*", "\\*")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _built_in() -> str:
    lines = ["## Built-in categories", "", "| category | consent | exemption | legal basis |", "|---|---|---|---|"]
    for name, data in BUILT_IN_CATEGORIES.items():
        lines.append(f"| `{name}` | {data['consent']} | {data.get('exemption', '')} | {data.get('legalBasis', '')} |")
    lines += [
        "",
        "A catalogue may declare them anew. With `consent`, `exemption` or `legalBasis` it takes over what they say in",
        "law, but for `consent`, which stays unless it is named. In law consent is the rule, so what needs none must",
        "be said.",
    ]
    return "\n".join(lines) + "\n"


def _words(schema: dict[str, Any]) -> str:
    lines = ["## Kinds of personal data", ""]
    definition = schema["$defs"]["personalData"]
    words = ", ".join(f"`{word}`" for word in definition["enum"])
    return "\n".join([*lines, f"{definition['description']} There are {words}."]) + "\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(), "utf-8")


if __name__ == "__main__":
    main()
