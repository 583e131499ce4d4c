"""Real scripts do with hooks what they do without: what they return, and what they leave behind, is the same."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from policycheck.capture.browser.hooks import Lost

pytestmark = pytest.mark.browser

SCRIPTS: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "scripts.json").read_text("utf-8"))["scripts"]

LEFT = """async () => {
    const databases = {};
    for (const { name, version } of await indexedDB.databases()) {
        const db = await new Promise((done) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); });
        databases[name] = [version];
        for (const store of db.objectStoreNames) {
            const counting = db.transaction(store).objectStore(store).count();
            databases[name].push([store, await new Promise((done) => { counting.onsuccess = () => done(counting.result); })]);
        }
        db.close();
    }
    return JSON.stringify({
        cookies: document.cookie.split('; ').sort(),
        local: Object.entries({ ...localStorage }).sort(),
        session: Object.entries({ ...sessionStorage }).sort(),
        databases,
        caches: (await caches.keys()).sort(),
        globals: Object.getOwnPropertyNames(window),
    });
}"""


def script(name: str, cache: Path) -> bytes:
    """The script of a package at its pinned version, from the cache or the npm registry."""
    pinned = SCRIPTS[name]
    kept = cache / f"{name.replace('/', '-')}-{pinned['version']}.tgz"
    if not kept.exists():
        if shutil.which("npm") is None:
            pytest.skip("the scripts come from the npm registry, and npm is not installed")
        try:
            packed = subprocess.run(
                ["npm", "pack", f"{name}@{pinned['version']}", "--json", "--pack-destination", str(cache)],
                capture_output=True,
                text=True,
                timeout=120,
                check=True,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            pytest.skip(f"the npm registry did not give {name}@{pinned['version']}")
        (cache / json.loads(packed.stdout)[0]["filename"]).replace(kept)
    octets = kept.read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(octets).digest()).decode()
    if found != pinned["integrity"]:
        kept.unlink()
        pytest.fail(f"{name}@{pinned['version']} is not what was pinned")
    with tarfile.open(fileobj=io.BytesIO(octets)) as archive:
        member = archive.extractfile(f"package/{pinned['file']}")
        assert member is not None
        return member.read()


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_does_the_same(bench: Any, name: str, pytestconfig: pytest.Config) -> None:
    cache = pytestconfig.cache
    assert cache is not None
    bench.site.files["/script.js"] = script(name, cache.mkdir("policycheck-scripts"))
    module = "import(FILE)" in SCRIPTS[name]["run"]
    bench.site.files["/page.html"] = b"<!doctype html><title>a page</title><body>" + (
        b"" if module else b"<script src=script.js></script>"
    )
    returned, left, errors = [], [], []
    told: list[Any] = []
    for hooked in (False, True):
        page = bench.page("/page.html", hooked=hooked)
        run = f"const FILE = '/script.js'; {SCRIPTS[name]['run']}"
        returned.append(json.loads(page.run(f"async () => JSON.stringify(await (async () => {{ {run} }})())")))
        page.barrier()
        told[:] = page.told
        left.append(json.loads(page.run(LEFT)))
        errors.append(page.errors)
    assert returned[1] == returned[0]
    assert left[1] == left[0]
    assert errors[1] == errors[0] == []
    assert [lost for lost in told if isinstance(lost, Lost)] == []
    names = {(record.kind.value, record.name) for record in told}
    stored = left[1]
    assert {("indexedDB", each) for each in stored["databases"]} <= names
    assert {("caches", each) for each in stored["caches"]} <= names
    assert bool(stored["local"]) == any(kind == "localStorage" for kind, _ in names)
