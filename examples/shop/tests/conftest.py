from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from shop import create_app


@pytest.fixture
def client(policycheck: Any) -> FlaskClient:
    """A visitor with an empty device, watched: each response is held against catalogue.yaml."""
    client = create_app().test_client()
    policycheck.observe(client)
    return client
