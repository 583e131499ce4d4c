"""What Playwright itself saves of a visit reads as what was there: a storage state, and a trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from policycheck.capture.evidence import Record
from policycheck.capture.evidencefile import EvidenceFile
from policycheck.capture.files import read_evidence
from policycheck.model.lifetime import Lifetime
from policycheck.model.storage import StorageKind

pytestmark = pytest.mark.browser

WRITE = """async () => {
    document.cookie = 's_cookie=1; max-age=600';
    localStorage.setItem('s_local', 'dark');
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('docs', {create: true});
    const file = await (await folder.getFileHandle('note.txt', {create: true})).createWritable();
    await file.write('hello');
    await file.close();
    await new Promise((done) => {
        const opening = indexedDB.open('s_database', 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore('orders', {keyPath: 'id'}).add({id: 1});
        opening.onsuccess = done;
    });
    await fetch('/next.html');
}"""


def read(path: Path) -> list[Record]:
    return list(read_evidence(EvidenceFile(path.name, path)).records)


def test_a_state_and_a_trace_of_playwright(chromium: tuple[str, list[str]], contract_site: str, tmp_path: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    path, flags = chromium
    state, trace = tmp_path / "state.json", tmp_path / "trace.zip"
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=path, args=flags)
        context = browser.new_context()
        context.tracing.start(snapshots=True)
        page = context.new_page()
        page.goto(f"{contract_site}/api")
        page.evaluate(WRITE)
        context.storage_state(path=state, indexed_db=True, opfs=True)
        context.tracing.stop(path=trace)
        browser.close()

    (found,) = read(state)
    seen = {(entry.kind, entry.name, entry.store): entry for entry in found.entries}
    responses = [record.exchange for record in read(trace) if record.exchange is not None and not record.loaded]
    sent = [entry.name for record in read(trace) for entry in record.entries]

    assert set(seen) == {
        (StorageKind.COOKIE, "h_fetch", None),
        (StorageKind.COOKIE, "s_cookie", None),
        (StorageKind.LOCAL_STORAGE, "s_local", None),
        (StorageKind.INDEXED_DB, "s_database", "orders"),
        (StorageKind.FILE_SYSTEM, "docs/note.txt", None),
    }
    cookie = seen[StorageKind.COOKIE, "s_cookie", None]
    assert isinstance(cookie.lifetime, Lifetime)
    assert cookie.lifetime.seconds == pytest.approx(600, abs=30)
    assert seen[StorageKind.INDEXED_DB, "s_database", "orders"].keys == 1
    assert seen[StorageKind.FILE_SYSTEM, "docs/note.txt", None].value == "hello"
    assert ("h_fetch=1; HttpOnly",) in {exchange.set_cookie for exchange in responses}
    assert "s_cookie" in sent
