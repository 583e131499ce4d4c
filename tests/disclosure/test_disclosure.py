"""The published overview: what is in it, in which language, and that no name is obeyed by Markdown or by HTML."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policycheck.catalogue.loading import load_catalogue
from policycheck.catalogue.packs import pack_names
from policycheck.disclosure import words as words_module
from policycheck.disclosure.escaping import html_text, markdown_code, markdown_text
from policycheck.disclosure.html import to_html, to_page
from policycheck.disclosure.markdown import to_markdown
from policycheck.disclosure.overview import Overview, overview
from policycheck.disclosure.page import BEGIN, END, marked, with_overview
from policycheck.disclosure.words import languages, words_in
from policycheck.errors import UsageError
from policycheck.model.legal import Exemption
from policycheck.model.lifetime import parse_retention
from policycheck.model.storage import StorageKind
from policycheck.reports.visible import visible
from policycheck.testing import strategies as pst
from policycheck.testing.strategies.loaded import load_document

DOCUMENT: dict[str, Any] = {
    "catalogue": 1,
    "title": {"en": "Shop", "cs": "Obchod"},
    "features": {"chat": {"title": "Chat", "default": "off"}},
    "providers": {
        "acme": {
            "name": "Acme | <b>", "role": "processor", "idNumber": "12", "address": "Street 1", "country": "CZ",
            "personalData": ["contactDetails"], "storedIn": ["EU", "other"], "url": "https://acme.example/(a)|b",
            "privacyPolicy": "https://acme.example/privacy",
        },
        "off": {"name": "Off Ltd."},
    },
    "placeholders": {"KEY": None},
    "items": [
        {"name": "sid", "kind": "cookie", "category": "necessary", "retention": "session", "purpose": {"en": "Login."}},
        {"name": "_ga_<KEY>", "kind": "localStorage", "retention": "persistent", "provider": "acme", "uses": [
            {"category": "analytics", "purpose": {"en": "Counts.", "cs": "Počítá."}},
            {"category": "marketing", "purpose": {"de": "Wirbt."}, "exemption": "security"},
            {"category": "functional", "feature": "chat", "purpose": "Talks."},
        ]},
        {"name": "talk", "kind": "cookie", "category": "marketing", "retention": "1 day", "feature": "chat", "provider": "off"},
    ],
    "statements": {"chat": {"en": "We *listen*."}},
}  # fmt: skip


def of(language: str = "en", **changes: Any) -> Overview:
    return overview(load_document({**DOCUMENT, **changes}), language)


def test_what_is_switched_on_is_told_by_category() -> None:
    found = of()
    assert [(group.key, [row.name for row in group.rows]) for group in found.groups] == [
        ("necessary", ["sid"]),
        ("analytics", ["_ga_<KEY>"]),
        ("marketing", ["_ga_<KEY>"]),
    ]
    assert [party.key for party in found.parties] == ["acme"]
    assert found.groups[2].rows[0].notes == ("Stored without consent: it keeps this site secure.",)
    assert (found.varying, of(bindings={"KEY": "1"}).groups[1].rows[0].name) == (True, "_ga_1")


def test_texts_fall_back_and_say_their_language() -> None:
    found = of("cs-CZ")
    assert (found.title.text, found.title.language) == ("Obchod", "cs")
    assert [group.title.text for group in found.groups] == ["Nezbytné", "Analytické", "Marketingové"]
    assert found.groups[1].rows[0].purposes[0].text == "Počítá."
    said = to_html(found)
    assert '<td><span lang="en">Login.</span></td>' in said
    assert '<span lang="de">Wirbt.</span>' in said
    assert "<td>Počítá.</td>" in said


def test_a_language_of_texts_alone_gets_english_headings() -> None:
    found = of("pl", statements={"chat": {"pl": "Słuchamy."}})
    assert found.words.language == "en"
    assert '<section class="policycheck" lang="pl"' in to_html(found)
    assert '<h2 id="policycheck-overview" lang="en">Cookies and similar storage</h2>' in to_html(found)


@pytest.mark.parametrize(
    ("language", "message"), [("xx", "has no texts in 'xx'; there are cs, de, en"), ("e n", "'e n' is no language")]
)
def test_a_language_that_is_not_there_is_an_error(language: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        of(language)


def test_markdown() -> None:
    assert to_markdown(of()) == (
        "## Cookies and similar storage\n\n"
        "### Necessary\n\nStored without consent: a service that you ask for needs it.\n\n"
        "| Name | Kind | Purpose | Kept | Provider |\n| --- | --- | --- | --- | --- |\n"
        "| `sid` | cookie | Login. | until the browser is closed | this site |\n\n"
        "### Analytics\n\nStored only with your consent.\n\n"
        "| Name | Kind | Purpose | Kept | Provider |\n| --- | --- | --- | --- | --- |\n"
        "| `_ga_<KEY>` | local storage | Counts. | until it is deleted | Acme \\| &lt;b&gt; |\n\n"
        "### Marketing\n\nStored only with your consent.\n\n"
        "| Name | Kind | Purpose | Kept | Provider |\n| --- | --- | --- | --- | --- |\n"
        "| `_ga_<KEY>` | local storage | Wirbt.<br>Stored without consent: it keeps this site secure. "
        "| until it is deleted | Acme \\| &lt;b&gt; |\n\n"
        "In a name, \\* stands for any characters, and a word in angle brackets for a part that varies.\n\n"
        "### Who is behind it\n\n"
        "| Name | Role | Address | Personal data | Stored in | Privacy policy |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| [Acme \\| &lt;b&gt;](https://acme.example/%28a%29%7Cb) | processor | Street 1, CZ, registration number 12 "
        "| contact details | EU, other countries | [Privacy policy](https://acme.example/privacy) |\n\n"
        "### More about your data\n\nWe \\*listen\\*.\n"
    )


def test_an_empty_catalogue_says_so() -> None:
    assert to_markdown(overview(load_document({"catalogue": 1}))).endswith("\n\nNothing is stored.\n")
    assert "<p>Nothing is stored.</p>" in to_html(overview(load_document({"catalogue": 1})))


class Outline(HTMLParser):
    """The headings, the tables with the cells of each row, and whatever is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.identities: list[str] = []
        self.references: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.identities += [given["id"] or ""] if "id" in given else []
        self.references += [given["aria-labelledby"] or ""] if "aria-labelledby" in given else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
        if tag not in {"br", "meta"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def test_html_has_an_outline_and_names_its_tables() -> None:
    found = of()
    outline = Outline(to_page(found, marked(to_html(found))))
    assert outline.open == []
    assert outline.headings == [1, 2, 3, 3, 3, 3, 3]
    assert len(set(outline.identities)) == len(outline.identities)
    assert set(outline.references) <= set(outline.identities)
    assert outline.rows[1] == ["sid", "cookie", "Login.", "until the browser is closed", "this site"]


@pytest.mark.parametrize("name", pack_names())
def test_every_pack_has_an_overview_in_every_language(name: str) -> None:
    catalogue = load_catalogue(f"pack:{name}")
    for language in languages():
        found = overview(catalogue, language)
        assert Outline(to_html(found)).open == []
        listed = {row.key for group in found.groups for row in group.rows}
        assert listed == {item.key for item in catalogue.items if item.enabled}


def test_every_language_has_all_words() -> None:
    tables = words_module._tables()
    shape = {key: set(value) if isinstance(value, dict) else None for key, value in tables["en"].items()}
    for table in tables.values():
        assert {key: set(value) if isinstance(value, dict) else None for key, value in table.items()} == shape
    assert shape["exemptions"] == set(map(str, Exemption))
    assert shape["kinds"] == set(map(str, StorageKind))


@pytest.mark.parametrize(
    ("retention", "english", "czech"),
    [
        ("1 month", "1 month", "1 měsíc"),
        ("2 months", "2 months", "2 měsíce"),
        ("P6M", "6 months", "6 měsíců"),
        ("2 years", "2 years", "2 roky"),
        ("18 months", "18 months", "18 měsíců"),
        ("P1Y6M", "1 year and 6 months", "1 rok a 6 měsíců"),
        ("2 weeks", "2 weeks", "2 týdny"),
        ("14 days", "14 days", "14 dní"),
        ("36 hours", "36 hours", "36 hodin"),
        ("24 hours", "1 day", "1 den"),
        ("PT30M", "30 minutes", "30 minut"),
        ("90 seconds", "1 minute and 30 seconds", "1 minuta a 30 sekund"),
        ("P6M10D", "6 months and 10 days", "6 měsíců a 10 dní"),
        ("session", "until the browser is closed", "do zavření prohlížeče"),
    ],
)
def test_lengths_of_time_are_said_as_people_say_them(retention: str, english: str, czech: str) -> None:
    found = parse_retention(retention)
    assert (words_in("en-GB").length(found), words_in("cs").length(found)) == (english, czech)


HOSTILE = st.text(max_size=12) | st.lists(
    st.sampled_from(["`", "``", "|", "\\", "<b>", "</td>", "*", "_", "[x](y)", "![", "https://x.example", "www.x.example",
                     "me@x.example", "&lt;", "~~", "\n", "# ", "- ", "---", "===", " #", "1. ", "$x$", "-->", " ", "a", "\u202e", '"']),
    max_size=6,
).map("".join)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(HOSTILE)
def test_markdown_shows_any_text_and_obeys_none(text: str) -> None:
    cmarkgfm = pytest.importorskip("cmarkgfm")
    wanted = " ".join(visible(" ".join(text.split("\n"))).split())

    def shown(source: str) -> tuple[str, set[str]]:
        made = cmarkgfm.github_flavored_markdown_to_html(source, options=cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE)
        plain = html.unescape(re.sub("<[^>]*>", "", made))
        return " ".join(plain.split()), set(re.findall(r"<(\w+)", made))

    head = "| h |\n| --- |\n"
    assert shown(f"{head}| {markdown_text(text)} |\n") in [
        (f"h {wanted}".strip(), {"table", "thead", "tr", "th", "tbody", "td", *extra}) for extra in ((), ("span",))
    ]
    assert shown(f"{head}| {markdown_code(text)} |\n")[0] == f"h {wanted}".strip()
    assert shown(f"{head}| {markdown_code(text)} |\n")[1] <= {
        "table",
        "thead",
        "tr",
        "th",
        "tbody",
        "td",
        "code",
        "span",
    }
    assert shown(markdown_text(text))[1] <= {"p", "span"}
    assert shown(f"## {markdown_text(text)}") in [(wanted, {"h2"}), (wanted, {"h2", "span"})]


@settings(max_examples=30, deadline=None)
@given(HOSTILE)
def test_html_shows_any_text_and_obeys_none(text: str) -> None:
    name = json.dumps(text)[1:-1] or "x"
    item = {"regex": "x", "kind": "cookie", "category": "analytics", "retention": "session", "purpose": name}
    found = overview(load_document({"catalogue": 1, "items": [item]}))
    outline = Outline(to_html(found))
    assert outline.open == []
    assert outline.rows[1][2] == visible(name)
    assert html.unescape(html_text(text)) == visible(" ".join(text.split("\n")))


@settings(max_examples=20, deadline=None)
@given(pst.catalogues(), st.sampled_from(["en", "fr"]))
def test_any_catalogue_has_an_overview_that_can_stand_in_a_page(catalogue: Any, language: str) -> None:
    found = overview(catalogue, language)
    for rendered in (to_markdown(found), to_html(found)):
        page = with_overview(f"ours\n{BEGIN}\nold\n{END}\nours too\n", rendered, "page.md")
        assert with_overview(page, rendered, "page.md") == page
        assert page.startswith(f"ours\n{BEGIN}\n\n")
        assert page.endswith(f"\n{END}\nours too\n")


def test_line_ends_of_a_page_stay() -> None:
    page = f"a\r\n{BEGIN}\r\n{END}\r\nb"
    assert with_overview(page, "x\ny\n", "p") == f"a\r\n{BEGIN}\r\n\r\nx\r\ny\r\n\r\n{END}\r\nb"


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("nothing\n", "p.md: the page has no markers"),
        (f"{BEGIN}\n", "the markers are not one pair: begin on line 1"),
        (f"{END}\n{BEGIN}\n", "end on line 1, begin on line 2"),
        (f"{BEGIN}\n{END}\n\n{BEGIN}\n{END}\n", "begin on line 1, end on line 2, begin on line 4, end on line 5"),
        (f"see `{BEGIN}` and `{END}`\n", "the page has no markers"),
    ],
)
def test_markers_that_are_not_one_pair_are_an_error(page: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        with_overview(page, "x", "p.md")
