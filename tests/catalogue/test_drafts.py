"""Entries that nobody has reviewed: they load, and declare nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from policycheck.catalogue.entries import Catalogue
from policycheck.catalogue.loading import load_catalogue
from policycheck.errors import CatalogueError
from policycheck.model.storage import StorageKind

HEAD = "catalogue: 1\nplaceholders: {KEY: {pattern: '[a-z]+'}}\nitems:\n"


def load(folder: Path, *items: str, bindings: dict[str, str] | None = None) -> Catalogue:
    path = folder / "catalogue.yaml"
    path.write_text(HEAD + "".join(f"  - {{{item}}}\n" for item in items), "utf-8")
    return load_catalogue(path, bindings=bindings)


def test_a_draft_is_no_item_and_can_be_found(tmp_path: Path) -> None:
    catalogue = load(tmp_path, "name: a, kind: web, category: TODO, retention: session, purpose: TODO, draft: true")
    assert catalogue.items == ()
    draft = catalogue.draft_of(StorageKind.LOCAL_STORAGE, "a")
    assert draft is not None
    assert (draft.key, draft.missing, draft.location.line) == ("web:a", ("category", "purpose"), 4)
    assert catalogue.draft_of(StorageKind.COOKIE, "a") is None


def test_a_site_binds_the_placeholders_of_drafts_too(tmp_path: Path) -> None:
    item = "name: a_<KEY>, kind: cookie, category: TODO, retention: session, draft: true"
    free, bound = load(tmp_path, item), load(tmp_path, item, bindings={"KEY": "x"})
    assert free.draft_of(StorageKind.COOKIE, "a_y")
    assert bound.draft_of(StorageKind.COOKIE, "a_x")
    assert not bound.draft_of(StorageKind.COOKIE, "a_y")


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ("name: a, kind: cookie, category: TODO, retention: session", "no category is called 'TODO'"),
        ("name: a, kind: cookie, category: TODO, retention: session, draft: false", "no category is called 'TODO'"),
        ("name: a, kind: cookie, category: necessary, retention: TODO", "'TODO' is not a retention"),
        ("name: a, kind: cookie, category: todo, retention: session, draft: true", "no category is called 'todo'"),
        ("name: a, kind: cookie, category: TODO, retention: longish, draft: true", "'longish' is not a retention"),
        ("name: a_<NO>, kind: cookie, category: TODO, retention: session, draft: true", "no placeholder is called"),
        ("name: a, kind: cookie, category: TODO, retention: session, draft: maybe", "'maybe' is not a draft"),
        ("name: a, kind: cookie, category: TODO, retention: session, draft: 1", "must be true or false or a text"),
    ],
)
def test_a_draft_may_leave_open_what_it_marks_and_nothing_else(item: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=problem):
        load(tmp_path, item)


def test_a_draft_that_takes_the_place_of_an_entry_takes_away_its_permission(tmp_path: Path) -> None:
    base = "catalogue: 1\nitems: [{name: a, kind: cookie, category: necessary, retention: session}]\n"
    (tmp_path / "base.yaml").write_text(base, "utf-8")
    path = tmp_path / "site.yaml"
    path.write_text(base.replace("items", "extends: [./base.yaml]\nitems").replace("session", "session, draft: true"))
    catalogue = load_catalogue(path)
    assert (catalogue.items, len(catalogue.drafts)) == ((), 1)
