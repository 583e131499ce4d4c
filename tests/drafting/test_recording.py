"""Recording into a catalogue: what a person wrote stays byte for byte, what nobody touched may grow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policycheck.api import load_catalogue
from policycheck.drafting.recorded import first_catalogue, record
from policycheck.engine.project import Project
from policycheck.engine.settings import Settings
from policycheck.errors import CatalogueError, UsageError
from policycheck.model.storage import StorageKind

from .conftest import TODAY, Into, seen

YAML = """\
# The shop's catalogue
catalogue: 1
id: "shop"   # quoted on purpose

x-own: {kept: [1,  2]}
items:
# what we need
- kind: cookie
  name:   'sid'     # signed in
  category: necessary
  retention: session
  purpose: >-
    Keeps the visitor
    signed in.

  # reviewed by Ann

# the rest
- {name: a, kind: cookie, category: necessary, retention: 1 day}
    # a remark below

# the end

statements:
  policy: Text
"""


def inserted(before: str, after: str) -> str:
    """What stands in ``after`` and not in ``before``, which must be there whole, in order."""
    lines, new = before.splitlines(keepends=True), []
    for line in after.splitlines(keepends=True):
        if lines and line == lines[0]:
            lines.pop(0)
        else:
            new.append(line)
    assert lines == []
    return "".join(new)


def test_new_entries_stand_behind_the_others_and_nothing_else_changes(into: Into) -> None:
    Path("c.yaml").write_text(YAML, "utf-8")
    recorded = into("c.yaml", "sid=1", "a=1; Max-Age=60", "x_a1b2c3d4=1; Secure", "x_00ff00ff=1; Secure", "new=1")
    text = Path("c.yaml").read_text("utf-8")
    new = inserted(YAML, text)
    assert recorded.added == ("cookie 'new'", "cookie 'x_<HEX>'")
    assert 'placeholders:\n  HEX: {pattern: "[0-9a-f]{8}"}\n' in new
    assert (
        text.index("# a remark below") < text.index("- name: new") < text.index("# the end") < text.index("statements")
    )
    catalogue = load_catalogue("c.yaml")
    assert [item.name for item in catalogue.items] == ["sid", "a"]
    assert [draft.name for draft in catalogue.drafts] == ["new", "x_<HEX>"]


def test_a_section_that_was_empty_leaves_no_blank_behind(into: Into) -> None:
    Path("c.yaml").write_text("catalogue: 1\nid: shop\nitems: []\n", "utf-8")
    into("c.yaml", "sid=1")

    assert "\nitems:\n  - name: sid\n" in Path("c.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "catalogue: 1\nitems: []  # none yet\n",
        "catalogue: 1\nitems: [\n]\nid: shop",
        "catalogue: 1\nitems:\n  - {name: a, kind: cookie, category: necessary, retention: session}",
        "catalogue: 1\nitems: [{name: a, kind: cookie, category: necessary, retention: session},]\nid: shop\n",
        "catalogue: 1\nitems: [\n  {name: a, kind: cookie, category: necessary, retention: session}, # one\n]\n",
        "catalogue: 1\nplaceholders: {}\nproviders: {}\nid: shop",
        "---\ncatalogue: 1\nid: shop\n...\n",
        '{"catalogue": 1, "id": "shop"}',
        "catalogue: 1\r\nitems:\r\n  - name: a\r\n    kind: cookie\r\n    category: necessary\r\n    retention: session\r\n",
        ("catalogue: 1\nplaceholders:\n  OWN: {pattern: '[0-9a-f]{8}'}\nitems:\n-\n  name: a\n  kind: cookie\n"
        "  category: necessary\n  retention: session\n  purpose: |\n    Text\n\n\n# end\n"),
        ("catalogue: 1\ntitle: Größe 😀\nitems: &all\n  - name: 'é😀'\n    kind: cookie\n    category: necessary\n"
        "    retention: session\n    purpose: {en: First, and second.}\n"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ending", ["yaml", "json"])
def test_however_the_file_is_written(text: str, ending: str, into: Into) -> None:
    path = Path(f"c.{ending}")
    data = text.encode()
    if ending == "json" and not text.startswith("{"):
        data = json.dumps(_data(text), indent=1 + len(text) % 4, ensure_ascii=False).encode()
    path.write_bytes(data)
    before = load_catalogue(path)
    recorded = into(str(path), "x_a1b2c3d4=1", "x_00ff00ff=1", "new=1")
    assert recorded.added == ("cookie 'new'", "cookie 'x_<HEX>'")
    after = load_catalogue(path)
    assert [(item.name, item.uses) for item in after.items] == [(item.name, item.uses) for item in before.items]
    assert len(after.drafts) == 2
    content = path.read_bytes()
    assert content.count(b"\r\n") == (content.count(b"\n") if b"\r\n" in data else 0)
    once = path.read_bytes()
    assert not into(str(path), "x_a1b2c3d4=1", "x_00ff00ff=1", "new=1").changed
    assert path.read_bytes() == once


def test_a_placeholder_that_the_site_bound_is_not_taken_for_another_name(into: Into) -> None:
    Path("c.yaml").write_text(
        "catalogue: 1\nplaceholders: {HEX: {pattern: '[0-9a-f]{8}'}}\nbindings: {HEX: a1b2c3d4}\n"
    )
    assert into("c.yaml", "x_a1b2c3d4=1", "x_00ff00ff=1").added == ("cookie 'x_<HEX_2>'",)
    assert load_catalogue("c.yaml").draft_of(StorageKind.COOKIE, "x_11111111")


def _data(text: str) -> object:
    from policycheck.catalogue.reading.yaml_text import read_yaml

    return read_yaml(text, "c").data


TOML = """\
catalogue = 1   # the version
id = 'shop'
placeholders.OWN = { pattern = "[0-9]" }

