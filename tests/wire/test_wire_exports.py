"""What the package offers, whether it is imported at once or when it is first asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from policycheck import wire


def test_everything_that_is_offered_is_there() -> None:
    assert [name for name in wire.__all__ if getattr(wire, name, None) is None] == []


def test_what_is_not_offered_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="'read_smoke'"):
        wire.read_smoke  # type: ignore[attr-defined]  # noqa: B018


def test_reading_headers_does_not_import_the_reader_of_dumps() -> None:
    code = "import sys, policycheck.wire; print('policycheck.wire.dump' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
