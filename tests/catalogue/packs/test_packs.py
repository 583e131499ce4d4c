"""Finding packs: those in the box, and those that other distributions announce."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from policycheck.catalogue.packs import open_pack, pack_names
from policycheck.errors import PluginError


@pytest.fixture
def distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on sys.path in which a test can lay down distributions."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def install(folder: Path, name: str, entry_points: str) -> None:
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(f"[policycheck.packs]\n{entry_points}\n", "utf-8")


def package(folder: Path, name: str, **resources: str) -> None:
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text("", "utf-8")
    for resource, text in resources.items():
        (folder / name / f"{resource}.yaml").write_text(text, "utf-8")


def test_a_pack_in_the_box_is_found_by_name() -> None:
    text = open_pack("smartsupp")
    assert text is not None
    assert b"id: smartsupp" in text
    assert "smartsupp" in pack_names()


@pytest.mark.parametrize(
    "name", ["nothing-of-this-name", "", "Smartsupp", "../packs/smartsupp", "smartsupp.yaml", "a--b"]
)
def test_what_is_no_pack_is_none(name: str) -> None:
    assert open_pack(name) is None


def test_names_are_sorted_and_need_no_file_ending() -> None:
    names = pack_names()
    assert list(names) == sorted(names)
    assert all(open_pack(name) for name in names)


def test_an_installed_distribution_brings_a_pack(distribution: Path) -> None:
    package(distribution, "oven_packs", oven="id: oven\n")
    install(distribution, "oven-policies", "oven = oven_packs")
    assert open_pack("oven") == b"id: oven\n"
    assert "oven" in pack_names()


def test_the_entry_point_may_name_the_file(distribution: Path) -> None:
    package(distribution, "dairy_packs", milk_and_cheese="id: dairy\n")
    install(distribution, "dairy-policies", "dairy = dairy_packs:milk_and_cheese.yaml")
    assert open_pack("dairy") == b"id: dairy\n"


def test_a_pack_in_the_box_cannot_be_replaced(distribution: Path) -> None:
    package(distribution, "evil_packs", smartsupp="id: evil\n")
    install(distribution, "evil-policies", "smartsupp = evil_packs")
    assert b"id: smartsupp" in (open_pack("smartsupp") or b"")


def test_a_missing_package_is_named_with_its_distribution(distribution: Path) -> None:
    install(distribution, "broken-policies", "broken = no_such_package_anywhere")
    with pytest.raises(PluginError, match="'broken' of the distribution 'broken-policies'") as caught:
        open_pack("broken")
    assert "broken.yaml must stand in the package no_such_package_anywhere" in str(caught.value)


def test_a_missing_file_is_named(distribution: Path) -> None:
    package(distribution, "hollow_packs")
    install(distribution, "hollow-policies", "hollow = hollow_packs")
    with pytest.raises(PluginError, match="FileNotFoundError"):
        open_pack("hollow")


def test_two_distributions_with_one_name_are_an_error(distribution: Path) -> None:
    install(distribution, "one-policies", "shared = one_packs")
    install(distribution, "two-policies", "shared = two_packs")
    with pytest.raises(PluginError, match="two distributions bring a pack called 'shared'") as caught:
        open_pack("shared")
    assert "'one-policies' (one_packs)" in str(caught.value)
    assert "'two-policies' (two_packs)" in str(caught.value)


def test_finding_a_pack_in_the_box_reads_no_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "importlib.metadata", None)
    assert open_pack("smartsupp") is not None
