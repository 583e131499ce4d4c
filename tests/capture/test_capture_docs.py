"""The code of docs/how-to/watch-a-client.md, as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from policycheck.capture import observe
from policycheck.recording import Recorder

DOCS = Path(__file__).resolve().parents[2] / "docs"
HOW_TO = (DOCS / "how-to" / "watch-a-client.md").read_text()
CLIENTS = (DOCS / "reference" / "clients.md").read_text()


class Fixture:
    """Observes as the fixture of the plugin does."""

    def __init__(self) -> None:
        self.recorder = Recorder()
        self.watches: list[Any] = []

    def observe(self, subject: Any) -> Any:
        self.watches.append(observe(subject, self.recorder))
        return self.watches[-1]


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    for needed in ("httpx", "flask"):
        pytest.importorskip(needed)
    names: dict[str, Any] = {"__name__": "page"}
    for block in re.findall(r"^```python\n(.*?)^```", HOW_TO, re.DOTALL | re.MULTILINE):
        exec(compile(block, "watch-a-client.md", "exec"), names)
    return names


@pytest.mark.parametrize("name", re.findall(r"^def (test_\w+)", HOW_TO, re.MULTILINE))
def test_the_tests_of_the_page(name: str, page: dict[str, Any], site: Any, site_url: str) -> None:
    fixture = Fixture()
    arguments: dict[str, Any] = {"policycheck": fixture, "base_url": site_url + "/plain"}
    test = page[name]
    test(**{key: arguments[key] for key in test.__code__.co_varnames[: test.__code__.co_argcount]})
    for watch in fixture.watches:
        watch.close()
    assert fixture.recorder.exchanges == 1


def test_without_pytest(page: dict[str, Any]) -> None:
    assert page["names_of_cookies"]() == ["visit"]


def test_the_adapter_of_the_page(page: dict[str, Any], seen: Any) -> None:
    import pluggy

    from policycheck.plugins import hookspecs

    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(page["TeaAdapter"]())
    client = page["TeaClient"]()
    with manager.hook.policycheck_observe(subject=client, recorder=seen):
        client.fetch("/a")
    client.fetch("/b")
    assert seen.lines() == [("GET", "/a", 200, (b"visit=1; SameSite=Lax",))]
    assert manager.hook.policycheck_observe(subject=object(), recorder=seen) is None


def test_the_table_has_every_adapter_and_every_watched_module() -> None:
    from policycheck.capture.dispatch import watched_modules

    adapters = {path.stem for path in (DOCS.parent / "policycheck" / "capture").glob("*.py")}
    documented = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", CLIENTS, re.MULTILINE))))
    assert {"wsgi", "asgi", "flask", "django", "starlette", "httpx", "requests", "urllib3", "aiohttp", "webtest"} <= (
        documented & adapters
    )
    for module in watched_modules():
        assert f"`{module}`" in CLIENTS
