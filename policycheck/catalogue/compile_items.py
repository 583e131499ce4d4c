"""From the plain data of an item to an entry, with every problem on the way."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from policycheck.catalogue.documents import Piece
from policycheck.catalogue.entries import UNDECIDED, Attributes, Category, Draft, Feature, Item, Provider, Source, Use
from policycheck.catalogue.fields import choice, flag, strings, text_of, word
from policycheck.catalogue.names import NamePattern, NameSyntaxError, parse_regex, parse_template
from policycheck.catalogue.plain import as_object, is_list
from policycheck.catalogue.problems import MAX_GUESSES, Problem, nearest, shown
from policycheck.catalogue.values import ValueCompiler
from policycheck.model.cookie import SameSite
from policycheck.model.finding import Location
from policycheck.model.legal import Exemption, LegalBasis
from policycheck.model.lifetime import Retention, parse_retention
from policycheck.model.party import Party
from policycheck.model.storage import SetBy, StorageKind

_LABEL = re.compile(r"<([^<>]*)>")
_AMOUNT = re.compile(r"(\d+)\s*([A-Za-z]+)")
_UNITS = tuple(f"{unit}s" for unit in ("second", "minute", "hour", "day", "week", "month", "year"))
_NOTHING_ASKED = Attributes()
_OPEN_IN_DRAFTS = ("category", "provider", "retention")


@dataclass(slots=True)
class ItemCompiler:
    """Compiles items against what the rest of the catalogue declares. Problems go into ``problems``."""

    categories: Mapping[str, Category]
    features: Mapping[str, Feature]
    providers: Mapping[str, Provider]
    placeholders: Mapping[str, str | None]
    bindings: Mapping[str, str]
    problems: list[Problem]
    unreadable: frozenset[str] = frozenset()
    _retentions: dict[str, Retention] = field(default_factory=dict[str, Retention])

    def draft(self, piece: Piece) -> Draft | None:
        """The draft, or None when the data does not make one. What it says already must be in order."""
        data = as_object(piece.data)
        missing = tuple(field for field in _OPEN_IN_DRAFTS if data.get(field) == UNDECIDED)
        decided = {field: value for field, value in data.items() if field not in missing}
        item = self.item(replace(piece, data={"category": "necessary", "retention": "session", **decided}))
        if item is None:
            return None
        missing += ("purpose",) if item.undecided else ()
        return Draft(item.name, item.kind, item.pattern, missing, item.location)

    def item(self, piece: Piece) -> Item | None:
        """The entry, or None when the data does not make one."""
        data = as_object(piece.data)
        kind = choice(data, "kind", StorageKind)
        pattern = self._pattern(piece, data)
        uses = self._uses(piece, data)
        retention = self._retention(piece, data)
        provider = cast("Provider | None", self._find("provider", piece, data, ("provider",)))
        attributes = self._attributes(piece, data, kind)
        value = ValueCompiler(self.problems).rule(piece, ("value",), data)
        if kind is None or pattern is None or not uses or retention is None:
            return None
        return Item(
            name=pattern.text,
            kind=kind,
            pattern=pattern,
            uses=uses,
            retention=retention,
            refresh=flag(data, "refresh"),
            provider=provider,
            party=choice(data, "party", Party),
            hosts=tuple(host.lower() for host in strings(data, "hosts")),
            partition=word(data, "partition"),
            set_by=choice(data, "setBy", SetBy),
            attributes=attributes,
            value=value,
            transient=flag(data, "transient") or False,
            sensitive=flag(data, "sensitive") or False,
            remembers_choice=flag(data, "remembersChoice") or False,
            examples=strings(data, "examples"),
            counter_examples=strings(data, "counterExamples"),
            source=_source(data),
            location=piece.locate(),
            origin=piece.document.location,
        )

    def _pattern(self, piece: Piece, data: Mapping[str, object]) -> NamePattern | None:
        name, regex = word(data, "name"), word(data, "regex")
        try:
            if name:
                return parse_template(name, self.placeholders, self.bindings)
            return parse_regex(regex) if regex else None
        except NameSyntaxError as error:
            self.problems.append(self._bad_name(piece, name, error))
            return None

    def _bad_name(self, piece: Piece, name: str | None, error: NameSyntaxError) -> Problem:
        place = piece.locate("name" if name else "regex")
        label = _LABEL.match(name, error.position) if name else None
        if label is None or label[1] in self.placeholders:
            return Problem(place, f"{error.message} (character {error.position + 1})", error.hint)
        hint = r"declare it under placeholders, or write \< for the character"
        return Problem(place, f"no placeholder is called {label[1]!r}", hint, self._guess(label[1], self.placeholders))

    def _uses(self, piece: Piece, data: Mapping[str, object]) -> tuple[Use, ...]:
        several = data.get("uses")
        if not is_list(several):
            use = self._use(piece, data, ())
            return () if use is None else (use,)
        found = (self._use(piece, as_object(entry), ("uses", index)) for index, entry in enumerate(several))
        return tuple(use for use in found if use is not None)

    def _use(self, piece: Piece, data: Mapping[str, object], path: tuple[str | int, ...]) -> Use | None:
        category = cast("Category | None", self._find("category", piece, data, (*path, "category")))
        feature = cast("Feature | None", self._find("feature", piece, data, (*path, "feature")))
        value = ValueCompiler(self.problems).rule(piece, (*path, "value"), data) if path and "value" in data else None
        if category is None:
            return None
        return Use(
            category=category,
            purpose=text_of(data, "purpose"),
            feature=feature,
            exemption=choice(data, "exemption", Exemption),
            legal_basis=choice(data, "legalBasis", LegalBasis),
            value=value,
        )

    def _find(
        self, what: str, piece: Piece, data: Mapping[str, object], path: tuple[str | int, ...]
    ) -> Category | Feature | Provider | None:
        """What a key refers to. None when there is no key, and when it leads nowhere, which is a problem."""
        key = word(data, what)
        if key is None:
            return None
        sections: dict[str, Mapping[str, Category | Feature | Provider]] = {
            "category": self.categories,
            "feature": self.features,
            "provider": self.providers,
        }
        known = sections[what]
        if key in known:
            return known[key]
        if _section(what) not in self.unreadable:
            self.problems.append(unknown(what, key, known, piece.locate(*path), len(self.problems)))
        return None

    def _guess(self, key: str, known: Iterable[str]) -> str | None:
        return nearest(key, known) if len(self.problems) < MAX_GUESSES else None

    def _retention(self, piece: Piece, data: Mapping[str, object]) -> Retention | None:
        text = word(data, "retention")
        if not text:
            return None
        if text not in self._retentions:
            try:
                self._retentions[text] = parse_retention(text)
            except ValueError as error:
                message, _, hint = str(error).partition("; ")
                self.problems.append(Problem(piece.locate("retention"), message, hint, nearest_retention(text)))
                return None
        return self._retentions[text]

    def _attributes(self, piece: Piece, data: Mapping[str, object], kind: StorageKind | None) -> Attributes:
        if kind not in {None, StorageKind.COOKIE}:
            for name in ("attributes", "path"):
                if name in data:
                    message = f"{name} can be asked of a cookie only, and this is {kind}"
                    self.problems.append(Problem(piece.locate(name, key=True), message, "remove it, or mend the kind"))
        asked = as_object(data.get("attributes"))
        path = word(data, "path")
        if not asked and path is None:
            return _NOTHING_ASKED
        own = word(asked, "path")
        if path is not None and own is not None and own != path:
            message = f"path is {path!r} here and {own!r} in the attributes"
            self.problems.append(Problem(piece.locate("path"), message, "keep one of them"))
        same_site = word(asked, "sameSite")
        return Attributes(
            secure=flag(asked, "secure"),
            http_only=flag(asked, "httpOnly"),
            same_site=cast("SameSite", same_site) if same_site in {"Strict", "Lax", "None"} else None,
            host_only=flag(asked, "hostOnly"),
            partitioned=flag(asked, "partitioned"),
            prefix=word(asked, "prefix"),
            domain=_lower(word(asked, "domain")),
            path=own if path is None else path,
        )


def is_draft(piece: Piece) -> bool:
    """True for an entry that was recorded or suggested, and that nobody has reviewed."""
    return bool(as_object(piece.data).get("draft"))


def unknown(what: str, key: str, known: Collection[str], place: Location, problems: int) -> Problem:
    """That no category, feature or provider is called ``key``. Past some number of ``problems`` nobody guesses."""
    hint = f"declare it under {_section(what)}{_listed(known)}"
    guess = nearest(key, known) if problems < MAX_GUESSES else None
    return Problem(place, f"no {what} is called {shown(key)}", hint, guess)


def _section(what: str) -> str:
    return "categories" if what == "category" else f"{what}s"


def _listed(known: Collection[str]) -> str:
    if not 0 < len(known) <= 12:
        return ""
    names = sorted(known)
    return f"; there {'is' if len(names) == 1 else 'are'} {', '.join(names)}"


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower().removeprefix(".")


_WITHOUT_END = frozenset({"forever", "indefinite", "indefinitely", "never", "no expiry", "permanent", "unlimited"})


def nearest_retention(text: str) -> str | None:
    """What somebody may have meant who wrote ``text`` for a retention: the unit spelt right, or the word for no end."""
    if found := _AMOUNT.fullmatch(text.strip()):
        unit = nearest(found[2], _UNITS)
        guess = f"{found[1]} {unit}"
        return guess if unit and guess != text else None
    if text.strip().lower() in _WITHOUT_END:
        return "persistent"
    return nearest(text, ("session", "persistent"))


def _source(data: Mapping[str, object]) -> Source | None:
    source = as_object(data.get("source"))
    kind = word(source, "kind")
    if kind is None:
        return None
    return Source(kind, word(source, "url"), word(source, "date"), word(source, "version"))
