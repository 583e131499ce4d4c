"""How records leave a realm: by the binding, by the way in, in time, whatever the page does to the language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policycheck.capture.browser.hooks import HookRecord, Lost, caller_of, hook_script, read_records

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
SECRET = "a secret that no page knows"


def shown(records: list[HookRecord]) -> list[str]:
    return [f"{record.kind} {record.op} {record.text or record.name} {record.via}" for record in records]


def test_page_that_patches_the_language_neither_sees_nor_breaks_hooks(bench: Any) -> None:
    bench.site.files["/tamper.js"] = (HERE / "tamper.js").read_bytes()
    bench.site.files["/tamper.html"] = b"<!doctype html><body><script src=tamper.js></script></body>"
    plain = bench.page("/tamper.html", hooked=False)
    hooked = bench.page("/tamper.html")
    counts = []
    for page in (plain, hooked):
        page.run("() => act()")
        counts.append(page.run("() => tampered"))
    assert counts[1] == counts[0]
    hooked.barrier()
    assert [lost for lost in hooked.told if isinstance(lost, Lost)] == []
    assert shown(hooked.records) == [
        "localStorage store k setItem",
        "cookie store a=1 document.cookie",
        "sessionStorage delete none removeItem",
        "cookie store c=d; Path=/; SameSite=strict; Secure cookieStore",
        "cookie store e=f; Path=/; SameSite=strict; Secure cookieStore",
        "indexedDB store db createObjectStore",
        "indexedDB store db open",
        "indexedDB store db put",
        "caches store c open",
        "caches store c put",
        "fileSystem store f getFileHandle",
    ]
    assert {caller_of(record.stack, record.frame)[0] for record in hooked.records} == {f"{bench.site.url}/tamper.js"}


@pytest.mark.parametrize(
    "guard",
    [
        "Object.freeze(Error)",
        "Error.prepareStackTrace = (error, sites) => sites",
        "Object.defineProperty(Error, 'prepareStackTrace', { get() { throw 1 } })",
        "delete Error.stackTraceLimit",
        "Error.stackTraceLimit = 0",
        "Error.stackTraceLimit = Infinity",
        "Error = class extends Error {}",
        "Object.defineProperty(Error, 'stackTraceLimit', { value: 2, writable: false })",
    ],
)
def test_page_that_guards_its_stacks_keeps_them_and_is_watched(bench: Any, guard: str) -> None:
    page = bench.page("/")
    before, after = page.run(
        f"""() => {{
            {guard};
            const look = () => JSON.stringify(Object.entries(Object.getOwnPropertyDescriptors(Error)));
            const before = look();
            localStorage.setItem("k", "v");
            return [before, look()];
        }}"""
    )
    assert before == after
    page.barrier()
    assert shown(page.records) == ["localStorage store k setItem"]


def test_binding_is_gone_before_the_page_runs(bench: Any) -> None:
    bench.site.files["/first.html"] = b"<script>names = Object.getOwnPropertyNames(window)</script>"
    page = bench.page("/first.html")
    plain = bench.page("/first.html", hooked=False)
    assert page.run("() => names") == plain.run("() => names")


def test_without_a_binding_records_wait(bench: Any, drain: str) -> None:
    page = bench.page("/", binding=False)
    page.run("() => { localStorage.setItem('a', 'b'); document.cookie = 'c=d' }")
    assert shown(records(page.run(drain))) == ["localStorage store a setItem", "cookie store c=d document.cookie"]
    assert json.loads(page.run(drain)) == []
    assert page.told == []


def test_without_a_binding_at_most_ten_thousand_wait(bench: Any, drain: str) -> None:
    page = bench.page("/", binding=False)
    page.run("() => { for (let i = 0; i < 10250; i++) sessionStorage.setItem('k' + i % 9, i) }")
    told = read_records(page.run(drain))
    assert len(told) == 10_001
    assert told[-1] == Lost(250)
    assert [record.value for record in told[:-1] if isinstance(record, HookRecord)] == [str(i) for i in range(10_000)]


def test_binding_that_comes_late_is_taken_and_gets_what_waited(bench: Any) -> None:
    page = bench.page("/", binding=False)
    source = json.dumps(hook_script("_late", SECRET + "!", False))
    page.run(f"() => {{ (0, eval)({source}); sessionStorage.setItem('early', '1') }}")
    page._send("Runtime.addBinding", name="_late")
    assert page.run("() => typeof _late") == "function"
    page.run(f"() => Function.prototype.toString.call({json.dumps(SECRET + '!:bind')})")
    page.run("() => sessionStorage.setItem('later', '1')")
    page.barrier()
    assert page.run("() => typeof _late") == "undefined"
    assert shown(page.records) == ["sessionStorage store early setItem", "sessionStorage store later setItem"]


def test_off_puts_everything_back(bench: Any) -> None:
    look = """() => [Storage.prototype.setItem, Function.prototype.toString, IDBFactory.prototype.open,
        Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').set]"""
    page = bench.page("/")
    page.run(f"() => {{ globalThis.before = ({look})(); }}")
    page.run("() => { Storage.prototype.removeItem = function mine(key) { return mine.key = key } }")
    page.run(f"() => Function.prototype.toString.call({json.dumps(SECRET + ':off')})")
    assert page.run(f"() => ({look})().map((each, at) => each !== before[at])") == [True] * 4
    page.run(
        "() => { localStorage.setItem('a', 'b'); before[0].call(localStorage, 'c', 'd'); localStorage.removeItem('c') }"
    )
    page.barrier()
    assert page.records == []
    assert page.run("() => [Object.keys(localStorage).sort().join(), Storage.prototype.removeItem.key]") == ["a,c", "c"]
    assert page.run("() => Object.getOwnPropertyNames(Storage.prototype).join()") == bench.page("/", hooked=False).run(
        "() => Object.getOwnPropertyNames(Storage.prototype).join()"
    )


def test_second_run_in_a_realm_does_nothing(bench: Any) -> None:
    page = bench.page("/")
    source = json.dumps(hook_script("_binding", SECRET, False))
    same = page.run(
        f"() => {{ const before = Storage.prototype.setItem; (0, eval)({source}); return before === Storage.prototype.setItem }}"
    )
    page.run("() => localStorage.setItem('a', 'b')")
    page.barrier()
    assert same is True
    assert len(page.records) == 1


def test_frames_are_watched_from_their_first_line(bench: Any) -> None:
    bench.site.files["/outer.html"] = (
        b"<body><script>const f = document.createElement('iframe'); document.body.append(f);"
        b"f.contentWindow.localStorage.setItem('blank', '1'); f.contentDocument.cookie = 'blank=1';"
        b"const g = document.createElement('iframe'); g.srcdoc = '<script>localStorage.setItem(`srcdoc`, 1)<\\/script>';"
        b"document.body.append(g); const h = document.createElement('iframe'); h.src = 'inner.html'; document.body.append(h);"
        b"loaded = new Promise((done) => { h.onload = done })</script></body>"
    )
    bench.site.files["/inner.html"] = b"<script>localStorage.setItem('inner', '1')</script>"
    page = bench.page("/outer.html")
    page.run("() => loaded.then(() => 1)")
    page.barrier()
    found = {
        record.text or record.name: (record.frame, caller_of(record.stack, record.frame)) for record in page.records
    }
    site = bench.site.url
    assert found == {
        "blank": ("about:blank", (f"{site}/outer.html", 1)),
        "blank=1": ("about:blank", (f"{site}/outer.html", 1)),
        "srcdoc": ("about:srcdoc", ("about:srcdoc", 1)),
        "inner": (f"{site}/inner.html", (f"{site}/inner.html", 1)),
    }
    assert {record.origin for record in page.records} == {site}


LEAVING = """for (const type of ['beforeunload', 'pagehide', 'unload']) addEventListener(type, () => {
    localStorage.setItem(type, '1'); indexedDB.deleteDatabase(type); cookieStore.set(type, '1') });"""


def test_what_a_page_writes_before_it_is_left_is_told(bench: Any) -> None:
    """Of what comes after the navigation was decided, Chromium lets nothing out: snapshots find that."""
    bench.site.files["/left.html"] = f"<script>{LEAVING}</script>".encode()
    page = bench.page("/left.html")
    page.goto(f"{bench.site.url}/next")
    assert "localStorage store beforeunload setItem" in shown(page.records)
    assert page.run("() => Object.keys(localStorage).includes('pagehide')")


def test_what_is_under_way_when_a_page_leaves_is_told(bench: Any) -> None:
    page = bench.page("/left.html")
    page.run(
        """() => { history.pushState(1, '', '/pushed'); cookieStore.set('late', '1'); indexedDB.open('late');
            caches.open('late'); location.href = '/next' }"""
    )
    page._bench.do(lambda: page._page.wait_for_url("**/next"))
    page.barrier()
    found = {(record.kind.value, record.name, record.settled) for record in page.records}
    assert found == {("cookie", "late", False), ("indexedDB", "late", False), ("caches", "late", False)}


def test_what_a_frame_writes_while_it_is_removed_is_told(bench: Any) -> None:
    bench.site.files["/left.html"] = f"<script>{LEAVING}</script>".encode()
    bench.site.files["/outer.html"] = b"<body><iframe src=left.html></iframe></body>"
    page = bench.page("/outer.html")
    page.run("() => { frames[0].indexedDB.open('pending'); document.querySelector('iframe').remove() }")
    page.barrier()
    found = {(record.kind.value, record.name, record.via, record.settled) for record in page.records}
    assert {("localStorage", each, "setItem", True) for each in ("pagehide", "unload")} <= found
    assert {("indexedDB", each, "deleteDatabase", False) for each in ("pagehide", "unload")} <= found
    assert ("cookie", "pagehide", "cookieStore", False) in found
    assert ("indexedDB", "pending", "open", False) in found


def test_task_that_does_not_end_is_told_while_it_runs(bench: Any) -> None:
    page = bench.page("/")
    page.run(
        """() => {
            localStorage.setItem('first', '1');
            const end = performance.now() + 400;
            while (performance.now() < end) sessionStorage.setItem('busy', '1');
        }"""
    )
    page.barrier()
    assert len(page.messages) > 1


def test_long_values_are_cut_and_their_length_is_whole(bench: Any) -> None:
    page = bench.page("/")
    page.run(
        "() => { localStorage.setItem('long', '\\u00e4'.repeat(70000) + '\\ud83d\\ude00'); localStorage.setItem('\\ud800', 'x\\udc00') }"
    )
    page.barrier()
    long, odd = page.records
    assert (len(long.value or ""), long.length) == (65_536, 140_004)
    assert (odd.name, odd.value, odd.length) == ("\N{REPLACEMENT CHARACTER}", "x\N{REPLACEMENT CHARACTER}", 4)


def test_many_long_values_come_in_several_messages(bench: Any) -> None:
    page = bench.page("/")
    page.run("() => { for (let i = 0; i < 40; i++) sessionStorage.setItem('k' + i % 3, 'x'.repeat(60000)) }")
    page.barrier()
    assert len(page.records) == 40
    assert len(page.messages) > 5


def test_windows_that_a_page_opens_know_each_other(bench: Any) -> None:
    page = bench.page("/", hooked=False)
    bench.do(lambda: page._context.add_init_script(hook_script(None, SECRET, False)))
    page.goto(f"{bench.site.url}/opener")
    texts = page.run(
        """async () => {
            const text = (window, fn) => window.Function.prototype.toString.call(fn);
            const blank = open('about:blank');
            const loaded = open('/popup');
            while (loaded.location.href === 'about:blank' || loaded.document.readyState !== 'complete') {
                await new Promise((done) => setTimeout(done, 20));
            }
            return [blank, loaded].flatMap((each) => [text(each, Storage.prototype.setItem), text(window, each.Storage.prototype.setItem),
                text(window, each.Function.prototype.toString)]);
        }"""
    )
    native = [
        "function setItem() { [native code] }",
        "function setItem() { [native code] }",
        "function toString() { [native code] }",
    ]
    assert texts == native * 2


def test_of_writes_that_are_alike_in_one_transaction_sixteen_are_told(bench: Any) -> None:
    page = bench.page("/")
    page.run(
        """async () => {
            const db = await new Promise((done) => { const r = indexedDB.open('db');
                r.onupgradeneeded = () => { r.result.createObjectStore('s'); r.result.createObjectStore('t') };
                r.onsuccess = () => done(r.result) });
            for (let round = 0; round < 2; round++) {
                const transaction = db.transaction(['s', 't'], 'readwrite');
                for (let at = 0; at < 40; at++) {
                    transaction.objectStore('s').put(at, at);
                    if (at < 10) transaction.objectStore('t').put(at, at);
                }
                transaction.objectStore('s').delete(1);
                await new Promise((done) => { transaction.oncomplete = done });
            }
        }"""
    )
    page.barrier()
    told = [(record.via, record.store) for record in page.records if record.via in ("put", "delete")]
    assert [told.count(each) for each in (("put", "s"), ("put", "t"), ("delete", "s"))] == [32, 20, 2]


WORKER_ACTS = """
    const acts = async () => {
        const request = indexedDB.open("db-" + kind);
        await new Promise((done) => { request.onsuccess = done; });
        await caches.open("c-" + kind);
        if (self.cookieStore) await cookieStore.set("k-" + kind, "1");
        const root = await navigator.storage.getDirectory();
        const file = await root.getFileHandle("f-" + kind, { create: true });
        if (file.createSyncAccessHandle && kind === "worker") (await file.createSyncAccessHandle()).close();
        return Function.prototype.toString.call(SECRET);
    };
"""


@pytest.mark.parametrize("kind", ["worker", "sharedWorker", "serviceWorker"])
def test_workers_tell_what_they_write(bench: Any, kind: str) -> None:
    script = (
        hook_script(None, SECRET, False)
        + f"const kind = '{kind}', SECRET = {json.dumps(SECRET)};{WORKER_ACTS}"
        + """
        self.onconnect = ({ ports: [port] }) => acts().then((text) => port.postMessage(text));
        self.onmessage = ({ source }) => acts().then((text) => (source ?? self).postMessage(text));
        """
    )
    bench.site.files["/work.js"] = script.encode()
    page = bench.page("/", hooked=False)
    text = page.run(
        {
            "worker": """() => new Promise((done) => { const w = new Worker('/work.js'); w.onmessage = (e) => done(e.data);
                w.postMessage(1) })""",
            "sharedWorker": """() => new Promise((done) => { const w = new SharedWorker('/work.js');
                w.port.onmessage = (e) => done(e.data) })""",
            "serviceWorker": """async () => { const r = await navigator.serviceWorker.register('/work.js');
                const w = r.installing ?? r.active; return new Promise((done) => {
                navigator.serviceWorker.onmessage = (e) => done(e.data); navigator.serviceWorker.startMessages();
                w.postMessage(1) }) }""",
        }[kind]
    )
    told = records(text)
    expected = [f"indexedDB store db-{kind} open", f"caches store c-{kind} open"]
    if kind == "serviceWorker":
        expected.append(f"cookie store k-{kind}=1; Path=/; SameSite=strict; Secure cookieStore")
    expected.append(f"fileSystem store f-{kind} getFileHandle")
    if kind == "worker":
        expected.append(f"fileSystem store f-{kind} createSyncAccessHandle")
    assert shown(told) == expected
    assert {record.realm for record in told} == {kind}
    assert {record.frame for record in told} == {f"{bench.site.url}/work.js"}


def records(text: str) -> list[HookRecord]:
    return [record for record in read_records(text) if isinstance(record, HookRecord)]
