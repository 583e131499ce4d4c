"""The rules that come in the box: one module each, found by its file name, imported when they are asked for."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache

import policycheck.rules
from policycheck.rules.rule import Rule

_RULE_MODULE = re.compile(r"[a-z]{3}[0-9]{3}_[a-z0-9_]+")


@cache
def builtin_rules() -> tuple[Rule, ...]:
    """Every rule of this package, sorted by code."""
    rules: list[Rule] = []
    for group in pkgutil.iter_modules(policycheck.rules.__path__, "policycheck.rules."):
        if group.ispkg:
            package = importlib.import_module(group.name)
            names = [info.name for info in pkgutil.iter_modules(package.__path__)]
            modules = [f"{group.name}.{name}" for name in names if _RULE_MODULE.fullmatch(name)]
            rules += [importlib.import_module(module).RULE for module in modules]
    return tuple(sorted(rules, key=lambda rule: rule.code))
