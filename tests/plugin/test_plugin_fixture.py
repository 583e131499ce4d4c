"""The fixture: what is observed is judged when the body is over, and a finding fails the test."""

from __future__ import annotations

import pytest

from tests_plugin_types import Suite


def test_a_clean_test_passes(suite: Suite) -> None:
    suite.test("def test_landing(client): assert client.get('/').status_code == 200")
    result = suite.run()
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.OK
