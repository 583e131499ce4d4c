"""The records that come in the box: one module each, imported when they are asked for."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import policycheck.consent.signals
from policycheck.consent.signals.signal import ConsentSignal


@cache
def builtin_signals() -> tuple[ConsentSignal, ...]:
    """Every signal of this package, sorted by key: what the modules with ``SIGNALS`` list."""
    names = sorted(info.name for info in pkgutil.iter_modules(policycheck.consent.signals.__path__))
    modules = [importlib.import_module(f"policycheck.consent.signals.{name}") for name in names]
    found = [signal for module in modules for signal in getattr(module, "SIGNALS", ())]
    return tuple(sorted(found, key=lambda signal: signal.key))
