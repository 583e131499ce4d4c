"""Writes ``docs/reference/profiles.md``: every figure of every profile, and the fields of a profile file.

Run it after a change to a profile or to the schema: ``python docs/build/profiles_reference.py``. A test holds the page
current.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from policycheck.catalogue.schema import PROFILE, load_schema
from policycheck.consent.profiles.loading import load_profile, profile_keys
from policycheck.model.profile import ChoiceKind, Confidence, ConsentModel, Profile

PAGE = Path(__file__).parents[1] / "reference" / "profiles.md"
TYPES = {"string": "text", "boolean": "true or false", "array": "list", "object": "object"}
MODELS = {
    ConsentModel.OPT_IN: "opt-in: nothing that needs consent before the visitor agreed",
    ConsentModel.OPT_OUT: "opt-out: everything until the visitor objects",
}
KINDS = {ChoiceKind.ANY: "a choice", ChoiceKind.CONSENT: "a consent", ChoiceKind.REFUSAL: "a refusal"}
MEANINGS = {
    Confidence.A: "read in the law or in the authority's own text",
    Confidence.B: "read in a page that names the text",
    Confidence.C: "widely repeated, the text not read",
}
INTRODUCTION = """\
# Profiles

<!-- Written by docs/build/profiles_reference.py; edit the profiles instead. -->

A profile holds what one jurisdiction asks for: how long what is exempt may last, how long a choice is kept, what a
signal of the browser refuses. The setting [`profile`](settings.md#profile) names one by its key, or a file of your own
by its path ([Choose a jurisdiction](../how-to/choose-a-jurisdiction.md)). These figures are no legal advice; each comes
with its source, so that counsel can check it.
"""
WARNS = """\
A limit, and how long a choice is kept, warns whatever its confidence, and so does a signal that is not heeded where the
law of the profile is known by B or C alone. A warning fails nothing by default, but for a check of
[sequences of choices](pytest-plugin.md#sequences-of-choices), where each broken law fails the test. A choice that is
older than the longest time counts no longer: what is stored under it is an error (`CON005`).
"""
FILE = """\
## A profile file

TOML, as `policycheck schema profile` describes it (`urn:policycheck:profile:1`). A file that extends another takes over
what it does not say itself; a limit replaces the limit of the same exemption, and notes add up. `extends` names a key,
or a path relative to the file. A field of your own starts with `x-`.
"""


def render() -> str:
    """The whole page."""
    parts = [INTRODUCTION, _confidences(), _overview()]
    parts += ["\n".join(_profile(load_profile(key))) + "\n" for key in profile_keys()]
    schema = load_schema(PROFILE)
    parts += [FILE, _fields("The file", schema)]
    parts += [_fields(title, schema["$defs"][name]) for name, title in _SECTIONS.items()]
    return "\n".join(parts)


_SECTIONS = {
    "limit": "Limit: `limits`",
    "figure": "Figure: `choiceKeptAtLeast`, `choiceKeptAtMost`",
    "gpc": "GPC terms: `gpc`",
}


def _confidences() -> str:
    lines = ["| confidence | the figure was |", "|---|---|"]
    lines += [f"| {confidence.value} | {meaning} |" for confidence, meaning in MEANINGS.items()]
    return "\n".join([*lines, "", WARNS])


def _overview() -> str:
    lines = ["| profile | | kept | `Sec-GPC: 1` refuses |", "|---|---|---|---|"]
    for key in profile_keys():
        profile = load_profile(key)
        kept = [
            f"{KINDS[figure.choice]} at {bound} {figure.length}"
            for bound, figure in (("least", profile.choice_kept_at_least), ("most", profile.choice_kept_at_most))
            if figure is not None
        ]
        refused = ", ".join(f"`{category}`" for category in profile.gpc.categories) if profile.gpc else ""
        lines.append(f"| [`{key}`](#{key.lower()}) | {_title(profile)} | {', '.join(kept)} | {refused} |")
    return "\n".join(lines) + "\n"


def _title(profile: Profile) -> str:
    return f"{profile.title} (preview, not law)" if profile.preview else profile.title


def _profile(profile: Profile) -> Iterator[str]:
    yield f"## {profile.key}"
    yield ""
    base = f" Extends [`{profile.extends}`](#{profile.extends.lower()})." if profile.extends else ""
    yield f"{_title(profile)}. Version {profile.version}, sources looked at on {profile.date}.{base}"
    yield ""
    yield f"{MODELS[profile.model].capitalize()}."
    rows = [*_rows(profile)]
    if rows:
        yield from ("", "| figure | | source | confidence |", "|---|---|---|---|", *rows)
    inherited = load_profile(profile.extends).notes if profile.extends else ()
    if own := profile.notes[len(inherited) :]:
        yield from ("", *(f"- {note}" for note in own))


def _rows(profile: Profile) -> Iterator[str]:
    for limit in profile.limits:
        yield _row(f"exempt as `{limit.exemption.value}`", f"at most {limit.longest}", limit)
    if profile.choice_kept_at_least is not None:
        least = profile.choice_kept_at_least
        yield _row(f"{KINDS[least.choice]} is kept", f"at least {least.length}", least)
    if profile.choice_kept_at_most is not None:
        most = profile.choice_kept_at_most
        yield _row(f"{KINDS[most.choice]} is kept", f"at most {most.length}", most)
    if profile.gpc is not None:
        categories = ", ".join(f"`{category}`" for category in profile.gpc.categories)
        yield _row("`Sec-GPC: 1` refuses", categories, profile.gpc)


def _row(what: str, says: str, figure: Any) -> str:
    note = f" {figure.note}" if figure.note else ""
    return f"| {what} | {says} | [{figure.citation}]({figure.url}).{note} | {figure.confidence.value} |"


def _fields(title: str, definition: dict[str, Any]) -> str:
    lines = [f"### {title}", "", definition["description"], "", "| field | takes | |", "|---|---|---|"]
    for name, field in definition["properties"].items():
        mark = " (required)" if name in definition["required"] else ""
        example = json.dumps(field["examples"][0], ensure_ascii=False)
        lines.append(f"| `{name}`{mark} | {_takes(field)} | {field['description']} For example `{example}` |")
    return "\n".join(lines) + "\n"


def _takes(field: dict[str, Any]) -> str:
    found = field
    while "$ref" in found:
        found = load_schema(PROFILE)["$defs"][found["$ref"].removeprefix("#/$defs/")]
    if "const" in found:
        return f"`{found['const']}`"
    if "enum" in found:
        return ", ".join(f"`{word}`" for word in found["enum"])
    if found["type"] == "array":
        return f"list of {_takes(found['items'])}"
    if found["type"] == "object":
        return str(found["title"])
    return TYPES[found["type"]]


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(), "utf-8")


if __name__ == "__main__":
    main()
