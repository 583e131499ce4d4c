"""What a later declaration changes of an earlier one, and whether it allows what the earlier one forbade.

Works on plain data as documents hold it, before anything is compiled; what is malformed is no change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from policycheck.catalogue.compile import BUILT_IN_CATEGORIES
from policycheck.catalogue.plain import as_list, as_object, is_list, is_object
from policycheck.model.lifetime import Retention, RetentionKind, parse_retention

_SAME_SITE = ("None", "Lax", "Strict")
_PREFIX_DEMANDS = {
    "__Secure-": {"secure"},
    "__Host-": {"secure", "host"},
    "__Http-": {"secure", "http"},
    "__Host-Http-": {"secure", "host", "http"},
}
_NO_CHANGE = frozenset({"kind", "name", "regex", "hosts", "setBy", "partition", "override", "reason"})
_JUDGED = frozenset({"retention", "refresh", "sensitive", "remembersChoice", "party", "path", "attributes", "value"})
_USE = frozenset({"category", "purpose", "feature", "exemption", "legalBasis", "uses"})


class Change(NamedTuple):
    """One field that reads otherwise. ``path`` leads to it; ``old`` and ``new`` are its text, empty where absent."""

    path: tuple[str, ...]
    old: str
    new: str
    weakens: bool = False


class CategoryConsent:
    """Which categories need consent, at one point of the merging: what was declared so far, over what is built in."""

    def __init__(self, declared: Mapping[str, object]) -> None:
        self._declared = dict(declared)

    def needs(self, key: object) -> bool | None:
        """Whether the category needs consent; None when nothing says so."""
        for source in (self._declared.get(str(key)), BUILT_IN_CATEGORIES.get(str(key))):
            consent = as_object(source).get("consent")
            if consent is not None:
                return bool(consent == "required")
        return None

    def loosened(self, key: str, new: object) -> Iterator[Change]:
        """The change that a first declaration of ``key`` makes to those who counted on the built-in category."""
        if as_object(new).get("consent") == "notRequired" and self.needs(key):
            yield Change(("consent",), "required", "notRequired", weakens=True)


def uses_category(item: object, category: str) -> bool:
    """Whether an item has a use of ``category``, or a provider is asked for it."""
    return any(use.get("category") == category for use in (*_uses(item), *_asked(item)))


def changed_fields(section: str, old: object, new: object) -> Iterator[Change]:
    """The fields of a category, a feature, a provider and so on that read otherwise. ``section`` is the plural."""
    if not is_object(old) or not is_object(new):
        if section == "placeholders" and is_object(old) and "pattern" in old and new is None:
            yield Change(("pattern",), _text(old["pattern"]), "", weakens=True)
        elif old != new:
            yield Change((), _text(old), _text(new))
        return
    for name, value in new.items():
        before = old.get(name)
        if value == before or name.startswith("x-") or (section == "providers" and name == "categories"):
            continue
        weakens = False
        if section == "categories" and name == "consent":
            weakens = (before, value) == ("required", "notRequired")
        elif section == "providers" and name == "mustNotContain":
            weakens = bool(_missing(before, value))
        elif section == "placeholders" and name == "pattern":
            weakens = _matches_more(before, value)
        if before is not None or weakens:
            yield Change((name,), _text(before), _text(value), weakens=weakens)


def changed_asking(
    old: object, new: object, items: Iterable[object], before: CategoryConsent, after: CategoryConsent
) -> Iterator[Change]:
    """What a provider's hosts are asked for, where it reads otherwise. ``items`` are those it had until now."""
    was, now = as_object(old).get("categories"), as_object(new).get("categories")
    if now is None or was == now:
        return
    earlier = _asked(old) or [use for item in items for use in _uses(item)]
    freed = any(_free(use, after) for use in _asked(new))
    weakens = freed and bool(earlier) and not any(_free(use, before) for use in earlier)
    if was is not None or weakens:
        yield Change(("categories",), _text(was), _text(now), weakens=weakens)


def _asked(provider: object) -> list[Mapping[str, object]]:
    """The categories of a provider as uses."""
    return [{"category": key} for key in as_list(as_object(provider).get("categories"))]


def changed_terms(old: object, new: object) -> Iterator[Change]:
    """The terms of consent that read otherwise. A longer one weakens; so does a grace where there was none."""
    if not is_object(old) or not is_object(new):
        return
    for name in ("validity", "grace"):
        before, now = old.get(name), new.get(name)
        if now is None or now == before:
            continue
        earlier, later = _retention(before), _retention(now)
        limit = at_most(earlier) if earlier is not None else 0.0 if name == "grace" and before is None else None
        weakens = later is not None and limit is not None and at_most(later) > limit
        if before is not None or weakens:
            yield Change((name,), _text(before), _text(now), weakens=weakens)


def _matches_more(old: object, new: object) -> bool:
    """Whether a pattern may match what an earlier one did not: also where they are too large to compare."""
    from policycheck.catalogue.names import NameSyntaxError, covers, parse_regex

    if not isinstance(old, str) or not isinstance(new, str):
        return False
    try:
        return not covers(parse_regex(old), parse_regex(new))
    except NameSyntaxError:
        return False


