from __future__ import annotations

import pytest

from policycheck.wire.clear_site_data import TYPES, cleared_types


@pytest.mark.parametrize(
    ("values", "types"),
    [
        ((), set()),
        (('"cookies"',), {"cookies"}),
        (('"cookies", "storage"',), {"cookies", "storage"}),
        (('"cache"', ' \t"storage" '), {"cache", "storage"}),
        (('"*"',), TYPES),
        (('"clientHints","*"',), TYPES),
        (("cookies",), set()),
        (("*",), set()),
        (('"Cookies"',), set()),
        (("'cookies'",), set()),
        (('"cookies" "storage"',), set()),
        (('"executionContexts", "storage:cart", ,"cookies"',), {"cookies"}),
        (('"cookies", "é"', '"cache"'), {"cache"}),
        (('{ "types": [ "cookies" ] }',), set()),
    ],
)
def test_what_a_header_names(values: tuple[str, ...], types: set[str]) -> None:
    assert cleared_types(values) == types
