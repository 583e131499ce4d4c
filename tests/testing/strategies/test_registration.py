"""``st.from_type`` knows the values of policycheck without an import, and Hypothesis' own import stays light."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from importlib.metadata import entry_points

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.catalogue.entries import Catalogue, Item
from policycheck.model.observation import HttpExchange
from policycheck.testing import strategies as pst
from policycheck.testing.strategies.registration import TYPES

HEAVY = {"pydantic", "jsonschema", "yaml", "publicsuffixlist", "phonenumbers", "email_validator", "pluggy"}


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_entry_point_is_installed() -> None:
    [point] = [point for point in entry_points(group="hypothesis") if point.name == "policycheck"]
    assert point.value == "policycheck.testing.strategies.registration:register"


def test_the_import_of_hypothesis_brings_values_alone() -> None:
    ours = run(
        "import sys, hypothesis; before = set(sys.modules)\n"
        "print(*sorted(name for name in sys.modules if name.partition('.')[0] == 'policycheck'))"
    ).split()
    assert "policycheck.catalogue.entries" in ours
    rooms = {".".join(name.split(".")[:2]) for name in ours} - {"policycheck"}
    assert rooms == {
        "policycheck.catalogue", "policycheck.consent", "policycheck.errors", "policycheck.model", "policycheck.testing",
    }  # fmt: skip
    testing = {name for name in ours if name.startswith("policycheck.testing.strategies.")}
    assert testing == {"policycheck.testing.strategies.registration"}


def test_the_entry_point_itself_imports_nothing_heavy() -> None:
    brought = run(
        "import os, sys; os.environ['HYPOTHESIS_NO_PLUGINS'] = '1'\n"
        "import hypothesis; import hypothesis.strategies as st; st.integers().validate(); before = set(sys.modules)\n"
        "from policycheck.testing.strategies.registration import register; register()\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    ).split()
    assert set(brought) & HEAVY == set()


def test_a_type_is_known_without_any_import_of_the_strategies() -> None:
    code = (
        "from hypothesis import given, settings, strategies as st\n"
        "from policycheck import Catalogue\n"
        "@settings(max_examples=3, deadline=None, database=None)\n"
        "@given(st.from_type(Catalogue))\n"
        "def check(catalogue): assert isinstance(catalogue, Catalogue)\n"
        "check(); print('held')"
    )
    assert run(code) == "held\n"


@pytest.mark.parametrize("path", TYPES)
def test_each_type_gives_its_values(path: str) -> None:
    module, _, name = path.partition(":")
    cls: type = getattr(import_module(module), name)

    @settings(max_examples=15, deadline=None, database=None)
    @given(st.from_type(cls))
    def check(value: object) -> None:
        assert isinstance(value, cls)

    check()


def test_each_strategy_that_is_registered_is_public() -> None:
    assert set(TYPES.values()) <= set(pst.__all__)
    assert dir(pst) == pst.__all__
    with pytest.raises(AttributeError, match="has no attribute 'cookies'"):
        _ = pst.cookies


@settings(max_examples=20, deadline=None, suppress_health_check=[])
@given(pst.http_exchanges(), pst.items(), pst.catalogues(max_items=8))
def test_no_health_check_trips(exchange: HttpExchange, item: Item, catalogue: Catalogue) -> None:
    assert len(catalogue.items) <= 8
