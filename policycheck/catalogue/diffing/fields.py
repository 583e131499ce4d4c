"""Single fields, compared: each function yields a change, or none, and judges it from both ends alike.

That a change strengthens is that its reverse weakens, so a comparison read backwards is the reverse comparison.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from policycheck.catalogue.diffing.changes import FieldChange
from policycheck.catalogue.entries import Item, Text, ValueRule
from policycheck.catalogue.names import NamePattern, covers
from policycheck.catalogue.weakening import asks_less, at_most
from policycheck.model.lifetime import Retention, RetentionKind

T = TypeVar("T")
CANNOT_TELL = "whether it accepts more cannot be told"


def plain(field: str, old: str | None, new: str | None) -> Iterator[FieldChange]:
    """A field on which nothing that is checked depends."""
    if old != new:
        yield FieldChange(field, str(old or ""), str(new or ""))


def text(field: str, old: Text, new: Text) -> Iterator[FieldChange]:
    """A text for people: the languages in which it reads otherwise."""
    for tag in dict.fromkeys((*old, *new)):
        if old.get(tag) != new.get(tag):
            name = field if tag in {"en", "und"} else f"{field} ({tag})"
            yield FieldChange(name, old.get(tag, ""), new.get(tag, ""))


def judged(
    field: str, old: T, new: T, less: Callable[[T, T], bool], reason: str, shown: Callable[[T], str]
) -> Iterator[FieldChange]:
    """A field that ``less`` judges: whether its second value asks for less than its first in some way."""
    if old != new:
        weakens, strengthens = less(old, new), less(new, old)
        yield FieldChange(field, shown(old), shown(new), weakens, strengthens, reason if weakens else "")


def flag(field: str, old: bool | None, new: bool | None, *, strict: bool, reason: str) -> Iterator[FieldChange]:
    """A field of which one value is the strict one; absent, and otherwise, ask for nothing."""
    yield from judged(field, old, new, lambda a, b: a is strict and b is not strict, reason, _yes_no)


def listed(field: str, old: Iterable[str], new: Iterable[str]) -> Iterator[FieldChange]:
    """A list whose order says nothing, and on which nothing that is checked depends."""
    if set(old) != set(new):
        yield FieldChange(field, ", ".join(old), ", ".join(new))


def forbidding(
    field: str, old: Iterable[str], new: Iterable[str], *, elsewhere: Iterable[str] = ()
) -> Iterator[FieldChange]:
    """A list of what must not be; ``elsewhere`` is forbidden on both sides by something else."""
    gone, added = set(old) - set(new), set(new) - set(old)
    if gone or added:
        weakens, strengthens = bool(gone - set(elsewhere)), bool(added - set(elsewhere))
        reason = f"values may hold {', '.join(sorted(gone - set(elsewhere)))}" if weakens else ""
        yield FieldChange(field, ", ".join(old), ", ".join(new), weakens, strengthens, reason)


def permitting(field: str, old: Iterable[str], new: Iterable[str], reason: str) -> Iterator[FieldChange]:
    """A list of what may be."""
    gone, added = set(old) - set(new), set(new) - set(old)
    if gone or added:
        told = f"{reason} {', '.join(sorted(added))}" if added else ""
        yield FieldChange(field, ", ".join(old), ", ".join(new), bool(added), bool(gone), told)


def retention(
    field: str, old: Retention | None, new: Retention | None, *, absent: float, reason: str
) -> Iterator[FieldChange]:
    """A length of time; ``absent`` is how many seconds count where none is given."""

    def seconds(value: Retention | None) -> float:
        return absent if value is None else at_most(value)

    if _measure(old) != _measure(new):
        weakens, strengthens = seconds(new) > seconds(old), seconds(old) > seconds(new)
        yield FieldChange(field, _written(old), _written(new), weakens, strengthens, reason if weakens else "")


def _measure(value: Retention | None) -> tuple[RetentionKind, int, int] | None:
    return None if value is None else (value.kind, value.months, value.seconds)


def _written(value: Retention | None) -> str:
    return "" if value is None else value.text


def names(field: str, old: NamePattern, new: NamePattern, old_text: str, new_text: str) -> Iterator[FieldChange]:
    """What a name or a pattern matches. Two that match the same differ in their spelling alone."""
    wider, narrower = not covers(old, new), not covers(new, old)
    if wider or narrower or old_text != new_text:
        reason = "it matches what it did not match, or is too large to compare" if wider else ""
        yield FieldChange(field, old_text, new_text, wider, narrower, reason)


def same_language(old: NamePattern, new: NamePattern) -> bool:
    """True when both match the same names; False also where they are too large to compare."""
    return old == new or (covers(old, new) and covers(new, old))


def attributes(old: Item, new: Item) -> Iterator[FieldChange]:
    """What is asked of the attributes of a cookie."""
    if old.attributes == new.attributes:
        return
    a, b = old.attributes, new.attributes
    reason = "less is asked of the cookie"
    guarded = old.sensitive or new.sensitive

    def asks_secure(one: bool | None, other: bool | None) -> bool:
        return _ranked(other, 1) < _ranked(one, 1)

    def asks_http_only(one: bool | None, other: bool | None) -> bool:
        return _ranked(other, int(guarded)) < _ranked(one, int(guarded))

    yield from judged("attributes.secure", a.secure, b.secure, asks_secure, reason, _yes_no)
    yield from judged("attributes.httpOnly", a.http_only, b.http_only, asks_http_only, reason, _yes_no)
    yield from flag("attributes.hostOnly", a.host_only, b.host_only, strict=True, reason=reason)
    yield from flag("attributes.partitioned", a.partitioned, b.partitioned, strict=True, reason=reason)
    for name, before, after in (
        ("sameSite", a.same_site, b.same_site),
        ("prefix", a.prefix, b.prefix),
        ("domain", a.domain, b.domain),
        ("path", a.path, b.path),
    ):
        if before != after:
            weakens = before is not None and asks_less(name, before, after)
            strengthens = after is not None and asks_less(name, after, before)
            told = reason if weakens else ""
            yield FieldChange(f"attributes.{name}", before or "", after or "", weakens, strengthens, told)


def _ranked(value: bool | None, absent: int) -> int:
    """How much a demand asks: false accepts either, and ``absent`` counts where rules ask without being told."""
    return absent if value is None else 2 * value


def value(path: str, old: ValueRule, new: ValueRule, *, elsewhere: Iterable[str] = ()) -> Iterator[FieldChange]:
    """What a value may be; ``elsewhere`` is personal data that the provider forbids anyway, before and after."""
    if old == new:
        return
    if old.json != new.json:
        unclear = old.json is not None and new.json is not None
        reason = CANNOT_TELL if unclear else "any value is accepted" if new.json is None else ""
        yield FieldChange(
            f"{path}.json", _schema(old.json), _schema(new.json), old.json is not None, new.json is not None, reason
        )
    if old.pattern is None or new.pattern is None:
        yield from judged(
            f"{path}.pattern",
            old.pattern,
            new.pattern,
            lambda a, b: a is not None and b is None,
            "any value is accepted",
            lambda pattern: "" if pattern is None else pattern.text,
        )
    else:
        yield from names(f"{path}.pattern", old.pattern, new.pattern, old.pattern.text, new.pattern.text)
    yield from permitting(f"{path}.mayContain", old.may_contain, new.may_contain, "values may hold")
    yield from forbidding(f"{path}.mustNotContain", old.must_not_contain, new.must_not_contain, elsewhere=elsewhere)


def _schema(schema: Mapping[str, object] | None) -> str:
    return "" if schema is None else json.dumps(schema, ensure_ascii=False, sort_keys=True)


def _yes_no(value: bool | None) -> str:
    return "" if value is None else "true" if value else "false"
