r"""# CAT004 missing-purpose

## What it checks

Every use of an item has a purpose in words, and every text that visitors read exists in each language that the
catalogue speaks: the languages of its own `title`. Purposes, titles of categories and titles of features count. An
empty text counts as missing; a plain text without a language serves for all. Of what a pack or another file brings,
only empty purposes are reported: its languages are its own.

## Why

Consent is given for a purpose (GDPR Art. 4(11)) and the visitor is told it in clear language (ePrivacy Directive Art.
5(3)). A purpose that is missing in one language is missing on that language's page.

## Example

```yaml
title: {en: Bakery, de: Bäckerei}
items:
  - {name: basket, kind: cookie, category: necessary, retention: session, purpose: {en: What you chose so far.}}
```

```
CAT004 missing-purpose: cookie 'basket' has no purpose in 'de'
```

## Fix

Write the text; where only a language lacks it, that language may also go out of `title`.

## References

ePrivacy Directive Art. 5(3); GDPR Art. 4(11), 13(1)(c); CJEU C-673/17 (Planet49).
"""

from __future__ import annotations

from collections.abc import Iterator

from policycheck.catalogue.entries import Catalogue, Item, Text
from policycheck.catalogue.fields import UNDETERMINED
from policycheck.model.finding import Breach, Location, Severity
from policycheck.rules.rule import Rule

_AT_ALL = " at all"


def check(catalogue: Catalogue) -> Iterator[tuple[str, Breach]]:
    """Yield one breach for each entry, category or feature that lacks texts, naming the languages."""
    languages = tuple(language for language in catalogue.title if language != UNDETERMINED)
    for item in catalogue.items:
        for number, use in enumerate(item.uses):
            wanted = languages if _is_own(catalogue, item.location) else ()
            if missing := _missing(use.purpose, wanted):
                yield item.key, _breach(f"{_named(item, number)} has no purpose{missing}", item.location, str(number))
    for category in catalogue.categories.values():
        if _is_own(catalogue, category.location) and (missing := _missing(category.title, languages)):
            message = f"category {category.key!r} has no title{missing}"
            yield f"category:{category.key}", _breach(message, category.location)
    for feature in catalogue.features.values():
        if _is_own(catalogue, feature.location) and (missing := _missing(feature.title, languages)):
            message = f"feature {feature.key!r} has no title{missing}"
            yield f"feature:{feature.key}", _breach(message, feature.location)


def _is_own(catalogue: Catalogue, location: Location | None) -> bool:
    return location is not None and location.file == catalogue.location


def _missing(text: Text, languages: tuple[str, ...]) -> str:
    """Nothing, or what is missing as the end of a sentence. A plain text serves for every language."""
    written = [language for language, words in text.items() if words.strip()]
    if not written:
        return _AT_ALL
    absent = [language for language in languages if not any(_serves(tag, language) for tag in written)]
    return f" in {', '.join(map(repr, absent))}" if absent else ""


def _serves(tag: str, language: str) -> bool:
    """Whether a text in ``tag`` is one in ``language``: the same, a regional form of it, or what it is a form of."""
    return tag in {language, UNDETERMINED} or tag.startswith(f"{language}-") or language.startswith(f"{tag}-")


def _named(item: Item, number: int) -> str:
    subject = f"{item.kind.value} {item.name!r}"
    return subject if len(item.uses) == 1 else f"{subject}, use {number + 1} ({item.uses[number].category.key}),"


def _breach(message: str, location: Location | None, key: str = "") -> Breach:
    nothing = message.endswith(_AT_ALL)
    return Breach(
        message,
        expected="a text for visitors" if nothing else "a text in each language of the catalogue's title",
        fix="write it, as in {en: ...}" if nothing else "write the text, or take the language out of the title",
        location=location,
        key=key,
    )


RULE = Rule(
    code="CAT004",
    name="missing-purpose",
    severity=Severity.WARNING,
    why="ePrivacy Directive Art. 5(3), GDPR Art. 13(1)(c): visitors are told what each entry is for",
    catalogue=check,
    module=__name__,
)
