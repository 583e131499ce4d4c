"""Clear-Site-Data: what Chromium erases, our recorder takes off the device, and no more."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.model.observation import HttpExchange, Observation
from policycheck.model.storage import StorageKind
from policycheck.recording import Recorder

pytestmark = pytest.mark.browser

STORE = """async (there) => {
  localStorage.setItem('entry', '1');
  sessionStorage.setItem('entry', '1');
  await new Promise((resolve, reject) => {
    const request = indexedDB.open('entry');
    request.onsuccess = () => { request.result.close(); resolve(); };
    request.onerror = reject;
  });
  if (self.caches) await caches.open('entry');
  if (navigator.storage?.getDirectory) {
    await (await navigator.storage.getDirectory()).getFileHandle('entry', {create: true});
  }
}"""
LIES = """async () => {
  const lying = [];
  if (localStorage.getItem('entry')) lying.push('localStorage');
  if (sessionStorage.getItem('entry')) lying.push('sessionStorage');
  if ((await indexedDB.databases()).length) lying.push('indexedDB');
  if (self.caches && (await caches.keys()).length) lying.push('caches');
  if (navigator.storage?.getDirectory) {
    for await (const name of (await navigator.storage.getDirectory()).keys()) lying.push('fileSystem');
  }
  return lying.sort();
}"""
COOKIES = {
    "c1.test/": ["host=1; Path=/", "domain=1; Domain=c1.test; Path=/", "safe=1; Path=/; Secure; HttpOnly"],
    "www.c1.test/deep/": ["deep=1; Path=/deep"],
    "c2.test/": ["other=1; Path=/"],
}

PASSED_OVER = ('"cookies"', '"*"', '"cookies", "storage"')


class Device:
    """Chromium and our recorder, side by side."""

    def __init__(self, chromium: Any, answers: Any, scheme: str) -> None:
        self.chromium, self.answers, self.scheme = chromium, answers, scheme
        self.recorder = Recorder()

    def visit(self, place: str, *cookies: str, clear: str = "") -> None:
        self.answers.set_cookie[place] = [cookie.encode() for cookie in cookies]
        self.answers.clear_site_data[place] = clear
        url = self.answers.url(self.scheme, place)
        self.chromium.page.goto(url)
        values = (clear,) if clear else ()
        self.recorder.response(HttpExchange("GET", url, 200, cookies, clear_site_data=values))

    def store(self, host: str) -> None:
        self.chromium.page.evaluate(STORE)
        kinds = [StorageKind.LOCAL_STORAGE, StorageKind.SESSION_STORAGE, StorageKind.INDEXED_DB]
        secure = [StorageKind.CACHES, StorageKind.FILE_SYSTEM] if self.scheme == "https" else []
        for kind in (*kinds, *secure):
            self.recorder.write(Observation(kind=kind, name="entry", host=host))

    def cookies(self) -> tuple[list[str], list[str]]:
        theirs = sorted(cookie["name"] for cookie in self.chromium.cookies())
        return theirs, sorted(cookie.name for cookie in self.recorder.jar)

    def storage(self, host: str) -> tuple[list[str], list[str]]:
        self.visit(f"{host}/look")
        ours = sorted(entry.kind.value for entry in self.recorder.web_storage() if entry.host == host)
        return self.chromium.page.evaluate(LIES), ours


@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize(
    "clear",
    ['"cookies"', '"storage"', '"cache"', '"*"', '"cookies", "storage"', "cookies", '"Cookies"', '"executionContexts"'],
)
def test_what_is_erased(chromium: Any, answers: Any, scheme: str, clear: str) -> None:
    chromium.context.clear_cookies()
    device = Device(chromium, answers, scheme)
    for place, cookies in COOKIES.items():
        device.visit(place, *cookies)
    for host in ("www.c1.test", "c1.test"):
        device.visit(f"{host}/store")
        device.store(host)
    device.visit("c1.test/clear", "late=1; Path=/", clear=clear)
    theirs, ours = device.cookies()
    if scheme == "http" and clear in PASSED_OVER:
        # Chromium erases nothing here, and all the same passes over the Set-Cookie headers of the response.
        assert "late" in ours
        ours.remove("late")
    assert ours == theirs
    for host in ("c1.test", "www.c1.test"):
        theirs, ours = device.storage(host)
        assert ours == theirs, host
