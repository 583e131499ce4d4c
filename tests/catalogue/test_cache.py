from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest

from policycheck.catalogue import cache as cache_module
from policycheck.catalogue.cache import MAX_ENTRIES, CatalogueCache
from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.loading import load_catalogue
from policycheck.catalogue.packs import pack_names
from policycheck.catalogue.problems import CatalogueInvalid
from policycheck.catalogue.reading import READERS

ITEM = "  - {name: %s, kind: cookie, category: necessary, retention: session}\n"
TEXT = "catalogue: 1\nid: shop\nextends: [base.yaml, 'pack:smartsupp']\nitems:\n" + ITEM % "a"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("c.yaml").write_text(TEXT, encoding="utf-8")
    Path("base.yaml").write_text("catalogue: 1\nitems:\n" + ITEM % "b", encoding="utf-8")
    return tmp_path / "deep" / "cache"


def entries(folder: Path) -> list[Path]:
    return sorted(folder.glob("catalogue-*.json"))


def same(one: Catalogue, other: Catalogue) -> bool:
    return all(getattr(one, field.name) == getattr(other, field.name) for field in fields(one))


def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on a catalogue comes from the cache or not at all."""
    monkeypatch.setattr("policycheck.catalogue.chain.read_document", None)


@pytest.mark.parametrize("name", pack_names())
def test_what_comes_back_is_what_went_in(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = load_catalogue(f"pack:{name}")
    assert same(load_catalogue(f"pack:{name}", cache=folder), fresh)
    forbid(monkeypatch)
    assert same(load_catalogue(f"pack:{name}", cache=folder), fresh)


def test_a_full_catalogue_comes_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = """
catalogue: 1
title: Shop
extends: ['pack:smartsupp']
categories: {own: {consent: notRequired, exemption: security}}
providers: {p: {name: P, country: CZ, hosts: [a.example], mustNotContain: [ipAddress], storedIn: [EU],
  categories: [own, analytics]}, q: {name: Q}}
placeholders: {KEY: {pattern: '[0-9]+'}}
consent: {validity: P6M, grace: 1 hour}
items:
  - {regex: 'b[0-9]', kind: web, retention: persistent, provider: p, party: third, setBy: script,
     uses: [{category: own, value: {json: {type: array}, pattern: 'x+'}}, {category: marketing, feature: smart}]}
  - {name: 'a_<KEY>', kind: cookie, category: own, retention: P6M, refresh: true, path: /a, hosts: [b.example],
     attributes: {secure: true, sameSite: None}, value: {mayContain: [personName]}, sensitive: true, transient: true,
     remembersChoice: true,
     examples: [a_1], counterExamples: [a_x], source: {kind: observed, date: 2026-01-01}, partition: 'https://c.example'}
  - {name: ssupp.vid, kind: cookie, category: marketing, retention: 1 year, override: true, reason: We asked.}
  - {name: 'd_<KEY>', kind: web, category: TODO, retention: session, draft: true}
  - {regex: 'd[0-9]', kind: cookie, category: own, retention: TODO, draft: recorded-0a1b2c3d}
