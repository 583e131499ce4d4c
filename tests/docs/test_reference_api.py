from __future__ import annotations

import importlib
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "docs/build/api_reference.py"


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("api_reference", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_of_the_api_is_current(builder: ModuleType) -> None:
    assert builder.PAGE.read_text("utf-8") == builder.render(), "run: python docs/build/api_reference.py"


def test_every_public_name_has_an_entry_with_a_sentence(builder: ModuleType) -> None:
    text = builder.PAGE.read_text("utf-8")
    entries = dict(re.findall(r"^### ([\w.]+)\n\n```\n.*?\n```\n\n(.*?)$", text, re.MULTILINE | re.DOTALL))
    for module in ("policycheck", "policycheck.wire", "policycheck.jar", "policycheck.testing"):
        for name in importlib.import_module(module).__all__:
            assert entries[name].strip(), name
    assert len(re.findall(r"^### ", text, re.MULTILINE)) == len(entries)


def test_no_markup_of_docstrings_is_left(builder: ModuleType) -> None:
    prose = re.sub(r"^```.*?^```$", "", builder.PAGE.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert not re.search(r":\w+:`|``", prose)
