"""An observer that needs nothing but Playwright: a script in each page, and what lies on the device after each step.

It is there to compare with: where policycheck's own capture sees more or less, one of the two is wrong.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, Self

from playwright.async_api import BrowserContext, Page

from policycheck.model.lifetime import Lifetime
from policycheck.recording import declared_lifetime
from policycheck.wire import parse_set_cookie

from .writes import Write, attributes_of, declared

HOOKS = Path(__file__).parent / "hooks.js"


class PlainObserver:
    """Sees ``document.cookie``, ``setItem``, ``removeItem``, ``indexedDB.open`` and ``caches.open`` of windows."""

    def __init__(self, context: BrowserContext, device: str) -> None:
        self.writes: list[Write] = []
        self.step = "load"
        self.last = time.monotonic()
        self._context = context
        self._device = device
        self._opened: dict[tuple[str, str], float] = {}

    async def __aenter__(self) -> Self:
        await self._context.expose_binding("fieldTell", self._told)
        await self._context.add_init_script(path=HOOKS)
        return self

    async def __aexit__(self, *error: object) -> None:
        return None

    def _told(self, source: object, record: dict[str, Any]) -> None:
        self.last = time.monotonic()
        if "text" in record:
            cookie = parse_set_cookie(record["text"])
            lifetime = declared(declared_lifetime(cookie, record["at"] / 1_000))
            self._keep("cookie", cookie.name, lifetime, attributes_of(cookie))
        elif "given" in record:
            given = json.loads(record["given"])
            expires = given.get("expires")
            left = Lifetime(None, session=True) if expires is None else Lifetime((expires - record["at"]) / 1_000)
            self._keep("cookie", given["name"], declared(left), _attributes(given))
        elif record.get("gone"):
            self._keep(record["kind"], record["name"], None)
        else:
            lifetime = "session" if record["kind"] == "sessionStorage" else "persistent"
            self._keep(record["kind"], record["name"], lifetime)

    def _keep(self, kind: str, name: str, lifetime: str | None, attributes: tuple[str, ...] = ()) -> None:
        self.writes.append(Write(kind, name, self.step, self._device, lifetime, attributes))

    async def settle(self, page: Page) -> None:
        """Take in what lies on the device and was written in no way that the script sees."""
        known = {(write.kind, write.name) for write in self.writes}
        state: Any = await self._context.storage_state(indexed_db=True)
        lying = [
            ("localStorage", entry["name"], "persistent")
            for origin in state["origins"]
            for entry in origin["localStorage"]
        ]
        lying += [
            ("cookie", cookie["name"], "session" if cookie["expires"] < 0 else "not known")
            for cookie in state["cookies"]
        ]
        lying += [("sessionStorage", name, "session") for name in await page.evaluate("Object.keys(sessionStorage)")]
        lying += [
            ("indexedDB", entry["name"], "persistent")
            for origin in state["origins"]
            for entry in origin.get("indexedDB", [])
        ]
        for kind, name, lifetime in lying:
            if (kind, name) not in known:
                self._keep(kind, name, lifetime)


def _attributes(given: dict[str, Any]) -> tuple[str, ...]:
    """The same for the options of ``cookieStore.set``, which makes every cookie secure, with the path ``/``."""
    same_site = str(given.get("sameSite", "strict")).capitalize()
    scope = "for the domain" if given.get("domain") else "hostOnly"
    return f"sameSite {same_site}", "secure", f"path {given.get('path', '/')}", scope