"""
    Path("full.yaml").write_text(full, encoding="utf-8")
    fresh = load_catalogue("full.yaml", cache=folder)
    assert fresh.overrides
    forbid(monkeypatch)
    cached = load_catalogue("full.yaml", cache=folder)
    assert same(fresh, cached)
    assert [item.pattern.is_regex for item in cached.items] == [item.pattern.is_regex for item in fresh.items]


def test_settings_are_laid_over_what_is_cached(folder: Path) -> None:
    load_catalogue("c.yaml", cache=folder)
    catalogue = load_catalogue("c.yaml", cache=folder, features={"smart": True}, bindings={"CHAT_KEY": "k"})
    assert catalogue.features["smart"].enabled
    assert any(item.pattern.exact == "ssupp_k" for item in catalogue.items)
    assert not load_catalogue("c.yaml", cache=folder).features["smart"].enabled
    assert len(entries(folder)) == 1


@pytest.mark.parametrize("changed", ["c.yaml", "base.yaml"])
def test_a_changed_source_is_read_anew(folder: Path, changed: str) -> None:
    before = load_catalogue("c.yaml", cache=folder)
    path = Path(changed)
    path.write_text(path.read_text(encoding="utf-8") + ITEM % "new", encoding="utf-8")
    after = load_catalogue("c.yaml", cache=folder)
    assert {item.name for item in after.items} - {item.name for item in before.items} == {"new"}
    assert same(load_catalogue("c.yaml", cache=folder), after)


def test_a_source_that_is_gone_is_an_error(folder: Path) -> None:
    load_catalogue("c.yaml", cache=folder)
    Path("base.yaml").unlink()
    with pytest.raises(CatalogueInvalid, match="there is no file"):
        load_catalogue("c.yaml", cache=folder)
    Path("base.yaml").mkdir()
    with pytest.raises(CatalogueInvalid, match="is not a file"):
        load_catalogue("c.yaml", cache=folder)


def test_invalid_catalogues_are_not_cached(folder: Path) -> None:
    Path("c.yaml").write_text("catalogue: 2\n", encoding="utf-8")
    with pytest.raises(CatalogueInvalid):
        load_catalogue("c.yaml", cache=folder)
    assert not folder.exists()


def _broken(kind: str, good: bytes) -> bytes:  # noqa: C901 - one case a line
    checksum, _, payload = good.partition(b"\n")
    entry = json.loads(payload)
    if kind == "missing part":
        del entry["catalogue"]["items"]
    elif kind == "wrong shape":
        entry["catalogue"]["items"] = [[1, 2]]
    elif kind == "unknown word":
        entry["catalogue"]["items"]["kind"][0] = "cooky"
    elif kind == "unknown place":
        entry["catalogue"]["places"]["file"][0] = 99
    elif kind == "short column":
        entry["catalogue"]["items"]["name"].pop()
    elif kind == "other sources":
        entry["sources"][0][1] = "0" * 64
    elif kind == "no object":
        entry = [1]
    elif kind == "deep":
        return _sealed(b"[" * 100_000)
    elif kind == "no json":
        return _sealed(payload[:-5])
    elif kind == "cut":
        return good[:-5]
    elif kind == "changed":
        return checksum + b"\n" + payload.replace(b"session", b"persist")
    elif kind == "empty":
        return b""
    return _sealed(json.dumps(entry).encode())


def _sealed(payload: bytes) -> bytes:
    return cache_module._checksum(payload) + b"\n" + payload


KINDS = [
    "missing part", "wrong shape", "unknown word", "unknown place", "short column", "other sources", "no object", "deep", "no json",
    "cut", "changed", "empty",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_entry_is_ignored_and_written_anew(folder: Path, kind: str) -> None:
    fresh = load_catalogue("c.yaml", cache=folder)
    (entry,) = entries(folder)
    good = entry.read_bytes()
    entry.write_bytes(_broken(kind, good))
    assert same(load_catalogue("c.yaml", cache=folder), fresh)
    assert entry.read_bytes() == good


def test_an_entry_belongs_to_one_version_of_the_code_and_of_python(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_catalogue("c.yaml", cache=folder)
    monkeypatch.setattr(cache_module, "own_code", lambda: b"another version")
    load_catalogue("c.yaml", cache=folder)
    assert len(entries(folder)) == 2
    monkeypatch.setattr(sys, "version", "4.0")
    load_catalogue("c.yaml", cache=folder)
    assert len(entries(folder)) == 3


def test_the_folder_is_kept_out_of_version_control_and_can_go(folder: Path) -> None:
    load_catalogue("c.yaml", cache=folder)
    assert (folder / ".gitignore").read_text(encoding="utf-8") == "*\n"
    shutil.rmtree(folder)
    assert load_catalogue("c.yaml", cache=folder).items
    assert min(path.name for path in folder.iterdir()) == ".gitignore"
    assert len(list(folder.iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert load_catalogue("pack:django", cache=tmp_path / "file" / "cache").items

    def refuse(*_args: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    assert load_catalogue("pack:django", cache=tmp_path / "full").items
    assert not list((tmp_path / "full").glob(".writing-*"))


def test_old_entries_go(folder: Path) -> None:
    store = CatalogueCache(folder)
    catalogue = load_catalogue("pack:php")
    for number in range(MAX_ENTRIES + 5):
        store.keep(f"c{number}.yaml", b"", [("pack:php", "")], catalogue, READERS)
        os.utime(max(entries(folder), key=lambda path: path.stat().st_ctime_ns), (number, number))
    assert len(entries(folder)) == MAX_ENTRIES


def test_readers_of_plugins_are_never_cached(folder: Path) -> None:
    def read(text: str, location: str) -> object:
        return {"catalogue": 1, "id": text.strip()}

    Path("c.ini").write_text("one", encoding="utf-8")
    readers = {**READERS, ".ini": read}
    assert load_catalogue("c.ini", readers=readers, cache=folder).id == "one"
    assert not folder.exists()
    load_catalogue("c.yaml", cache=folder)
    assert len(entries(folder)) == 1

    def read_yaml(text: str, location: str) -> object:
        return {"catalogue": 1, "id": "replaced"}

    assert load_catalogue("c.yaml", readers={**READERS, ".yaml": read_yaml}, cache=folder).id == "replaced"
    assert len(entries(folder)) == 1


def test_writers_at_once(folder: Path) -> None:
    fresh = load_catalogue("c.yaml")

    def once(_number: int) -> bool:
        return same(load_catalogue("c.yaml", cache=folder), fresh)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(once, range(40)))
    assert len(entries(folder)) == 1
    assert not list(folder.glob(".writing-*"))


def test_the_warm_path_imports_no_validator(folder: Path) -> None:
    load_catalogue("c.yaml", cache=folder)
    code = (
        "import sys; from pathlib import Path; from policycheck.catalogue.loading import load_catalogue\n"
        f"catalogue = load_catalogue('c.yaml', cache=Path({str(folder)!r}))\n"
        "print(len(catalogue.items), sorted({'pydantic', 'jsonschema', 'yaml', 'pluggy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{len(load_catalogue('c.yaml').items)} []"
