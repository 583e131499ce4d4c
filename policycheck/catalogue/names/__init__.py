r"""Names of stored things: templates and regexes, which of them wins, which of them collide.

No name and no pattern makes matching slow: a match costs time linear in the name, whatever both look like. See
``docs/explanation/names.md``.
"""

from __future__ import annotations

from policycheck.catalogue.names.comparing import covers, find_ambiguous, overlap
from policycheck.catalogue.names.errors import NameBudgetError, NameSyntaxError
from policycheck.catalogue.names.failure import compare_failure
from policycheck.catalogue.names.index import NameIndex
from policycheck.catalogue.names.pattern import NamePattern
from policycheck.catalogue.names.template import escape_template, parse_regex, parse_template

__all__ = [
    "NameBudgetError",
    "NameIndex",
    "NamePattern",
    "NameSyntaxError",
    "compare_failure",
    "covers",
    "escape_template",
    "find_ambiguous",
    "overlap",
    "parse_regex",
    "parse_template",
]
