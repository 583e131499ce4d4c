"""The fixed words of an overview, in the languages that they were written in, and lengths of time in these."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from policycheck.model.lifetime import DAY, Retention, RetentionKind

FALLBACK = "en"
_SECONDS = {"week": 7 * DAY, "day": DAY, "hour": 3_600, "minute": 60, "second": 1}
_IN_YEARS = re.compile(r"\d+ years?|P\d+Y.*")
_IN_WEEKS = re.compile(r"\d+ weeks?|P\d+W")


@dataclass(frozen=True, slots=True)
class Words:
    """``language`` is the one of the words, which is English where there are none in the one that was asked for."""

    language: str
    _table: dict[str, Any]

    def __getitem__(self, key: str) -> str:
        return str(self._table[key])

    def one_of(self, group: str, key: str) -> str:
        """The word for ``key`` in a group of words; the key itself where there is none."""
        return str(self._table[group].get(key, key))

    def length(self, retention: Retention) -> str:
        """``6 months``; ``until the browser is closed``."""
        if retention.kind is not RetentionKind.DURATION:
            return self[retention.kind.value]
        parts: list[str] = []
        years, months = divmod(retention.months, 12) if _IN_YEARS.fullmatch(retention.text) else (0, retention.months)
        parts += [self._amount(count, unit) for count, unit in ((years, "year"), (months, "month")) if count]
        rest = retention.seconds
        for unit, size in _SECONDS.items():
            if unit == "week" and not _IN_WEEKS.fullmatch(retention.text):
                continue
            count, rest = divmod(rest, size)
            if unit == "day" and rest and count < 2 and not parts:  # 36 hours, not a day and 12 hours
                count, rest = 0, count * size + rest
            if count:
                parts.append(self._amount(count, unit))
        return f" {self['and']} ".join(parts)

    def _amount(self, count: int, unit: str) -> str:
        forms: list[str] = self._table["units"][unit]
        if self.language == "fr":
            form = 0 if count < 2 else 1
        elif len(forms) == 3:
            form = 0 if count == 1 else 1 if count < 5 else 2
        else:
            form = 0 if count == 1 else 1
        return f"{count} {forms[form]}"


@cache
def _tables() -> dict[str, Any]:
    tables: dict[str, Any] = json.loads((files("policycheck.disclosure") / "words.json").read_text("utf-8"))
    return tables


def languages() -> tuple[str, ...]:
    """The languages that there are words in, as tags of BCP 47."""
    return tuple(_tables())


def words_in(language: str) -> Words:
    """The words in ``language``, a tag of BCP 47, whichever its region is; else the English ones."""
    primary = language.partition("-")[0].lower()
    found = primary if primary in _tables() else FALLBACK
    return Words(found, _tables()[found])
