"""The rules that come in the box: complete, alike, and strangers to each other."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from pathlib import Path

import pytest

from policycheck.model.finding import Severity
from policycheck.rules import registry
from policycheck.rules.registry import builtin_rules
from policycheck.rules.rule import Rule, Scope

RULES = builtin_rules()
FOLDER = Path(registry.__file__).parent
ROOT = Path(__file__).parents[2]
MAX_LINES = 120
SECTIONS = ("What it checks", "Why", "Example", "Fix", "References")

TABLE = """
INV001 undeclared-item E
INV002 disabled-feature E
INV003 wrong-kind E
INV004 declared-never-observed N
CON001 stored-before-consent E
CON002 stored-after-refusal E
CON003 survives-withdrawal E
CON004 written-after-withdrawal E
CON005 stored-under-expired-consent E
CON006 exempt-item-lost W
CON007 gpc-ignored E
CON008 choice-outlives-profile W
CON009 value-beyond-consent E
CON010 read-before-consent W
CON011 consent-signal-before-choice E
CON012 order-changes-outcome E
CON013 repeated-grant-changes-outcome E
CON014 collected-while-refused E
CON015 withdrawal-harder-than-grant W
RET001 lifetime-exceeds-retention E
RET002 persistent-though-session E
RET003 lifetime-extended-on-visit E
RET004 lifetime-ignored W
RET005 lifetime-cut-by-browser N
RET006 shorter-than-declared N
RET007 over-profile-limit W
ATT001 insecure-cookie W
ATT002 script-readable-cookie W
ATT003 same-site-differs W
ATT004 prefix-broken E
ATT005 wider-scope E
ATT006 rejected-by-browser E
ATT007 malformed-header W
PTY001 third-party-storage E
PTY002 undeclared-host W
PTY003 request-before-consent E
VAL001 value-breaks-schema E
VAL002 personal-data-in-value E
GAT001 expired-waiver E
GAT002 unused-waiver W
GAT003 mended-baseline-entry N
GAT004 overdue-baseline-entry E
"""
CATALOGUE_NAMES = {
    "CAT001": "ambiguous-names",
    "CAT002": "unreachable-entry",
    "CAT003": "failing-example",
    "CAT004": "missing-purpose",
    "CAT005": "unused-category",
    "CAT006": "unused-placeholder",
    "CAT007": "ground-without-exemption",
    "CAT008": "retention-over-cap",
    "CAT009": "weakened-by-override",
    "CAT010": "duplicate-entry",
    "CAT011": "unreviewed-entry",
}
SEVERITIES = {"E": Severity.ERROR, "W": Severity.WARNING, "N": Severity.NOTE}


def test_codes_are_unique_and_sorted() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))


def test_names_are_unique() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_rules_are_those_of_the_table() -> None:
    wanted = {
        code: (name, SEVERITIES[letter]) for code, name, letter in (line.split() for line in TABLE.split("\n") if line)
    }
    assert {r.code: (r.name, r.severity) for r in RULES if r.scope is not Scope.CATALOGUE} == wanted
    assert {rule.code: rule.name for rule in RULES if rule.scope is Scope.CATALOGUE} == CATALOGUE_NAMES


def test_the_same_rules_each_time() -> None:
    assert builtin_rules() is RULES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_is_complete(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z]{3}\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)
    module = rule.module.rpartition(".")[2]
    assert module == f"{rule.code}_{rule.name.replace('-', '_')}".lower()
    assert rule.why.endswith(".") or rule.scope is Scope.CATALOGUE
    assert rule.why
    checks = [rule.observation, rule.step, rule.journey, rule.run, rule.catalogue, rule.request, rule.acceptance]
    assert checks.count(None) == 6 or (
        checks.count(None) == 5 and rule.observation is not None and rule.step is not None
    )
    lines = rule.page.splitlines()
    assert lines[0] == f"# {rule.code} {rule.name}"
    headings = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    assert tuple(heading for heading in headings if heading in SECTIONS) == SECTIONS
    assert set(headings) <= {*SECTIONS, "Options"}
    for heading in headings:
        below = lines[lines.index(f"## {heading}") + 1 :]
        assert next((line for line in below if line), "").startswith("## ") is False


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_module_is_short_and_knows_no_other_rule(rule: Rule) -> None:
    path = Path(str(sys.modules[rule.module].__file__))
    source = path.read_text("utf-8")
    assert len(source.splitlines()) < MAX_LINES
    imported = [
        name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    ]
    assert not [name for name in imported if re.search(r"\.[a-z]{3}\d{3}_", name)]


def test_every_rule_module_is_registered() -> None:
    files = {path.stem for path in FOLDER.rglob("[a-z][a-z][a-z][0-9][0-9][0-9]_*.py")}
    assert files == {rule.module.rpartition(".")[2] for rule in RULES}


def test_reference_is_current() -> None:
    spec = importlib.util.spec_from_file_location("rules_reference", ROOT / "docs" / "build" / "rules_reference.py")
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    written = {path.name: path.read_text("utf-8") for path in generator.FOLDER.glob("*.md")}
    assert written == generator.pages(), "run python docs/build/rules_reference.py"


def test_nothing_heavy_is_imported_with_the_rules() -> None:
    import subprocess

    code = (
        "import sys, policycheck.rules.registry as r; r.builtin_rules();"
        "print([m for m in ('jsonschema', 'email_validator', 'phonenumbers', 'pydantic', 'yaml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_scopes() -> None:
    by_code = {rule.code: rule for rule in RULES}
    assert by_code["INV004"].scope is Scope.RUN
    assert by_code["RET003"].scope is Scope.JOURNEY
    assert by_code["CAT001"].scope is Scope.CATALOGUE
    assert by_code["CON003"].scope is Scope.STEP
    assert by_code["INV001"].scope is Scope.OBSERVATION
    assert by_code["GAT001"].scope is Scope.ACCEPTANCE
    assert {rule.code for rule in RULES if rule.scope is Scope.REQUEST} == {"PTY002", "PTY003"}
    assert [rule.code for rule in RULES if not rule.only_stored] == ["ATT004", "ATT006", "CON010"]
