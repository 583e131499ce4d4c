"""Recording: what was seen goes into a catalogue file, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policycheck.drafting.inventory import Inventory
from policycheck.errors import CatalogueError, UsageError
from policycheck.replacing import replace_file

if TYPE_CHECKING:
    from policycheck.drafting.suggestions import Suggestions
    from policycheck.engine.project import Project

ENDINGS = (".yaml", ".yml", ".json", ".toml")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a recording. ``added`` and ``widened`` name entries, as ``cookie '_ga'``."""

    target: Path
    added: tuple[str, ...] = ()
    widened: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    created: bool = False

    @property
    def changed(self) -> bool:
        """True when the file is another now."""
        return bool(self.added or self.widened or self.created)

    def lines(self) -> list[str]:
        """What to say on a terminal."""
        from policycheck.reports.text import plural

        if not self.changed:
            return [f"{self.target}: nothing new", *self._remarks()]
        counts = [f"{plural(len(self.added), 'draft')} added"] if self.added or not self.widened else []
        counts += [f"{len(self.widened)} widened"] if self.widened else []
        review = f"  next: review each entry with the field draft, then: policycheck validate {self.target}"
        return [f"{self.target}: {', '.join(counts)}", *(f"  {one}" for one in self.widened), *self._remarks(), review]

    def _remarks(self) -> list[str]:
        return [f"  not changed: {remark}" for remark in self.remarks]


def first_catalogue(site: str, today: date | None = None) -> str:
    """The text of a catalogue without entries, in YAML, for a site by its name."""
    from policycheck.drafting.documents import yaml_document
    from policycheck.drafting.labels import Labels

    notes = [
        f"The catalogue of {site}: what it stores on devices. Nothing is declared yet.",
        "Entries are drafted by pytest --policycheck-record, policycheck suggest and policycheck scan.",
    ]
    return yaml_document(site, [], Labels(), today or _today(), notes)


def record(
    inventory: Inventory, target: Path, project: Project, *, database: Path | None = None, today: date | None = None
) -> Recorded:
    """Write what ``inventory`` holds and ``target`` does not declare into it, as drafts; make the file if need be.

    ``database`` is an Open Cookie Database, from which suggestions come besides those of packs and signals. A reviewed
    entry is never changed, and a draft only where nobody has touched it. Raises UsageError for a file that cannot be
    read, written or changed, and CatalogueError for one that is no catalogue; it is as it was then.
    """
    if target.suffix not in ENDINGS:
        raise UsageError(f"{target}: a catalogue ends with {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}")
    suggestions = suggestions_for(project, database)
    day = today or _today()
    if not target.exists():
        text, count = draft_text(inventory, suggestions, target.suffix, day, site_name(project))
        replace_file(target, text)
        return Recorded(target, count, created=True)
    return merge_into(inventory, target, project, suggestions, day)


def draft_text(
    inventory: Inventory, suggestions: Suggestions, ending: str, today: date, title: str, notes: tuple[str, ...] = ()
) -> tuple[str, tuple[str, ...]]:
    """The text of a draft of all that ``inventory`` holds, and what its entries are called."""
    from policycheck.drafting.documents import DOCUMENTS
    from policycheck.drafting.entries import draft_entries
    from policycheck.drafting.labels import Labels

    labels = Labels()
    entries = draft_entries(inventory, suggestions, labels, today)
    unsayable = _unsayable(inventory)
    text = DOCUMENTS[ending](title, entries, labels, today, [*notes, *unsayable])
    return text, tuple(entry.subject for entry in entries)


def suggestions_for(project: Project, database: Path | None = None) -> Suggestions:
    """What the packs in the box, the project's signals and an Open Cookie Database know. Raises UsageError."""
    from policycheck.catalogue.loading import load_catalogue
    from policycheck.catalogue.packs import pack_names
    from policycheck.consent.signals.index import SignalIndex
    from policycheck.drafting.cookiedatabase import read_cookie_database
    from policycheck.drafting.suggestions import Suggestions

    cache = project.settings.cache_folder
    packs = [(name, load_catalogue(f"pack:{name}", cache=cache)) for name in pack_names()]
    known = None if database is None else read_cookie_database(database)
    return Suggestions(packs, SignalIndex(project.signals), known)


