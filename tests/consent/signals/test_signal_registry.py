"""The table of signals and the modules that decode are the same; nothing is imported before it is needed."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import policycheck.consent.signals
from policycheck.catalogue.names import parse_template
from policycheck.consent.signals.registry import LazyDecoder, builtin_signals

MODULES = {
    info.name
    for info in pkgutil.iter_modules(policycheck.consent.signals.__path__)
    if hasattr(importlib.import_module(f"policycheck.consent.signals.{info.name}"), "decode")
}


def test_every_decoder_has_its_row_and_every_row_its_decoder() -> None:
    rows = {signal.decode for signal in builtin_signals()}

    assert rows == {LazyDecoder(module) for module in MODULES}
    assert {signal.key.replace("-", "_") for signal in builtin_signals()} == MODULES


def test_the_reading_names_its_signal() -> None:
    keys = {
        importlib.import_module(f"policycheck.consent.signals.{module}").KEY
        for module in MODULES - {"tcf", "gpp", "usprivacy", "google_consent_mode"}
    }

    assert keys < {signal.key for signal in builtin_signals()}


def test_the_table_is_sorted_and_says_where_each_format_is_written_down() -> None:
    keys = [signal.key for signal in builtin_signals()]

    assert keys == sorted(set(keys))
    assert all(signal.title and signal.source.startswith("https://") for signal in builtin_signals())
    assert all(parse_template(name) for signal in builtin_signals() for _, name in signal.names)


def test_a_decoder_is_imported_when_a_record_is_read() -> None:
    program = """
import sys
from policycheck.consent.signals.registry import builtin_signals
signals = {signal.key: signal for signal in builtin_signals()}
loaded = lambda: sorted(name for name in sys.modules if name.startswith("policycheck.consent.signals."))
before = loaded()
signals["klaro"].decode("{}")
print(before, [name for name in loaded() if name not in before])
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert run.stdout == (
        "['policycheck.consent.signals.registry', 'policycheck.consent.signals.signal'] "
        "['policycheck.consent.signals.encoding', 'policycheck.consent.signals.klaro']\n"
    )
