"""The pack of the how-to guide, taken out of the guide and put to use as it says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from policycheck.catalogue.loading import load_catalogue
from policycheck.catalogue.packs import pack_names
from policycheck.engine.settings import Settings
from policycheck.engine.validation import validate
from policycheck.rules.registry import builtin_rules

GUIDE = Path(__file__).parents[3] / "docs" / "how-to" / "write-a-pack.md"


def block(language: str) -> str:
    (text,) = re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    return str(text)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What installing the distribution of the guide leaves behind."""
    project = tomllib.loads(block("toml"))
    points = project["project"]["entry-points"]["policycheck.packs"]
    (package,) = project["tool"]["setuptools"]["package-data"]
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").touch()
    (tmp_path / package / "bakery.yaml").write_text(block("yaml"), "utf-8")
    info = tmp_path / "bakery_policies-2026.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bakery-policies\nVersion: 2026.1\n", "utf-8")
    lines = [f"{name} = {value}" for name, value in points.items()]
    (info / "entry_points.txt").write_text("\n".join(["[policycheck.packs]", *lines]) + "\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("installed")
def test_the_pack_of_the_guide_works_as_the_guide_says(tmp_path: Path) -> None:
    assert "bakery" in pack_names()
    catalogue = load_catalogue("pack:bakery")
    assert [item.name for item in catalogue.items] == ["bakery_basket", "bakery_<BAKERY_SHOP>_taste"]
    assert validate(catalogue, builtin_rules(), Settings()).findings == ()
    site = tmp_path / "site.yaml"
    site.write_text(
        'catalogue: 1\nextends: ["pack:bakery"]\nfeatures: {recipes: {default: on}}\nbindings: {BAKERY_SHOP: "17"}\n',
        "utf-8",
    )
    bound = load_catalogue(site)
    assert bound.items[1].pattern.exact == "bakery_17_taste"
    assert bound.items[1].enabled