def changed_item(old: object, new: object, before: CategoryConsent, after: CategoryConsent) -> Iterator[Change]:
    """The fields of an item that read otherwise. Categories are looked up as they stood before and after."""
    if not is_object(old) or not is_object(new):
        return
    yield from _changed_retention(old.get("retention"), new.get("retention"))
    yield from _flag("refresh", old.get("refresh"), new.get("refresh"), strict=False)
    yield from _flag("sensitive", old.get("sensitive"), new.get("sensitive"), strict=True)
    yield from _flag("remembersChoice", old.get("remembersChoice"), new.get("remembersChoice"), strict=True)
    if old.get("party") != new.get("party"):
        yield Change(("party",), _text(old.get("party")), _text(new.get("party")), weakens=old.get("party") is not None)
    yield from _changed_attributes(_attributes(old), _attributes(new))
    yield from _changed_value(("value",), old.get("value"), new.get("value"))
    yield from _changed_uses(old, new, before, after)
    for name in dict.fromkeys((*old, *new)):
        if name not in _NO_CHANGE | _JUDGED | _USE and not name.startswith("x-") and old.get(name) != new.get(name):
            yield Change((name,), _text(old.get(name)), _text(new.get(name)))


def _changed_retention(old: object, new: object) -> Iterator[Change]:
    if old == new:
        return
    earlier, later = _retention(old), _retention(new)
    weakens = earlier is not None and later is not None and at_most(later) > at_most(earlier)
    yield Change(("retention",), _text(old), _text(new), weakens=weakens)


def _retention(text: object) -> Retention | None:
    try:
        return parse_retention(text) if isinstance(text, str) else None
    except ValueError:
        return None


def at_most(retention: Retention) -> float:
    """The longest lifetime that is within ``retention``, in seconds; endless for what is persistent."""
    return float("inf") if retention.kind is RetentionKind.PERSISTENT else float(retention.max_seconds or 0)


def _flag(name: str, old: object, new: object, *, strict: bool) -> Iterator[Change]:
    """A field of which one of the two values is the strict one, and leaving it out asks for nothing."""
    if old != new:
        yield Change((name,), _text(old), _text(new), weakens=old is strict)


def _attributes(item: Mapping[str, object]) -> Mapping[str, object]:
    attributes = dict(as_object(item.get("attributes")))
    if "path" in item:
        attributes.setdefault("path", item["path"])
    return attributes


def _changed_attributes(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Change]:
    for name in dict.fromkeys((*old, *new)):
        before, now = old.get(name), new.get(name)
        if before != now:
            weakens = before is not None and asks_less(name, before, now)
            yield Change(("attributes", name), _text(before), _text(now), weakens=weakens)


def asks_less(name: str, old: object, new: object) -> bool:
    """Whether a demand on an attribute, by its name in a catalogue, is gone or wider.

    A demand for the weaker state is no demand to lose.
    """
    if name in {"secure", "httpOnly", "hostOnly", "partitioned"}:
        return old is True
    if name == "sameSite":
        ranks = [_SAME_SITE.index(value) if value in _SAME_SITE else 0 for value in (old, new)]
        return ranks[1] < ranks[0]
    if name == "prefix":
        return not _PREFIX_DEMANDS.get(str(old), set()) <= _PREFIX_DEMANDS.get(str(new), set())
    if not isinstance(new, str) or not isinstance(old, str):
        return True
    if name == "path":
        return not f"{new.rstrip('/')}/".startswith(f"{old.rstrip('/')}/")
    return not f".{new}".endswith(f".{old}")


def _changed_value(path: tuple[str, ...], old: object, new: object) -> Iterator[Change]:
    earlier, later = as_object(old), as_object(new)
    for name in dict.fromkeys((*earlier, *later)):
        before, now = earlier.get(name), later.get(name)
        if before == now or name.startswith("x-"):
            continue
        if name == "mayContain":
            weakens = bool(_missing(now, before))
        elif name == "mustNotContain":
            weakens = bool(_missing(before, now))
        else:
            weakens = now is None
        yield Change((*path, name), _text(before), _text(now), weakens=weakens)


def _changed_uses(
    old: Mapping[str, object], new: Mapping[str, object], before: CategoryConsent, after: CategoryConsent
) -> Iterator[Change]:
    earlier, later = _uses(old), _uses(new)
    if earlier == later:
        return
    freed = any(_free(use, after) for use in later) and not any(_free(use, before) for use in earlier)
    exempted = freed and any(use.get("exemption") is not None for use in later)
    for name, loosened in (
        ("category", freed and not exempted),
        ("exemption", exempted),
        ("feature", any("feature" not in use for use in later) and all("feature" in use for use in earlier)),
        ("legalBasis", False),
        ("purpose", False),
    ):
        was, now = (", ".join(_text(use[name]) for use in uses if name in use) for uses in (earlier, later))
        if was != now:
            yield Change(_use_path(new, name), was, now, weakens=loosened)
    values = [sum("value" in use for use in uses) for uses in (earlier, later)]
    if values[1] < values[0]:
        yield Change(("uses", "value"), f"on {values[0]} of the uses", f"on {values[1]}", weakens=True)


def _use_path(item: Mapping[str, object], name: str) -> tuple[str, ...]:
    return ("uses", name) if "uses" in item else (name,)


def _free(use: Mapping[str, object], consent: CategoryConsent) -> bool:
    return use.get("exemption") is not None or consent.needs(use.get("category")) is False


def _uses(item: object) -> list[Mapping[str, object]]:
    fields = as_object(item)
    if "uses" in fields:
        return [use for use in as_list(fields["uses"]) if is_object(use)]
    return [{name: fields[name] for name in _USE if name in fields}]


def _missing(wanted: object, present: object) -> set[str]:
    """What the list ``wanted`` holds and the list ``present`` does not."""
    return _strings(wanted) - _strings(present)


def _strings(value: object) -> set[str]:
    return {str(entry) for entry in as_list(value)}


def _text(value: object) -> str:
    """A value of a catalogue for people: a list with commas, the first language of a text, the kind of all else."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_object(value):
        texts = [text for text in value.values() if isinstance(text, str)]
        return texts[0] if len(texts) == len(value) and texts else "an object"
    if is_list(value):
        return ", ".join(_text(entry) for entry in value)
    return str(value)
