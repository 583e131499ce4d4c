"""The baseline: findings that a project had when it began to look, by fingerprint. It only shrinks, unless told.

A file of JSON with one finding a line, in a fixed order, so that a review shows what came and went, and two branches
merge. A finding stays in it until it is mended, or until it is older than the project lets one be.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from policycheck.engine.settings.layers import shown
from policycheck.errors import ConfigurationError, UsageError
from policycheck.model.acceptance import KnownFinding
from policycheck.model.finding import Finding, Location, Severity
from policycheck.model.fingerprint import stable_place
from policycheck.model.lifetime import DAY, Retention
from policycheck.model.report import Report
from policycheck.replacing import replacing

VERSION = 1
_FIELDS = ("fingerprint", "code", "kind", "subject", "place", "since")


class Update(StrEnum):
    """How a run changes the baseline: it takes out what was mended, or takes in what is new, too."""

    SHRINK = "shrink"
    GROW = "grow"


@dataclass(frozen=True)
class Baseline:
    """The findings of the file at ``path``. ``max_age`` is how long one may stay, None for any time."""

    path: Path
    entries: tuple[KnownFinding, ...] = ()
    max_age: Retention | None = None

    @cached_property
    def _by_fingerprint(self) -> dict[str, KnownFinding]:
        return {known.fingerprint: known for known in self.entries}

    def holds(self, fingerprint: str, today: date) -> bool:
        """True for a finding that stands in the baseline, and that has not been there for too long."""
        known = self._by_fingerprint.get(fingerprint)
        return known is not None and not known.overdue(today)

    def since(self, fingerprint: str) -> date | None:
        """The day on which a finding was taken in; None for one that is not in the baseline."""
        known = self._by_fingerprint.get(fingerprint)
        return known.since if known is not None else None

    def updated(self, report: Report, update: Update, *, fail_on: Severity, today: date) -> Baseline:
        """The baseline after a whole run: without what its rules did not find again, and grown if ``update`` says so.

        What a waiver holds is taken in by nobody. Raises UsageError for evidence that was not read to its end.
        """
        if report.partial:
            raise UsageError(
                f"the baseline stays as it is, since the evidence was not read to its end\n  {report.partial}"
            )
        ran = {rule.code for rule in report.rules}
        found = {finding.fingerprint for finding in report.findings}
        kept = [known for known in self.entries if known.fingerprint in found or known.code not in ran]
        if update is Update.GROW:
            there = {known.fingerprint for known in kept if not known.overdue(today)}
            new = {
                finding.fingerprint: self._taken_in(finding, today)
                for finding in report.findings
                if finding.waiver is None
                and finding.severity.rank <= fail_on.rank
                and finding.fingerprint not in there
                and not finding.code.startswith("GAT")
            }
            kept = [*(known for known in kept if known.fingerprint not in new), *new.values()]
        return replace(self, entries=tuple(sorted(kept, key=_order)))

    def changed_since(self, old: Baseline) -> str:
        """``policycheck-baseline.json: 3 taken out, 1 taken in, 12 left``."""
        now, before = ({known.fingerprint: known.since for known in one.entries} for one in (self, old))
        gone = sum(1 for fingerprint in before if fingerprint not in now)
        new = sum(1 for fingerprint, since in now.items() if before.get(fingerprint) != since)
        return f"{self.path.name}: {gone} taken out, {new} taken in, {len(self.entries)} left"

    def _taken_in(self, finding: Finding, today: date) -> KnownFinding:
        return KnownFinding(
            finding.fingerprint,
            finding.code,
            finding.kind.value if finding.kind else "",
            finding.subject,
            stable_place(finding.where),
            today,
            _end(today, self.max_age),
        )

    def write(self) -> None:
        """Write the file, whole or not at all. Raises UsageError for a place that cannot be written."""
        lines = ",\n".join(json.dumps(_document(known), ensure_ascii=True) for known in self.entries)
        body = f"[\n{lines}\n]" if lines else "[]"
        try:
            with replacing(self.path) as file:
                file.write(f'{{"baseline": {VERSION}, "findings": {body}}}\n'.encode())
        except OSError as error:
            raise UsageError(f"{shown(self.path)}: the baseline cannot be written: {error.strerror}") from error


def read_baseline(path: Path, max_age: Retention | None, *, update: Update | None = None) -> Baseline:
    """Read the baseline at ``path``. One that is about to grow may not be there yet.

    Raises :class:`policycheck.errors.ConfigurationError` with ``file:line`` for what is no baseline.
    """
    place = shown(path)
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        if update is Update.GROW:
            return Baseline(path, (), max_age)
        raise ConfigurationError(
            f"{place}: there is no such baseline\n  fix: make one with --baseline-update=grow (pytest: "
            "--policycheck-baseline-update=grow), or take the setting baseline away"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{place}: the baseline cannot be read: {error}") from error
    try:
        document: Any = json.loads(text)
    except RecursionError:
        raise ConfigurationError(f"{place}: is no baseline: it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ConfigurationError(
            f"{place}:{error.lineno}:{error.colno}: the baseline is not valid JSON: {error.msg}\n"
            "  fix: of lines that a merge left twice keep one, and a comma between two"
        ) from error
    if not isinstance(document, dict) or cast("dict[str, object]", document).get("baseline") != VERSION:
        raise ConfigurationError(f'{place}: is no baseline of version {VERSION}, which begins with {{"baseline": 1')
    found = cast("dict[str, object]", document).get("findings")
    if not isinstance(found, list):
        raise ConfigurationError(f"{place}: findings: must be a list")
    return Baseline(path, tuple(_entries(cast("list[object]", found), place, text, max_age)), max_age)


def _entries(found: Iterable[object], place: str, text: str, max_age: Retention | None) -> Iterator[KnownFinding]:
    start = 0
    seen: set[str] = set()
    for number, entry in enumerate(found, 1):
        if not isinstance(entry, dict) or set(cast("dict[str, object]", entry)) != set(_FIELDS):
            raise ConfigurationError(f"{place}: finding {number} of the baseline must have {', '.join(_FIELDS)}")
        fields = cast("dict[str, object]", entry)
        start = max(text.find(json.dumps(fields["fingerprint"]), start), start)
        location = Location(place, text.count("\n", 0, start) + 1)
        texts = [value for value in fields.values() if isinstance(value, str)]
        try:
            since = date.fromisoformat(str(fields["since"]))
        except ValueError:
            since = None
        if len(texts) < len(_FIELDS) or since is None:
            raise ConfigurationError(f"{location}: a finding of the baseline has texts alone, and since as YYYY-MM-DD")
        known = {name: str(fields[name]) for name in _FIELDS[:-1]}
        if known["fingerprint"] not in seen:
            seen.add(known["fingerprint"])
            yield KnownFinding(**known, since=since, ends=_end(since, max_age), location=location)


def _end(since: date, max_age: Retention | None) -> date | None:
    if max_age is None or max_age.max_seconds is None:
        return None
    try:
        return since + timedelta(days=max_age.max_seconds // DAY)
    except OverflowError:
        return date.max


def _order(known: KnownFinding) -> tuple[str, ...]:
    return known.code, known.subject, known.kind, known.place, known.fingerprint


def _document(known: KnownFinding) -> dict[str, str]:
    return {**{name: getattr(known, name) for name in _FIELDS[:-1]}, "since": known.since.isoformat()}
