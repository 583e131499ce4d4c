"""Which rules run, and how severe each of their findings is: applied around rules, never in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from policycheck.engine.settings import PathSettings, Settings
from policycheck.errors import ConfigurationError
from policycheck.model.finding import Breach, Severity
from policycheck.model.spelling import did_you_mean
from policycheck.rules.rule import Rule


def names_rule(selector: str, rule: Rule) -> bool:
    """True when ``selector`` (a code, a group such as ``CON``, or a kebab name) names ``rule``."""
    return selector in {rule.code, rule.code.rstrip("0123456789"), rule.name}


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules that a project runs, with its severities."""

    rules: tuple[Rule, ...]
    settings: Settings

    def severity(self, rule: Rule, breach: Breach, path: str | None, ignore: Sequence[str] = ()) -> Severity | None:
        """The severity of one breach at ``path``, or None where the project ignores the rule.

        What the project says wins over what the rule grades; what it says for a path wins over the rest.
        """
        if ignore and any(names_rule(selector, rule) for selector in ignore):
            return None
        severity = _chosen(self.settings.severity.items(), rule) or breach.severity or rule.severity
        for local in self._local(path):
            if any(names_rule(selector, rule) for selector in local.ignore):
                return None
            severity = _chosen(local.severity.items(), rule) or severity
        return severity

    def _local(self, path: str | None) -> Iterable[PathSettings]:
        if path is None:
            return ()
        return (local for local in self.settings.per_path if fnmatchcase(path, local.path))


def select_rules(rules: Iterable[Rule], settings: Settings) -> Selection:
    """Keep the selected rules, less the ignored ones.

    Raises :class:`policycheck.errors.ConfigurationError` for a selector that names no rule, since a misspelled one
    would silently check less.
    """
    known = tuple(rules)
    check_selectors(known, settings)
    chosen = tuple(
        rule
        for rule in known
        if (not settings.select or any(names_rule(selector, rule) for selector in settings.select))
        and not any(names_rule(selector, rule) for selector in settings.ignore)
    )
    return Selection(chosen, settings)


def check_selectors(rules: Sequence[Rule], settings: Settings, further: Sequence[str] = ()) -> None:
    """Raise ConfigurationError for the first selector of ``settings`` or ``further`` that names no rule."""
    selectors = [*settings.select, *settings.ignore, *settings.severity, *further]
    for local in settings.per_path:
        selectors += [*local.ignore, *local.severity]
    for waiver in settings.waivers:
        selectors += waiver.codes
    for selector in selectors:
        if not any(names_rule(selector, rule) for rule in rules):
            words = [word for rule in rules for word in (rule.code, rule.name)]
            where = f"{settings.source}: " if settings.source and selector not in further else ""
            capitals = any(names_rule(selector.upper(), rule) for rule in rules)
            guess = f"; did you mean {selector.upper()!r}?" if capitals else did_you_mean(selector, words)
            raise ConfigurationError(f"{where}no rule is called {selector!r}{guess}")


def _chosen(severities: Iterable[tuple[str, Severity]], rule: Rule) -> Severity | None:
    best: tuple[int, Severity] | None = None
    for selector, severity in severities:
        if names_rule(selector, rule) and (best is None or len(selector) > best[0]):
            best = (len(selector), severity)
    return best[1] if best else None
