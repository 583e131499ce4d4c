"""What was seen, into a catalogue that is there: what a person wrote stays, what nobody touched may grow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policycheck.catalogue.entries import UNDECIDED, Catalogue, Item
from policycheck.catalogue.names import NamePattern, parse_regex, parse_template
from policycheck.catalogue.plain import as_list, as_object
from policycheck.drafting.entries import EXAMPLES, Drafted, Group, digest, grouped, observed_fields, to_entry
from policycheck.drafting.labels import Labels
from policycheck.drafting.remarks import IDENTIFIER
from policycheck.drafting.sighting import Sighting, retention
from policycheck.drafting.suggestions import Suggestions
from policycheck.matching.hosts import host_matches
from policycheck.model.lifetime import Lifetime, RetentionKind, parse_retention
from policycheck.model.storage import StorageKind

_OBSERVED = ("name", "retention", "refresh", "party", "path", "attributes", "transient", "examples")
"""The fields that follow from what was seen; the others of a draft stay as they are."""


@dataclass(slots=True)
class Old:
    """A draft that stands in the file. ``names`` are those that it is known to stand for."""

    index: int
    data: Mapping[str, Any]
    pattern: NamePattern
    names: tuple[str, ...]
    seen: list[Sighting] = field(default_factory=list[Sighting])

    @property
    def untouched(self) -> bool:
        """True where nobody has changed the entry since it was recorded."""
        return self.data.get("draft") == digest(self.data)

    @property
    def subject(self) -> str:
        """``cookie '_ga'``."""
        return f"{self.data['kind']} {self.data.get('name') or ''!r}"


@dataclass(slots=True)
class Changes:
    """What is to be done: ``added`` entries, items that are ``changed`` by index, ``removed`` ones, and ``remarks``."""

    added: list[Drafted] = field(default_factory=list[Drafted])
    changed: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    removed: set[int] = field(default_factory=set[int])
    widened: list[str] = field(default_factory=list[str])
    remarks: list[str] = field(default_factory=list[str])


def changes_for(
    sightings: Iterable[Sighting],
    data: Mapping[str, Any],
    catalogue: Catalogue,
    suggestions: Suggestions,
    labels: Labels,
    today: Any,
) -> Changes:
    """What ``sightings`` change in the document ``data``, which ``catalogue`` was loaded from."""
    olds = _olds(data, catalogue)
    fresh: list[Sighting] = []
    for sighting in sightings:
        if _declared(catalogue, sighting):
            continue
        old = _covering(olds, sighting)
        if old is not None:
            old.seen.append(sighting)
        elif catalogue.draft_of(sighting.kind, sighting.name) is None:  # else it stands in a file that is extended
            fresh.append(sighting)
    changes = Changes()
    by_name = {(StorageKind(old.data["kind"]), name): old for old in olds if old.untouched for name in old.names}
    pool = [*fresh, *(_remembered(by_name[key], key[1]) for key in by_name)]
    new = {(sighting.kind, sighting.name) for sighting in fresh}
    for group in grouped(pool, suggestions, labels) if fresh else ():
        _place(group, new, by_name, changes, today)
    for old in olds:
        if old.seen and old.index not in changes.changed and old.index not in changes.removed:
            _widen(old, changes)
    return changes


def _place(
    group: Group,
    new: set[tuple[StorageKind, str]],
    by_name: Mapping[tuple[StorageKind, str], Old],
    changes: Changes,
    today: Any,
) -> None:
    """Let a group be an entry: a new one, or one that is there and takes in others."""
    keys = [(one.kind, one.name) for one in group.members]
    if not any(key in new for key in keys):
        return
    known = {by_name[key].index: by_name[key] for key in keys if key in by_name}
    wholly = [old for old in known.values() if {(one.kind, one.name) for one in group.members} >= _keys(old)]
    if len(wholly) < len(known) or not known:
        members = tuple(one for one in group.members if (one.kind, one.name) in new) if known else group.members
        parts = [group] if not known else [Group(*_alone(one), group.suggestion) for one in members]
        changes.added += [to_entry(part, today) for part in parts]
        return
    first, *others = sorted(wholly, key=lambda old: old.index)
    for old in wholly:
        group = Group(group.name, (*group.members, *old.seen), group.suggestion, group.personal)
    changes.changed[first.index] = _updated(first, group)
    changes.removed.update(old.index for old in others)
    changes.widened.append(f"{first.subject} is now {group.name!r}")


def _alone(one: Sighting) -> tuple[str, tuple[Sighting, ...]]:
    from policycheck.catalogue.names.template import escape_template

    return escape_template(one.name) if one.name else "", (one,)


def _keys(old: Old) -> set[tuple[StorageKind, str]]:
    return {(StorageKind(old.data["kind"]), name) for name in old.names}


def _widen(old: Old, changes: Changes) -> None:
    """Let a draft hold for what was seen of its names since, unless a person has touched it: then only say so."""
    name = str(old.data.get("name", ""))
    members = [*(_remembered(old, known) for known in old.names[:1] or ("",)), *old.seen]
    updated = _updated(old, Group(name, tuple(members)))
    differing = [key for key in _OBSERVED if key not in {"name", "examples"} and updated.get(key) != old.data.get(key)]
    if not differing:
        return
    if old.untouched:
        changes.changed[old.index] = updated
        changes.widened.append(f"{old.subject}: {_told(differing, old.data, updated)}")
    elif _longer(old.data.get("retention"), updated.get("retention")):
        changes.remarks.append(
            f"{old.subject}: {_told(['retention'], old.data, updated)}; a person has changed the entry"
        )


def _updated(old: Old, group: Group) -> dict[str, Any]:
    """The data of a draft once it holds for ``group`` too. Fields that do not follow from what was seen stay."""
    seen = observed_fields(group)
    if "examples" in old.data:
        names = dict.fromkeys([*as_list(old.data["examples"]), *seen.get("examples", ())])
        seen["examples"] = list(names)[:EXAMPLES]
    fields = {key: seen.get(key) if key in _OBSERVED else value for key, value in old.data.items()}
    fields |= {key: value for key, value in seen.items() if key in _OBSERVED}
    if "regex" in old.data:
        fields.pop("name", None)
    if fields.get("name") != old.data.get("name") and "x-remarks" in fields:
        fields["x-remarks"] = [remark for remark in as_list(fields["x-remarks"]) if remark != IDENTIFIER]
    data = {key: value for key, value in fields.items() if value is not None}
    return {**data, "draft": digest(data)}


def _told(fields: Sequence[str], old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    return ", ".join(_difference(key, old.get(key), new.get(key)) for key in fields)


def _difference(key: str, old: object, new: object) -> str:
    if key == "retention":
        return f"retention {old}, seen {new}"
    if key == "attributes":
        gone = [name for name, value in as_object(old).items() if as_object(new).get(name) != value]
        return f"not always {', '.join(gone)}"
    return f"now {key}" if old is None else f"not always {key}"


def _longer(old: object, new: object) -> bool:
    """Whether the second retention is longer than the first; false where one cannot be read."""
    try:
        first, second = parse_retention(str(old)), parse_retention(str(new))
    except ValueError:
        return False
    if first.max_seconds is None:
        return False
    return second.max_seconds is None or second.max_seconds > first.max_seconds


def _olds(data: Mapping[str, Any], catalogue: Catalogue) -> list[Old]:
    found: list[Old] = []
    for index, entry in enumerate(as_list(data.get("items"))):
        fields = as_object(entry)
        if fields.get("draft"):
            name, regex = fields.get("name"), fields.get("regex")
            pattern = (
                parse_template(name, catalogue.placeholders, catalogue.bindings)
                if isinstance(name, str)
                else parse_regex(str(regex))
            )
            exact = pattern.exact
            examples = tuple(str(one) for one in as_list(fields.get("examples")))
            found.append(Old(index, fields, pattern, examples if exact is None else (exact,)))
    return found


def _covering(olds: Iterable[Old], sighting: Sighting) -> Old | None:
    """The draft of the file that stands for a name: of several the narrowest."""
    fitting = [
        old
        for old in olds
        if StorageKind(old.data["kind"]).accepts(sighting.kind) and old.pattern.matches(sighting.name)
    ]
    return max(fitting, key=lambda old: old.pattern.specificity, default=None)


def _declared(catalogue: Catalogue, sighting: Sighting) -> bool:
    return any(_speaks_of(item, sighting) for item in catalogue.index[sighting.kind].lookup_all(sighting.name))


def _speaks_of(item: Item, sighting: Sighting) -> bool:
    """Whether an entry is for what was seen: set by whom it says, and where it says."""
    if item.set_by is not None and item.set_by not in sighting.setters:
        return False
    if item.hosts and sighting.hosts:
        return any(host_matches(pattern, host) for pattern in item.hosts for host in sighting.hosts)
    return True


def _remembered(old: Old, name: str) -> Sighting:
    """What a draft remembers of one of its names, as if it had been seen again."""
    data = old.data
    kind = StorageKind(data["kind"])
    seen = Sighting(kind, name, lasting=not data.get("transient", False))
    written = str(data.get("retention", UNDECIDED))
    if written != UNDECIDED:
        term = parse_retention(written)
        if term.kind is RetentionKind.DURATION:
            seen.retentions[written] = float(term.max_seconds or 0)
        else:
            seconds, text = retention(Lifetime(None, session=term.kind is RetentionKind.SESSION))
            seen.retentions[text] = seconds
    seen.parties.add(str(data.get("party", "first")))
    if data.get("refresh") is True:
        seen.ends.add("pushed")
    if kind is StorageKind.COOKIE:
        asked = as_object(data.get("attributes"))
        for key in ("secure", "httpOnly", "hostOnly", "partitioned"):
            seen.traits[key] = {"True"} if asked.get(key) is True else {"True", "False"}
        seen.traits["sameSite"] = {str(asked["sameSite"])} if "sameSite" in asked else {"", "Lax"}
        seen.traits["path"] = {str(data["path"])} if "path" in data else {"/"}
    return seen