def merge_into(inventory: Inventory, target: Path, project: Project, suggestions: Suggestions, today: date) -> Recorded:
    """As :func:`record`, into a file that is there, with suggestions that are at hand."""
    from policycheck.catalogue.reading.text import decode
    from policycheck.drafting.documents import providers
    from policycheck.drafting.editing import EDITORS
    from policycheck.drafting.labels import Labels
    from policycheck.drafting.merging import changes_for

    location = str(target)
    catalogue = project.catalogue(location)
    content = _read(target)
    data = _data(content, location)
    labels = Labels(catalogue.placeholders, taken=catalogue.bindings)
    changes = changes_for(inventory, data, catalogue, suggestions, labels, today)
    remarks = (*changes.remarks, *_unsayable(inventory))
    if not changes.added and not changes.changed:
        return Recorded(target, remarks=remarks)
    text = decode(content, location)
    editor = EDITORS[target.suffix](text, data)
    for index, fields in changes.changed.items():
        editor.change_item(index, fields)
    editor.remove_items(changes.removed)
    editor.add_items(changes.added)
    editor.add_members("providers", providers(changes.added, catalogue.providers))
    editor.add_members("placeholders", labels.new)
    written = content[: len(content) - len(content.removeprefix(b"\xef\xbb\xbf"))] + editor.text().encode("utf-8")
    _compare(target, written, data, changes.changed, changes.removed, len(changes.added))
    _check(target, written, project)
    replace_file(target, written)
    added = tuple(entry.subject for entry in changes.added)
    return Recorded(target, added, tuple(changes.widened), remarks)


def _unsayable(inventory: Inventory) -> list[str]:
    from policycheck.drafting.entries import can_be_written

    names = sorted(ascii(one.name) for one in inventory if not can_be_written(one.name))
    return [f"no catalogue can hold a name with half a character in it: {', '.join(names)}"] if names else []


def _read(target: Path) -> bytes:
    try:
        return target.read_bytes()
    except OSError as error:
        raise UsageError(f"{target}: cannot be read: {error.strerror}") from error


def _data(content: bytes, location: str) -> dict[str, Any]:
    from policycheck.catalogue.reading import READERS
    from policycheck.catalogue.reading.text import decode

    parsed = READERS[Path(location).suffix](decode(content, location), location)
    return dict(parsed.data)


def _compare(
    target: Path,
    written: bytes,
    before: Mapping[str, Any],
    changed: Mapping[int, Mapping[str, Any]],
    removed: set[int],
    added: int,
) -> None:
    """Read what is about to be written, and stop unless all of the old is in it as it was."""
    after = _data(written, str(target))
    items = [changed.get(index, item) for index, item in enumerate(before.get("items", ())) if index not in removed]
    kept = after["items"][: len(after["items"]) - added]
    same = all(_holds(after.get(key), value) for key, value in before.items() if key != "items")
    if kept != items or not same:
        raise UsageError(
            f"{target}: entries cannot be added to it without changing what stands there\n"
            "  fix: write the draft to another file (policycheck suggest -o), and take its entries over by hand"
        )


def _holds(after: object, before: object) -> bool:
    """Whether a section is as it was; more keys may have come."""
    from policycheck.catalogue.plain import is_object

    if is_object(after) and is_object(before):
        return all(key in after and after[key] == value for key, value in before.items())
    return after == before


def _check(target: Path, written: bytes, project: Project) -> None:
    """Load what is about to be written as the project would. Raises UsageError where it is no catalogue any more."""
    from policycheck.catalogue.loading import load_catalogue

    location = str(target)

    def opened(place: str) -> bytes | None:
        if place == location:
            return written
        content: bytes | None = project.manager.hook.policycheck_open_catalogue(location=place)
        return content

    try:
        load_catalogue(location, opener=opened)
    except CatalogueError as error:
        raise UsageError(f"{target}: with the drafts it would be no catalogue any more: {error}") from error


def site_name(project: Project) -> str:
    """What a first catalogue calls the site: the folder of the project."""
    return project.settings.root.resolve().name or "site"


def _today() -> date:
    return datetime.now(tz=UTC).date()
