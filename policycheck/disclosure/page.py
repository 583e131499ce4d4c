"""A published page that holds an overview between two markers; what stands around them belongs to the team."""

from __future__ import annotations

import re

from policycheck.errors import UsageError

BEGIN = "<!-- policycheck:begin -->"
END = "<!-- policycheck:end -->"
_MARKER = re.compile(r"^[ \t]*<!--[ \t]*policycheck:(begin|end)[ \t]*-->[ \t]*$", re.MULTILINE)


def marked(overview: str) -> str:
    """``overview`` between the markers. The empty lines let Markdown begin and end there."""
    return f"{BEGIN}\n\n{overview}\n{END}\n"


def with_overview(page: str, overview: str, name: str) -> str:
    """``page`` with ``overview`` between its markers; all else stays. ``name`` is the file, for messages.

    Raises UsageError where the markers are missing, or are not one pair.
    """
    text = page.replace("\r\n", "\n")
    found = list(_MARKER.finditer(text))
    if [marker[1] for marker in found] != ["begin", "end"]:
        raise UsageError(
            f"{name}: {_wrong(text, found)}\n  fix: put {BEGIN} and {END} on lines of their own, once each"
        )
    result = f"{text[: found[0].end()]}\n\n{overview}\n{text[found[1].start() :]}"
    return result.replace("\n", "\r\n") if "\r\n" in page else result


def _wrong(text: str, found: list[re.Match[str]]) -> str:
    if not found:
        return "the page has no markers, so nothing says where the overview stands"
    lines = [f"{marker[1]} on line {text.count(chr(10), 0, marker.start()) + 1}" for marker in found]
    return f"the markers are not one pair: {', '.join(lines)}"
