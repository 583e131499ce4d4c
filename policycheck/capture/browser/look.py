"""One look at what lies on the device, by Chromium's protocol and by a script in a world that pages do not see."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from typing import Any

from policycheck.capture.browser.events import OriginSnapshot, Place, Snapshot, StoredEntry
from policycheck.capture.browser.places import partition_of
from policycheck.capture.browser.sessions import DOCUMENTS, WORKERS, Answer, Params, Session, Target, Transport
from policycheck.jar.cookie import StoredCookie
from policycheck.model.storage import StorageKind

_WORLD = "policycheck"
_HIDING = """
navigator.webdriver === true && typeof CookieConsent === 'object' && typeof CookieConsent.validConsent === 'function'
  && !CookieConsent.validConsent() && !document.querySelector('#cc-main')
"""
HIDDEN = (
    "vanilla-cookieconsent shows no banner to a browser with navigator.webdriver (hideFromBots), so nobody was asked: "
    "observe with hide_webdriver=True"
)


def snapshot_script() -> str:
    """The function that looks at the web storage of a document, as text."""
    return files("policycheck.capture.browser").joinpath("snapshot.js").read_text("utf-8")


class Look:
    """One look at what lies there: a count of what is still asked, and what was answered."""

    def __init__(
        self, transport: Transport, script: str, targets: list[Target], then: Callable[[Snapshot], None]
    ) -> None:
        self._transport = transport
        self._script = script
        self._documents = [target for target in targets if target.kind in DOCUMENTS]
        self._workers = [target for target in targets if target.kind in WORKERS]
        self._then = then
        self._open = 1
        self._origins: list[OriginSnapshot] = []
        self._hidden = False
        self._cookies: tuple[StoredCookie, ...] | None = None

    def begin(self) -> None:
        """Ask everything."""
        roots = [target for target in self._documents if target.root is None]
        if roots:
            self._ask(roots[0].session, "Network.getAllCookies", {}, self._take_cookies)
        for target in roots:
            self._ask(target.session, "Runtime.evaluate", {"expression": _HIDING, "returnByValue": True}, self._hiding)
        for target in self._documents:
            for frame in list(target.frames):
                self._frame(target, frame)
        for worker in self._workers:  # what it told before it answers has come in then
            self._ask(worker.session, "Runtime.evaluate", {"expression": "0"}, lambda _: None)
        self._answered()

    def so_far(self) -> Snapshot:
        """What was answered; of an origin that has not told everything yet, nothing."""
        return Snapshot(tuple(self._origins), self._cookies, notes=(HIDDEN,) if self._hidden else ())

    def _frame(self, target: Target, frame: str) -> None:
        def in_world(world: Params | None) -> None:
            if world is not None:
                params = {
                    "contextId": world["executionContextId"],
                    "expression": f"({self._script})()",
                    "awaitPromise": True,
                    "returnByValue": True,
                }
                self._ask(target.session, "Runtime.evaluate", params, lambda found: self._take(target, frame, found))

        self._ask(target.session, "Page.createIsolatedWorld", {"frameId": frame, "worldName": _WORLD}, in_world)

    def _take(self, target: Target, frame: str, found: Params | None) -> None:
        text = _value(found)
        if not isinstance(text, str):
            return
        origin = read_snapshot(text, target.frames.get(frame, target.url), target.page)
        if origin is None:
            return
        databases = [entry.name for entry in origin.entries if entry.kind is StorageKind.INDEXED_DB]
        if not databases:
            self._origins.append(origin)
            return

        def keyed(said: Params | None) -> None:
            if said is None:
                self._origins.append(origin)
            else:
                self._databases(target.session, str(said["storageKey"]), origin, databases)

        self._ask(target.session, "Storage.getStorageKey", {"frameId": frame}, keyed)

    def _databases(self, session: Session, key: str, origin: OriginSnapshot, names: list[str]) -> None:
        """Ask for the object stores of each database, and how many keys they hold."""
        stores: list[StoredEntry] = []
        waiting = [len(names)]

        def done() -> None:
            waiting[0] -= 1
            if not waiting[0]:
                self._origins.append(OriginSnapshot(origin.place, origin.looked, (*origin.entries, *stores)))

        def opened(name: str, said: Params | None) -> None:
            opening: Params = {} if said is None else said["databaseWithObjectStores"]
            for store in opening.get("objectStores", ()):
                waiting[0] += 1
                label = str(store["name"])
                where = {"storageKey": key, "databaseName": name, "objectStoreName": label}
                self._ask(session, "IndexedDB.getMetadata", where, partial(counted, name, label))
            done()

        def counted(name: str, store: str, said: Params | None) -> None:
            keys = None if said is None else int(said["entriesCount"])
            stores.append(StoredEntry(StorageKind.INDEXED_DB, name, store=store, keys=keys))
            done()

        for name in names:
            where = {"storageKey": key, "databaseName": name}
            self._ask(session, "IndexedDB.requestDatabase", where, partial(opened, name))

    def _hiding(self, said: Params | None) -> None:
        self._hidden = self._hidden or _value(said) is True

    def _take_cookies(self, said: Params | None) -> None:
        if said is not None:
            self._cookies = tuple(map(read_cookie, said["cookies"]))

    def _ask(self, session: Session, method: str, params: Params, take: Answer) -> None:
        self._open += 1

        def answered(result: Params | None) -> None:
            take(result)
            self._answered()

        self._transport.send(session, method, params, answered)

    def _answered(self) -> None:
        self._open -= 1
        if not self._open:
            self._then(self.so_far())


def _value(said: Params | None) -> Any:
    """The value of an evaluation (Runtime.evaluate); None where it failed."""
    return None if said is None else said["result"].get("value")


def read_snapshot(text: str, url: str, page: str) -> OriginSnapshot | None:
    """What ``snapshot.js`` returned for the document at ``url``; None where nothing could be looked at."""
    found = json.loads(text)
    if not found["looked"]:
        return None
    if not url.startswith(("http:", "https:")):  # about:blank and the like lie in the store of who made them
        url = f"{found['origin']}/"
    entries = (StoredEntry(StorageKind(entry["kind"]), entry["name"], entry.get("value")) for entry in found["entries"])
    looked = frozenset(map(StorageKind, found["looked"]))
    return OriginSnapshot(Place(url, page, partition_of(url, page)), looked, tuple(entries))


def read_cookie(cookie: Params) -> StoredCookie:
    """A cookie as the protocol tells it (Network.Cookie), as our store keeps it."""
    domain = str(cookie["domain"])
    expires = float(cookie.get("expires", -1))
    partition: Any = cookie.get("partitionKey")
    if partition is not None and not isinstance(partition, str):  # older releases tell the site alone
        partition = partition["topLevelSite"]
    return StoredCookie(
        name=cookie["name"],
        value=cookie["value"],
        domain=domain.removeprefix("."),
        host_only=not domain.startswith("."),
        path=cookie["path"],
        expiry_time=None if cookie.get("session") or expires < 0 else expires,
        secure=bool(cookie.get("secure")),
        http_only=bool(cookie.get("httpOnly")),
        same_site=cookie.get("sameSite"),
        partition_key=partition,
        creation_time=0.0,
        last_access_time=0.0,
    )
