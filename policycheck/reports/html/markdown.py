"""The pages of rules as markup. They are written in a small Markdown: headings, paragraphs, lists, tables, code.

A full Markdown would need a library that nothing else here needs. What this does not know is shown as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policycheck.reports.html.markup import Html, join, tag

_HEADING = re.compile(r"#{1,6}\s+(.*)")
_BULLET = re.compile(r"[-*]\s+(.*)")
_NUMBER = re.compile(r"\d+\.\s+(.*)")
_RULER = re.compile(r"[|:\-\s]+")
_INLINE = re.compile(r"(`+)(?P<code>.+?)\1|\*\*(?P<strong>.+?)\*\*|\[(?P<text>[^\]]+)\]\((?P<url>[^)\s]+)\)")


def to_html(page: str, level: int) -> Html:
    """Turn a page into markup, without its title. Its sections have headings of ``level``.

    A link is shown as its text, with the address where it leads out: the page itself leads nowhere.
    """
    return join(_blocks(page.split("\n"), f"h{level}"))


def _blocks(rows: list[str], heading: str) -> Iterator[Html]:
    at = 0
    while at < len(rows):
        row = rows[at]
        if row.startswith("```"):
            end = next((n for n in range(at + 1, len(rows)) if rows[n].startswith("```")), len(rows))
            yield tag("pre", tag("code", Html("\n".join(join([line]) for line in rows[at + 1 : end]))), tabindex="0")
            at = end + 1
        elif titled := _HEADING.match(row):
            if not row.startswith("# "):
                yield tag(heading, _inline(titled[1]))
            at += 1
        elif not row.strip():
            at += 1
        else:
            end = next((n for n in range(at + 1, len(rows)) if _ends(rows[n], listed=_listed(row))), len(rows))
            yield _paragraph(rows[at:end])
            at = end


def _listed(row: str) -> bool:
    return bool(_BULLET.match(row) or _NUMBER.match(row))


def _ends(row: str, *, listed: bool) -> bool:
    return not row.strip() or row.startswith("```") or bool(_HEADING.match(row)) or (_listed(row) and not listed)


def _paragraph(rows: list[str]) -> Html:
    if rows[0].startswith("|") and not _RULER.fullmatch(rows[0]):
        return _table(rows)
    for element, mark in (("ul", _BULLET), ("ol", _NUMBER)):
        if mark.match(rows[0]):
            items: list[list[str]] = []
            for row in rows:
                if started := mark.match(row):
                    items.append([started[1]])
                else:
                    items[-1].append(row.strip())
            return tag(element, *(tag("li", _inline(" ".join(item))) for item in items))
    return tag("p", _inline(" ".join(row.strip() for row in rows)))


def _table(rows: list[str]) -> Html:
    head, *body = [[cell.strip() for cell in row.strip("| ").split("|")] for row in rows if not _RULER.fullmatch(row)]
    return tag(
        "table",
        tag("thead", tag("tr", *(tag("th", _inline(cell), scope="col") for cell in head))),
        tag("tbody", *(tag("tr", *(tag("td", _inline(cell)) for cell in row)) for row in body)),
    )


def _inline(text: str) -> Html:
    parts: list[str] = []
    at = 0
    for found in _INLINE.finditer(text):
        parts.append(text[at : found.start()])
        at = found.end()
        if found["code"] is not None:
            parts.append(tag("code", found["code"].strip()))
        elif found["strong"] is not None:
            parts.append(tag("strong", _inline(found["strong"])))
        else:
            out = found["url"].startswith("http")
            parts += [_inline(found["text"]), f" ({found['url']})" if out else ""]
    return join((*parts, text[at:]))
