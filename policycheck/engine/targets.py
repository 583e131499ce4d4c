"""Where reports go: ``PATH``, whose ending says the format, or ``FORMAT=PATH``."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from policycheck.errors import UsageError
from policycheck.model.spelling import did_you_mean

_ENDINGS = {"txt": "text", "xml": "junit", "md": "markdown", "htm": "html"}
STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Target:
    """One report to write: in ``format_name``, to ``path``."""

    format_name: str
    path: Path

    def __str__(self) -> str:
        return f"{self.format_name}={self.path}"


def parse_target(text: str, formats: Collection[str], folder: Path, *, default: str | None = None) -> Target:
    """Read ``gitlab=gl-code-quality.json`` or ``report.html``. A relative path starts from ``folder``.

    ``formats`` are the names that there are, ``default`` is that of an ending which says nothing. Raises
    :class:`policycheck.errors.UsageError` for a format that nobody provides, and an ending that says none.
    """
    name, path = split_target(text)
    if name:
        if name not in formats:
            raise UsageError(
                f"{text!r}: no reporter is called {name!r}{did_you_mean(name, formats)}; {_there(formats)}"
            )
    else:
        name = _of_ending(text, formats) or default or ""
        if not name:
            raise UsageError(
                f"{text!r}: the ending of the file says no format; {_there(formats)}\n  fix: say it, as in json={text}"
            )
    if not path:
        raise UsageError(f"{text!r}: says no file\n  fix: {name}=PATH")
    return Target(name, folder / path)


def split_target(text: str) -> tuple[str, str]:
    """The name of the format that ``text`` says, empty where it says none, and the path."""
    name, equals, path = text.partition("=")
    return (name, path) if equals and name and "/" not in name and "." not in name else ("", text)


def parse_targets(
    texts: Iterable[str], formats: Collection[str], folder: Path, *, default: str | None = None
) -> list[Target]:
    """Read several. Raises UsageError, also where two reports would go to one file."""
    targets = [parse_target(text, formats, folder, default=default) for text in texts]
    places: dict[Path, Target] = {}
    for target in targets:
        if (other := places.setdefault(target.path.absolute(), target)) is not target:
            raise UsageError(f"{target.path}: two reports would go there, {other.format_name} and {target.format_name}")
    return targets


def _of_ending(path: str, formats: Collection[str]) -> str | None:
    ending = Path(path).suffix.removeprefix(".").lower()
    name = _ENDINGS.get(ending, ending)
    return name if name in formats else None


def _there(formats: Collection[str]) -> str:
    return f"there are {', '.join(sorted(formats))}"