[[items]] # first
name = 'a'
kind = "cookie"
category = "necessary"
retention = "session"

[consent]
validity = "6 months"
"""


@pytest.mark.parametrize(
    "text",
    [TOML, "catalogue = 1\n", "catalogue = 1\nitems = []\n",
     'catalogue = 1\nitems = [\n  { name = "a", kind = "cookie", category = "necessary", retention = "session" }, # a\n]\n'],
)  # fmt: skip
def test_toml_keeps_its_comments(text: str, into: Into) -> None:
    path = Path("c.toml")
    path.write_text(text, "utf-8")
    recorded = into("c.toml", "x_a1b2c3d4=1", "x_00ff00ff=1", "new=1")
    assert len(recorded.added) == 2
    assert len(load_catalogue(path).drafts) == 2
    for line in text.splitlines():
        assert line.rstrip(", ") in path.read_text("utf-8") or line == "items = []"
    once = path.read_bytes()
    assert not into("c.toml", "x_a1b2c3d4=1", "x_00ff00ff=1", "new=1").changed
    assert path.read_bytes() == once
    assert into("c.toml", "x_a1b2c3d4=1; Max-Age=86400").widened == ("cookie 'x_<HEX>': retention session, seen 1 day",)


@pytest.mark.parametrize("ending", ["yaml", "json", "toml"])
def test_a_draft_that_nobody_touched_grows(ending: str, into: Into) -> None:
    target = f"c.{ending}"
    record(
        seen("x_a1b2c3d4=1; Max-Age=60; Secure", "b=1"), Path(target), Project(Settings(root=Path.cwd())), today=TODAY
    )
    assert "seems to hold an identifier" in Path(target).read_text("utf-8")
    recorded = into(target, "x_00ff00ff=1; Max-Age=86400; Secure", "b=1; HttpOnly")
    assert recorded.added == ()
    assert recorded.widened == ("cookie 'x_a1b2c3d4' is now 'x_<HEX>'",)
    (b, x) = sorted(load_catalogue(target).drafts, key=lambda draft: draft.name)
    assert x.pattern.matches("x_11111111")
    assert "1 day" in Path(target).read_text("utf-8")
    assert b.pattern.exact == "b"
    assert not into(target, "x_00ff00ff=1; Max-Age=86400; Secure", "x_a1b2c3d4=1; Max-Age=60; Secure").changed
    assert into(target, "x_1100ff00=1; Max-Age=60").widened == ("cookie 'x_<HEX>': not always secure",)


@pytest.mark.parametrize("ending", ["yaml", "json", "toml"])
def test_drafts_that_turn_out_to_be_one_become_one(ending: str, into: Into) -> None:
    target = f"c.{ending}"
    project = Project(Settings(root=Path.cwd()))
    record(seen("step_1=1", "step_2=1", "other=1", "z=1"), Path(target), project, today=TODAY)
    recorded = into(target, "step_3=1", "zz=1")
    assert recorded.widened == ("cookie 'step_1' is now 'step_<NUMBER>'",)
    assert sorted(draft.name for draft in load_catalogue(target).drafts) == ["other", "step_<NUMBER>", "z", "zz"]
    assert not into(target, "step_1=1", "step_2=1", "step_3=1", "step_4=1", "zz=1").changed


def test_an_entry_that_a_person_touched_only_gets_a_remark(into: Into) -> None:
    target = Path("c.yaml")
    record(seen("a=1; Max-Age=60", "x_a1b2c3d4=1"), target, Project(Settings(root=Path.cwd())), today=TODAY)
    touched = target.read_text("utf-8").replace("category: TODO", "category: necessary")
    target.write_text(touched, "utf-8")
    recorded = into("c.yaml", "a=1; Max-Age=86400")
    assert not recorded.changed
    assert recorded.remarks == ("cookie 'a': retention 1 minute, seen 1 day; a person has changed the entry",)
    assert "not changed: cookie 'a'" in "\n".join(recorded.lines())
    assert target.read_text("utf-8") == touched
    assert into("c.yaml", "x_00ff00ff=1").added == ("cookie 'x_00ff00ff'",)
    assert inserted(touched, target.read_text("utf-8")).count("- name:") == 1


def test_what_packs_and_extended_files_declare_is_not_drafted(into: Into) -> None:
    Path("base.yaml").write_text("catalogue: 1\nitems: [{name: d, kind: cookie, category: TODO, retention: session,"
                                 " draft: true}]\n")  # fmt: skip
    Path("c.yaml").write_text('catalogue: 1\nextends: ["pack:django", "./base.yaml"]\n')
    assert into("c.yaml", "csrftoken=1", "d=1", "new=1").added == ("cookie 'new'",)


def test_an_entry_for_another_writer_does_not_speak_of_it(into: Into) -> None:
    item = "{name: a, kind: cookie, category: necessary, retention: session, %s}"
    Path("c.yaml").write_text(f"catalogue: 1\nitems: [{item % 'setBy: script'}]\n")
    assert into("c.yaml", "a=1").added == ("cookie 'a'",)
    Path("d.yaml").write_text(f"catalogue: 1\nitems: [{item % 'hosts: [shop.example]'}]\n")
    assert into("d.yaml", "a=1").added == ()


@pytest.mark.parametrize(
    ("name", "text", "error", "message"),
    [
        ("c.yaml", "items: [", CatalogueError, "c.yaml:2:1: this is not YAML"),
        ("c.yaml", "catalogue: 1\nx-all: &all []\nitems: *all\n", UsageError, "written as an alias"),
        ("c.ini", "", UsageError, "a catalogue ends with .yaml, .yml, .json or .toml"),
    ],
)
def test_what_cannot_be_added_to_is_left_as_it_is(
    name: str, text: str, error: type[Exception], message: str, into: Into
) -> None:
    Path(name).write_text(text)
    with pytest.raises(error, match=message):
        record(seen("a=1"), Path(name), Project(Settings(root=Path.cwd())), today=TODAY)
    assert Path(name).read_text() == text


def test_the_first_catalogue_of_all_loads_and_can_be_recorded_into(into: Into) -> None:
    path = Path("c.yaml")
    path.write_text(first_catalogue("My shop", TODAY), "utf-8")
    catalogue = load_catalogue(path)
    assert (catalogue.id, catalogue.items, catalogue.title) == ("My-shop", (), {"en": "My shop"})
    assert into("c.yaml", "a=1").added == ("cookie 'a'",)
    assert load_catalogue(path).draft_of(StorageKind.COOKIE, "a")


def test_half_a_character_cannot_be_written(into: Into) -> None:
    from policycheck.drafting.inventory import Inventory
    from policycheck.model.observation import Observation

    inventory = Inventory()
    inventory.see([Observation(StorageKind.LOCAL_STORAGE, "a\ud800"), Observation(StorageKind.LOCAL_STORAGE, "b")])
    recorded = record(inventory, Path("c.yaml"), Project(Settings(root=Path.cwd())), today=TODAY)
    assert recorded.added == ("localStorage 'b'",)
    assert r"half a character in it: 'a\ud800'" in Path("c.yaml").read_text("utf-8")
