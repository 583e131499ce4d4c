"""Two ways to watch an ASGI application: Starlette's TestClient, and httpx in an asynchronous test."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from service import create_app

BASE = "https://timetables.test"


@pytest.fixture
def client(policycheck: Any) -> TestClient:
    client = TestClient(create_app(), base_url=BASE)
    policycheck.observe(client)
    return client


def test_timetable(client: TestClient) -> None:
    assert client.get("/timetable").json() == {"stop": "central"}


@pytest.mark.policycheck(consent=["functional"])
def test_saved_stop(client: TestClient) -> None:
    assert client.put("/home/harbour").json() == {"saved": "harbour"}
    assert "__Host-home_stop" in client.cookies


def test_login(client: TestClient) -> None:
    assert client.post("/login/ada").json() == {"hello": "ada"}
    assert client.post("/logout").status_code == 200


@pytest.mark.policycheck(consent=["analytics"])
def test_layout_test_with_consent(client: TestClient) -> None:
    client.get("/timetable", headers={"x-analytics": "yes"})
    assert "usage_a" in client.cookies


@pytest.mark.anyio
async def test_asynchronously(policycheck: Any) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app()), base_url=BASE) as client:
        policycheck.observe(client)
        assert (await client.get("/timetable")).status_code == 200


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
