"""Writes ``docs/reference/consent-signals.md``: each record of a choice that can be read, from the table of signals.

Run it after a change to the table: ``python docs/build/signals_reference.py``. A test holds the page current.
"""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

from policycheck.consent.signals import EVERY_CATEGORY, ConsentSignal
from policycheck.consent.signals.registry import LazyDecoder, builtin_signals

PAGE = Path(__file__).parents[1] / "reference" / "consent-signals.md"
INTRODUCTION = """\
# Consent signals

<!-- Written by docs/build/signals_reference.py; edit the table of signals and its modules' docstrings instead. -->

Consent managers keep the visitor's choice in an entry of their own. policycheck reads those below: to know which
consent is in force (`consent = "observed"`), and to see a record that says yes before anybody chose. How to use them:
[Read consent from what the application stores](../how-to/read-consent-from-storage.md). Records of your own: the hook
[`policycheck_consent_signals`](hooks.md#policycheck_consent_signals).

What each record's keys stand for is in the tables; a key that is not there stands for the category of its own name,
and so does each that is there, where the catalogue has one. `*` is every category. The setting
[`signals`](settings.md#signals) changes that.

- Where several keys stand for one category, it is granted when all of them are; one that is denied denies it.
- Records of one manager belong together. Where two managers speak of a category, the record that was written last
  holds.
- A record that says of itself that nobody has chosen leaves every category `unset`. So does one that was deleted.
- What was granted and is denied later was withdrawn; what is denied without having been granted was refused.
- A record that cannot be read changes nothing, and the report says where the trouble is. No value is ever shown.

Not read: Osano's commercial consent manager, whose record is encrypted; Didomi's `didomi_dcs`, whose numbers mean
something to a configured page alone; and version 4 of Osano's open-source cookieconsent, which never left beta.

| signal | of | stored as |
|---|---|---|
"""
_ROLE = re.compile(r":\w+:`~?(?:[\w.]*\.)?(\w+)`")


def render() -> str:
    """The whole page."""
    signals = builtin_signals()
    rows = [f"| [`{signal.key}`](#{signal.key}) | {signal.title} | {_names(signal)} |" for signal in signals]
    return INTRODUCTION + "\n".join(rows) + "\n" + "".join(map(_section, signals))


def _names(signal: ConsentSignal) -> str:
    return ", ".join(f"{kind.value} `{name}`" for kind, name in signal.names) or "no entry"


def _section(signal: ConsentSignal) -> str:
    assert isinstance(signal.decode, LazyDecoder)
    module = importlib.import_module(f"policycheck.consent.signals.{signal.decode.module}")
    doc = _ROLE.sub(r"`\1`", inspect.cleandoc(module.__doc__ or "")).replace("``", "`")
    parts = [f"\n## {signal.key}\n\n{doc}\n"]
    mapped = {key: [name for name in named if name != key] for key, named in signal.categories.items()}
    if any(mapped.values()):
        parts.append("\n| key | category |\n|---|---|\n")
        parts += [
            f"| `{key}` | {'every category' if named == [EVERY_CATEGORY] else ', '.join(named)} |\n"
            for key, named in mapped.items()
            if named
        ]
    parts.append(f"\nSource: {signal.source}\n")
    return "".join(parts)


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(), "utf-8")


if __name__ == "__main__":
    main()
