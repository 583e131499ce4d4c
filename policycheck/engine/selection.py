"""Which rules run, and how severe each of their findings is: applied around rules, never in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from policycheck.engine.settings import ALL, PathSettings, PerTestSettings, Settings
from policycheck.errors import ConfigurationError
from policycheck.model.finding import Breach, Severity
from policycheck.model.spelling import did_you_mean
from policycheck.rules.rule import Rule


def names_rule(selector: str, rule: Rule) -> bool:
    """True when ``selector`` (a code, a group such as ``CON``, a kebab name, or ``ALL``) names ``rule``."""
    return exactness(selector, rule) is not None


def exactness(selector: str, rule: Rule) -> int | None:
    """How exactly ``selector`` names ``rule``: 2 by code or name, 1 by group, 0 by ``ALL``, None not at all."""
    if selector in {rule.code, rule.name}:
        return 2
    if selector == rule.code.rstrip("0123456789"):
        return 1
    return 0 if selector == ALL else None


Table = PathSettings | PerTestSettings


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided about a rule: the severity of its findings, or None where it does not apply.

    ``key`` (``select``, ``ignore``, ``severity``) and ``words`` are those of the settings that decided, and ``table``
    the one that holds them, None for the project's own. Without a key it is the rule itself that decided.
    """

    severity: Severity | None
    key: str = ""
    words: tuple[str, ...] = ()
    table: Table | None = None

    @property
    def by(self) -> str:
        """What decided, in words: ``per-path '/admin/*': ignore CON``."""
        title = "" if self.table is None else f"{self.table.title}: "
        return f"{title}{self.key} {', '.join(self.words)}" if self.key else "the rule itself"


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules that a project runs, with its severities."""

    rules: tuple[Rule, ...]
    settings: Settings

    def severity(
        self, rule: Rule, breach: Breach, path: str | None, ignore: Sequence[str] = (), test: str | None = None
    ) -> Severity | None:
        """The severity of one breach at ``path`` in ``test``, or None where the rule does not apply.

        ``ignore`` is what the marker of the test says.
        """
        if ignore and any(names_rule(selector, rule) for selector in ignore):
            return None
        return self._decide(rule, path, test, breach.severity or rule.severity).severity

    def graded(self, rule: Rule) -> Severity:
        """The severity of what ``rule`` finds where no path or test says something else."""
        return self._decide(rule, None, None, rule.severity).severity or rule.severity

    def decide(self, rule: Rule, path: str | None = None, test: str | None = None) -> Decision:
        """What the settings say about ``rule`` at ``path`` in ``test``, and which word of them decided.

        A rule may grade a breach by itself where no setting speaks of it.
        """
        said = _said(rule, self.settings.select, self.settings.ignore)
        return Decision(None, *said[1:]) if said and not said[0] else self._decide(rule, path, test, rule.severity)

    def _decide(self, rule: Rule, path: str | None, test: str | None, own: Severity) -> Decision:
        """First whether the rule applies there, then how severe what it finds is: in each the strongest table says."""
        tables = tuple(self._tables(path, test))
        for table in tables:
            if (said := _said(rule, table.select, table.ignore)) is not None:
                if not said[0]:
                    return Decision(None, *said[1:], table)
                break
        graded = [(table.severity, table) for table in tables]
        for severities, place in (*graded, (self.settings.severity, None)):
            if (best := _most_exact(rule, severities)) is not None:
                return Decision(severities[best[1]], "severity", (best[1],), place)
        return Decision(own)

    def _tables(self, path: str | None, test: str | None) -> Iterator[Table]:
        """The tables that hold there, the strongest first."""
        if test is not None:
            yield from (table for table in reversed(self.settings.per_test) if table.covers(test))
        if path is not None:
            yield from (table for table in reversed(self.settings.per_path) if fnmatchcase(path, table.path))


def select_rules(rules: Iterable[Rule], settings: Settings) -> Selection:
    """Keep the selected rules, less the ignored ones.

    Raises :class:`policycheck.errors.ConfigurationError` for a selector that names no rule, since a misspelled one
    would silently check less.
    """
    known = tuple(rules)
    check_selectors(known, settings)
    every = Selection(known, settings)
    return Selection(tuple(rule for rule in known if every.decide(rule).severity is not None), settings)


def check_selectors(rules: Sequence[Rule], settings: Settings, further: Sequence[str] = ()) -> None:
    """Raise ConfigurationError for the first selector of ``settings`` or ``further`` that names no rule."""
    selectors = [*settings.select, *settings.ignore, *settings.severity, *further]
    tables: tuple[Table, ...] = (*settings.per_path, *settings.per_test)
    for table in tables:
        selectors += [*table.ignore, *table.severity, *table.select]
    codes = [code for waiver in settings.waivers for code in waiver.codes]
    for selector in (*selectors, *codes):
        if not any(names_rule(selector, rule) for rule in rules):
            words = [word for rule in rules for word in (rule.code, rule.name)]
            capitals = any(names_rule(selector.upper(), rule) for rule in rules)
            guess = f"; did you mean {selector.upper()!r}?" if capitals else did_you_mean(selector, words)
            where = "" if selector in further else _place(settings, selector)
            raise ConfigurationError(f"{where}no rule is called {selector!r}{guess}")
    if ALL in codes:
        raise ConfigurationError(
            f"{_place(settings, ALL, 'codes')}a waiver of {ALL!r} would hide what nobody has looked at\n"
            "  fix: name the rules whose findings are accepted"
        )


def _said(rule: Rule, select: Sequence[str], ignore: Sequence[str]) -> tuple[bool, str, tuple[str, ...]] | None:
    """Whether one place wants ``rule``, and the key and words that say so; None where it says nothing.

    The most exact word decides, and of two alike that of ``ignore``. What selects some rules leaves out the others.
    """
    chosen, left_out = _most_exact(rule, select), _most_exact(rule, ignore)
    if left_out is not None and (chosen is None or left_out[0] >= chosen[0]):
        return False, "ignore", (left_out[1],)
    if chosen is not None:
        return True, "select", (chosen[1],)
    return (False, "select", tuple(select)) if select else None


def _most_exact(rule: Rule, selectors: Iterable[str]) -> tuple[int, str] | None:
    """The most exact of ``selectors`` that name ``rule``, with how exact it is; of two alike the later one."""
    best: tuple[int, str] | None = None
    for selector in selectors:
        exact = exactness(selector, rule)
        if exact is not None and (best is None or exact >= best[0]):
            best = (exact, selector)
    return best


def _place(settings: Settings, selector: str, *among: str) -> str:
    """Where a selector stands in the files of the settings, as an error begins."""
    from policycheck.engine.settings.layers import selectors_of, shown
    from policycheck.engine.settings.loading import read_all

    if settings.source is None:
        return ""
    for layer in read_all(settings) if settings.source.is_file() else ():
        for place in selectors_of(layer, selector, among or None):
            return f"{place}:{place.column}: "
    return f"{shown(settings.source)}: "
