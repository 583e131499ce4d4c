"""An overview as Markdown: headings of the second level and below, tables as GitHub reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policycheck.disclosure.escaping import markdown_code, markdown_text
from policycheck.disclosure.overview import Group, Overview, Party


def to_markdown(overview: Overview) -> str:
    """The overview, for a page that has text of its own around it."""
    words = overview.words
    lines = [f"## {markdown_text(words['title'])}"]
    for group in overview.groups:
        lines += ["", *_group(group, overview)]
    if not overview.groups:
        lines += ["", markdown_text(words["nothing"])]
    if overview.varying:
        lines += ["", markdown_text(words["varying"])]
    if overview.parties:
        lines += ["", f"### {markdown_text(words['providers'])}", "", *_parties(overview)]
    if overview.statements:
        lines += ["", f"### {markdown_text(words['statements'])}"]
        for statement in overview.statements:
            lines += ["", markdown_text(statement.text)]
    return "\n".join(lines) + "\n"


def _group(group: Group, overview: Overview) -> Iterator[str]:
    words = overview.words
    yield f"### {markdown_text(group.title.text)}"
    yield ""
    said = [group.description.text] if group.description is not None else []
    yield " ".join(map(markdown_text, (*said, group.consent)))
    yield ""
    rows = [
        (
            markdown_code(row.name),
            markdown_text(row.kind),
            "<br>".join(map(markdown_text, (*(purpose.text for purpose in row.purposes), *row.notes))),
            markdown_text(row.kept),
            markdown_text(row.provider),
        )
        for row in group.rows
    ]
    yield from _table([words[key] for key in ("name", "kind", "purpose", "kept", "provider")], rows)


def _parties(overview: Overview) -> Iterator[str]:
    words = overview.words
    heads = [words[key] for key in ("name", "role", "address", "data", "storedIn", "policy")]
    yield from _table(heads, [_party(party, overview) for party in overview.parties])


def _party(party: Party, overview: Overview) -> tuple[str, ...]:
    return (
        _link(party.name, party.url),
        markdown_text(party.role),
        markdown_text(party.address),
        markdown_text(", ".join(party.personal_data)),
        markdown_text(", ".join(party.stored_in)),
        _link(overview.words["policy"], party.privacy_policy) if party.privacy_policy else "",
    )


def _link(text: str, url: str | None) -> str:
    if not url or not url.startswith(("https://", "http://")):
        return markdown_text(text)
    target = "".join(
        character
        if character.isascii() and character.isprintable() and character not in "<>()[]|\\\"'` *_"
        else _hex(character)
        for character in url
    )
    return f"[{markdown_text(text)}]({target})"


def _hex(character: str) -> str:
    return (
        "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace")) if character not in "*_" else character
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table without the columns in which nothing stands."""
    kept = [at for at in range(len(heads)) if at == 0 or any(row[at] for row in rows)]
    yield "| " + " | ".join(markdown_text(heads[at]) for at in kept) + " |"
    yield "|" + " --- |" * len(kept)
    for row in rows:
        yield "| " + " | ".join(row[at] for at in kept) + " |"
