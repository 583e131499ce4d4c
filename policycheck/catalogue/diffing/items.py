"""Two entries, compared field by field: what one permits that the other does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policycheck.catalogue.comparison import narrowing_accepts
from policycheck.catalogue.diffing import fields
from policycheck.catalogue.diffing.changes import FieldChange
from policycheck.catalogue.entries import Item, Use, ValueRule
from policycheck.model.party import Party

_NO_RULE = ValueRule()
_WIDER = "it stands for what it did not stand for"


def changed_fields(old: Item, new: Item) -> Iterator[FieldChange]:
    """The fields of an entry that read otherwise. What a category, a feature or a placeholder did is said of those."""
    yield from _identity(old, new)
    yield from changed_terms(old, new)


def changed_terms(old: Item, new: Item) -> Iterator[FieldChange]:
    """The fields that say on which terms something may be stored, name, kind and narrowing left aside."""
    yield from changed_uses(old.uses, new.uses)
    yield from _provider(old, new)
    yield from fields.retention("retention", old.retention, new.retention, absent=0.0, reason="it may stay longer")
    yield from fields.flag("refresh", old.refresh, new.refresh, strict=False, reason="visits may extend its lifetime")
    yield from fields.judged(
        "party",
        old.party,
        new.party,
        lambda a, b: a is Party.FIRST and b is not Party.FIRST,
        "other sites may store it",
        lambda party: "" if party is None else party.value,
    )
    for name, before, after, reason in (
        ("sensitive", old.sensitive, new.sensitive, "scripts may read it"),
        (
            "remembersChoice",
            old.remembers_choice,
            new.remembers_choice,
            "it is no longer held to what a choice may last",
        ),
    ):
        yield from fields.flag(name, before, after, strict=True, reason=reason)
    yield from fields.flag(
        "transient", old.transient, new.transient, strict=False, reason="nobody asks whether it was kept"
    )
    yield from fields.attributes(old, new)
    guarded = {*_guarded(old)} & {*_guarded(new)}
    yield from fields.value("value", old.value, new.value, elsewhere=guarded)


def _identity(old: Item, new: Item) -> Iterator[FieldChange]:
    if old.kind is not new.kind:
        wider, narrower = not old.kind.accepts(new.kind), not new.kind.accepts(old.kind)
        yield FieldChange("kind", old.kind.value, new.kind.value, wider, narrower, _WIDER if wider else "")
    if old.name != new.name or old.pattern.is_regex != new.pattern.is_regex:
        field = "name" if not (old.pattern.is_regex or new.pattern.is_regex) else "regex"
        yield from fields.names(field, old.pattern, new.pattern, old.name, new.name)
    if set(old.hosts) != set(new.hosts) or old.partition != new.partition or old.set_by is not new.set_by:
        wider, narrower = not narrowing_accepts(old, new), not narrowing_accepts(new, old)
        reason = _WIDER if wider else ""
        for field, before, after in (
            ("hosts", ", ".join(old.hosts), ", ".join(new.hosts)),
            ("partition", old.partition or "", new.partition or ""),
            ("setBy", old.set_by or "", new.set_by or ""),
        ):
            if before != after:
                yield FieldChange(field, before, after, wider, narrower, reason)


def changed_uses(old: tuple[Use, ...], new: tuple[Use, ...]) -> Iterator[FieldChange]:
    """For what an entry may be stored. Equal uses of a category that changed are the category's affair."""
    yield from _permission(old, new)
    yield from fields.plain("legalBasis", _bases(old), _bases(new))
    for before, after in _same_category(old, new):
        yield from fields.text("purpose", before.purpose, after.purpose)
        yield from fields.value(f"{after.category.key}.value", before.value or _NO_RULE, after.value or _NO_RULE)


def _permission(old: tuple[Use, ...], new: tuple[Use, ...]) -> Iterator[FieldChange]:
    if {*map(_identity_of_use, old)} == {*map(_identity_of_use, new)}:
        return
    weakens, strengthens = permits_more(old, new), permits_more(new, old)
    reason = _freedom(old, new) if weakens else ""
    for field, before, after in (
        ("category", _words(use.category.key for use in old), _words(use.category.key for use in new)),
        ("exemption", _words(_exemption(use) for use in old), _words(_exemption(use) for use in new)),
        ("feature", _words(_feature(use) for use in old), _words(_feature(use) for use in new)),
    ):
        if before != after:
            yield FieldChange(field, before, after, weakens, strengthens, reason)
            weakens = strengthens = False
            reason = ""
    if weakens or strengthens:  # the same words, put together otherwise
        yield FieldChange("uses", _together(old), _together(new), weakens, strengthens, reason)


def permits_more(old: Iterable[Use], new: Iterable[Use]) -> bool:
    """Whether some choice of the visitor permits one of ``new`` and none of ``old``."""
    before, after = permitted_by(old), permitted_by(new)
    return None not in before and not after <= before


def permitted_by(uses: Iterable[Use]) -> frozenset[str | None]:
    """The categories of which each alone permits one of ``uses``; None among them: no consent is needed at all.

    Uses that are switched off permit nothing.
    """
    return frozenset(use.category.key if use.needs_consent else None for use in uses if use.enabled)


def _freedom(old: Iterable[Use], new: Iterable[Use]) -> str:
    extra = permitted_by(new) - permitted_by(old)
    if None in extra:
        return "it needs no consent any more"
    categories = " or ".join(sorted(key for key in extra if key is not None))
    return f"consent to {categories} permits it now"


def _identity_of_use(use: Use) -> tuple[str, str, str]:
    return use.category.key, _exemption(use), _feature(use)


def _exemption(use: Use) -> str:
    return "" if use.exemption is None else use.exemption.value


def _feature(use: Use) -> str:
    return "" if use.feature is None else use.feature.key


def _bases(uses: tuple[Use, ...]) -> str:
    return _words("" if use.legal_basis is None else use.legal_basis.value for use in uses)


def _together(uses: tuple[Use, ...]) -> str:
    return _words(" ".join(filter(None, _identity_of_use(use))) for use in uses)


def _words(words: Iterable[str]) -> str:
    return ", ".join(sorted({word for word in words if word}))


def _same_category(old: tuple[Use, ...], new: tuple[Use, ...]) -> Iterator[tuple[Use, Use]]:
    """The uses of both that are of one category, in order."""
    left = list(old)
    for use in new:
        other = next((earlier for earlier in left if earlier.category.key == use.category.key), None)
        if other is not None:
            left.remove(other)
            yield other, use


def _provider(old: Item, new: Item) -> Iterator[FieldChange]:
    before, after = _key(old), _key(new)
    if before == after:
        return
    loses = {*_guarded(old)} - {*_guarded(new), *new.value.must_not_contain}
    gains = {*_guarded(new)} - {*_guarded(old), *old.value.must_not_contain}
    reason = f"values may hold {', '.join(sorted(loses))}" if loses else ""
    yield FieldChange("provider", before, after, bool(loses), bool(gains), reason)


def _guarded(item: Item) -> tuple[str, ...]:
    return item.provider.must_not_contain if item.provider is not None else ()


def _key(item: Item) -> str:
    return item.provider.key if item.provider is not None else ""
