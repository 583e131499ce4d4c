"""An overview as HTML: one section of headings and tables that a screen reader can walk, or a whole page around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policycheck.disclosure.escaping import html_text
from policycheck.disclosure.overview import Group, Overview, Party, Phrase

_STYLE = """\
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 1rem; }
.policycheck-table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8888; padding: .5rem .75rem .5rem 0; text-align: left; vertical-align: top; }
th:first-child { overflow-wrap: anywhere; min-width: 9rem; }
"""


def to_html(overview: Overview) -> str:
    """The overview as a section, to stand in a page below its heading of the first level."""
    words = overview.words
    lines = [
        f'<section class="policycheck" lang="{html_text(overview.language)}" aria-labelledby="policycheck-overview">',
        f'<h2 id="policycheck-overview"{_lang(Phrase("", words.language), overview)}>{html_text(words["title"])}</h2>',
    ]
    for group in overview.groups:
        lines += _group(group, overview)
    if not overview.groups:
        lines.append(_fixed("nothing", overview))
    if overview.varying:
        lines.append(_fixed("varying", overview))
    if overview.parties:
        lines += _heading("policycheck-providers", Phrase(words["providers"], words.language), overview)
        heads = [words[key] for key in ("name", "role", "address", "data", "storedIn", "policy")]
        rows = [_party(party, overview) for party in overview.parties]
        lines += _table("policycheck-providers", heads, rows, [party.key for party in overview.parties], overview)
    if overview.statements:
        lines += _heading("policycheck-statements", Phrase(words["statements"], words.language), overview)
        lines += [f"<p{_lang(said, overview)}>{html_text(said.text)}</p>" for said in overview.statements]
    return "\n".join((*lines, "</section>")) + "\n"


def to_page(overview: Overview, body: str) -> str:
    """A whole page around ``body``, which holds the overview. It loads nothing from anywhere."""
    words = overview.words
    return (
        f'<!doctype html>\n<html lang="{html_text(overview.language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html_text(words['title'])} | {html_text(overview.title.text)}</title>\n"
        f"<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1{_lang(overview.title, overview)}>{html_text(overview.title.text)}</h1>\n{body}"
        "</main>\n</body>\n</html>\n"
    )


def _group(group: Group, overview: Overview) -> Iterator[str]:
    words = overview.words
    identity = f"policycheck-category-{group.key}"
    yield from _heading(identity, group.title, overview)
    if group.description is not None:
        yield f"<p{_lang(group.description, overview)}>{html_text(group.description.text)}</p>"
    yield f"<p{_lang(Phrase('', words.language), overview)}>{html_text(group.consent)}</p>"
    rows = [
        (
            f"<code>{html_text(row.name)}</code>",
            html_text(row.kind),
            "<br>".join(
                (*(_span(purpose, overview) for purpose in row.purposes), *(html_text(note) for note in row.notes))
            ),
            html_text(row.kept),
            html_text(row.provider),
        )
        for row in group.rows
    ]
    heads = [words[key] for key in ("name", "kind", "purpose", "kept", "provider")]
    yield from _table(identity, heads, rows, [row.key for row in group.rows], overview)


def _heading(identity: str, title: Phrase, overview: Overview) -> Iterator[str]:
    yield f'<h3 id="{html_text(identity)}"{_lang(title, overview)}>{html_text(title.text)}</h3>'


def _fixed(key: str, overview: Overview) -> str:
    words = overview.words
    return f"<p{_lang(Phrase('', words.language), overview)}>{html_text(words[key])}</p>"


def _table(
    labelled_by: str, heads: Sequence[str], rows: Sequence[Sequence[str]], keys: Sequence[str], overview: Overview
) -> Iterator[str]:
    """A table that can be scrolled by keyboard where it is too wide, without the columns in which nothing stands."""
    kept = [at for at in range(len(heads)) if at == 0 or any(row[at] for row in rows)]
    by = html_text(labelled_by)
    language = _lang(Phrase("", overview.words.language), overview)
    yield f'<div class="policycheck-table" role="region" aria-labelledby="{by}" tabindex="0">'
    yield f'<table aria-labelledby="{by}">'
    yield (
        f"<thead><tr{language}>"
        + "".join(f'<th scope="col">{html_text(heads[at])}</th>' for at in kept)
        + "</tr></thead>"
    )
    yield "<tbody>"
    for row, key in zip(rows, keys, strict=True):
        yield f'<tr data-key="{html_text(key)}">'
        yield f'<th scope="row">{row[0]}</th>'
        yield from (f"<td>{row[at]}</td>" for at in kept[1:])
        yield "</tr>"
    yield "</tbody>"
    yield "</table>"
    yield "</div>"


def _party(party: Party, overview: Overview) -> tuple[str, ...]:
    return (
        _link(html_text(party.name), party.url),
        html_text(party.role),
        html_text(party.address),
        html_text(", ".join(party.personal_data)),
        html_text(", ".join(party.stored_in)),
        _policy(party, overview) if party.privacy_policy else "",
    )


def _policy(party: Party, overview: Overview) -> str:
    """A link whose words say whose policy it is, also where links are read out one by one."""
    label = f"{overview.words['policy']}: {party.name}"
    return _link(html_text(label), party.privacy_policy)


def _link(text: str, url: str | None) -> str:
    if not url or not url.startswith(("https://", "http://")):
        return text
    return f'<a href="{html_text(url)}" rel="noopener">{text}</a>'


def _span(phrase: Phrase, overview: Overview) -> str:
    language = _lang(phrase, overview)
    return f"<span{language}>{html_text(phrase.text)}</span>" if language else html_text(phrase.text)


def _lang(phrase: Phrase, overview: Overview) -> str:
    """The attribute that says that a text is in another language than the page."""
    other = phrase.language and phrase.language.lower() != overview.language.lower()
    same = phrase.language.partition("-")[0].lower() == overview.language.partition("-")[0].lower()
    return f' lang="{html_text(phrase.language)}"' if other and not same else ""
