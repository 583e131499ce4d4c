"""Writes ``docs/reference/packs.md``: what every pack in the box declares, and how SDKs were observed.

Run it after a change to a pack or to the record: ``python docs/build/packs_reference.py``. A test holds it current.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

import policycheck.catalogue.packs

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "packs.md"
RECORD = ROOT / "scripts" / "field" / "observed.json"
INTRODUCTION = """\
# The packs in the box

Every entry of every pack. What a pack is, and what it cannot decide: [packs](../explanation/packs.md).
`policycheck packs` lists them on the command line.

"Documented" says that the vendor publishes it, "observed" that it was run and watched, in the version that is named.
Names in angle brackets are placeholders, which a site binds to its own keys.
"""
OBSERVED = """\
## SDKs that were observed

Each SDK was installed from npm in the version below, bundled, and run in Chromium on three sites of loopback: over
https, on an address, and on a name below `localhost`; with two keys; through its start, an event, a signed-in visitor,
a second visit, a sign-out and an opt-out, as far as it has them. `python -m scripts.field` does it again and compares
([how](../how-to/add-a-pack-from-observation.md)). What was configured stands in `scripts/field/sdks`: the key, the
address of the collector, and what a pack names as a feature. All of it was first-party storage, set by scripts.

The table counts names. Under "gone at once" are probes, which nobody finds on the device afterwards.

| SDK | pack | cookies | local storage | session storage | databases | gone at once |
|---|---|---|---|---|---|---|
"""
LEFT_OUT = """
Tried and left out: LogRocket, whose package only loads a script of the vendor's; CleverTap and mParticle, whose
requests could not be led to loopback, so that they never got an answer. Packages that only load a remote script were
not tried.
"""
KINDS = ("cookie", "localStorage", "sessionStorage", "indexedDB")


def render() -> str:
    """The whole page."""
    packs = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in _files()}
    record = json.loads(RECORD.read_text("utf-8"))
    rows = [_sdk(name, observed) for name, observed in record.items()]
    sections = [_pack(name, data, record.get(name)) for name, data in packs.items()]
    return "\n".join([INTRODUCTION, OBSERVED + "\n".join(rows), LEFT_OUT, *sections])


def _files() -> list[Path]:
    return sorted(Path(policycheck.catalogue.packs.__path__[0]).glob("*.yaml"))


def _sdk(name: str, observed: dict[str, Any]) -> str:
    lasting = [entry for entry in observed["stored"] if not entry.get("transient")]
    counts = [sum(entry["kind"] == kind for entry in lasting) for kind in KINDS]
    cells = [*counts, len(observed["stored"]) - len(lasting)]
    return f"| {observed['version']} | [{name}](#{name}) | " + " | ".join(str(cell or "") for cell in cells) + " |"


def _pack(name: str, data: dict[str, Any], observed: dict[str, Any] | None) -> str:
    lines = [f"## {name}", "", f"{data['title']['en']}.{_observed(observed)}", ""]
    for key, feature in data.get("features", {}).items():
        lines.append(f"- Feature `{key}`, {feature['default']} by default: {feature['title']['en']}.")
    for key, placeholder in data.get("placeholders", {}).items():
        lines.append(f"- `<{key}>`: {placeholder['title']}.")
    if lines[-1]:
        lines.append("")
    seen = {(entry["kind"], entry["name"]): entry for entry in (observed or {"stored": []})["stored"]}
    extra = bool(seen)
    head = ["name", "kind", "stays", "category", "purpose", "known", *(["as it was set"] if extra else [])]
    lines += [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for item in data["items"]:
        cells = [*_cells(item), *([_as_set(seen.get((item["kind"], item["name"])))] if extra else [])]
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join([*lines, ""])


def _observed(observed: dict[str, Any] | None) -> str:
    if observed is None:
        return ""
    if not observed["stored"]:
        return f" {observed['version']} stored nothing when it was observed."
    return f" Observed on {observed['version']}."


def _cells(item: dict[str, Any]) -> Iterator[str]:
    uses = item.get("uses", [item])
    yield f"`{item.get('name') or item['regex']}`"
    yield item["kind"]
    yield f"{item['retention']}{', gone at once' if item.get('transient') else ''}"
    yield ", ".join(dict.fromkeys(_with_feature(use) for use in uses))
    yield " ".join(dict.fromkeys(use["purpose"]["en"] for use in uses))
    source = item["source"]
    yield f"[documented]({source['url']})" if source["kind"] == "documented" else f"observed, {source['version']}"


def _with_feature(use: dict[str, Any]) -> str:
    return f"{use['category']} (`{use['feature']}`)" if "feature" in use else str(use["category"])


def _as_set(entry: dict[str, Any] | None) -> str:
    return "" if entry is None else ", ".join(entry.get("attributes", []))


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(), "utf-8")


if __name__ == "__main__":
    main()
