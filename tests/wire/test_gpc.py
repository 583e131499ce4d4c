"""Global Privacy Control."""

from __future__ import annotations

import pytest

from policycheck.wire import gpc_asserted, gpc_support


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1"], True),
        ([b"1"], True),
        (["0", "1"], True),
        (["0, 1"], True),
        ([" 1\t"], True),
        (["1", "0"], True),
        ([], False),
        (["0"], False),
        (["true"], False),
        (["11"], False),
        (["1;q=1"], False),
        (["?1"], False),
        ([""], False),
        ([b"\xff"], False),
        (["0 1"], False),
        (["X1"], False),
        (["1\n"], False),
    ],
)
def test_only_1_counts(values: list[str | bytes], expected: bool) -> None:
    assert gpc_asserted(values) is expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ('{"gpc": true, "lastUpdate": "2026-01-01"}', True),
        (b'{"gpc": false}', False),
        ('{"gpc": 1}', None),
        ('{"gpc": "true"}', None),
        ('{"GPC": true}', None),
        ("{}", None),
        ("true", None),
        ("[]", None),
        ("", None),
        ("<html>", None),
        (b"\xff\xfe", None),
        ("[" * 200_000, None),
    ],
)
def test_what_a_site_says_of_its_support(document: str | bytes, expected: bool | None) -> None:
    assert gpc_support(document) is expected
