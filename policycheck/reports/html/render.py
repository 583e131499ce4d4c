"""The report as one HTML page, for a browser or for a colleague: it works from a file, and asks nobody for anything."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from policycheck.model.report import Report
from policycheck.reports.html.anchors import Anchors
from policycheck.reports.html.coverage import render_catalogue, render_reach
from policycheck.reports.html.findings import render_findings
from policycheck.reports.html.journeys import render_journeys
from policycheck.reports.html.markup import Html, tag
from policycheck.reports.html.rules import render_remarks, render_rules
from policycheck.reports.html.verdict import render_verdict, verdict_of


def render(report: Report) -> str:
    """Render the report as an HTML document. All of its text is escaped; its style and script stand in it."""
    anchors = Anchors(report)
    sections = {
        "findings": ("Findings", render_findings(report, anchors)),
        "remarks": ("Remarks", render_remarks(report)),
        "journeys": ("Journeys", render_journeys(report, anchors)),
        "catalogue": ("Catalogue", render_catalogue(report, anchors)),
        "consent": ("Consent", render_reach(report)),
        "rules": ("Rules", render_rules(report)),
    }
    links = (tag("li", tag("a", title, href=f"#{key}")) for key, (title, section) in sections.items() if section)
    body = tag(
        "body",
        tag("a", "Skip to the findings", href="#findings", class_="skip"),
        _part("icons.svg"),
        render_verdict(report),
        tag("nav", tag("ul", *links), aria_label="Parts of the report"),
        tag("main", *(section for _, section in sections.values())),
        tag("footer", tag("p", "Made by policycheck. This page stores nothing, and asks nobody for anything.")),
        tag("script", _part("script.js")),
    )
    title = f"{verdict_of(report).title}: {report.catalogue} - policycheck"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy()),
        tag("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name_="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", _part("style.css")),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


render.wants_journeys = True  # type: ignore[attr-defined]


def policy() -> str:
    """The page's Content Security Policy (CSP Level 3): its own style and script run, nothing is fetched or sent."""
    return (
        f"default-src 'none'; style-src '{_hash('style.css')}'; script-src '{_hash('script.js')}'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


@cache
def _part(file: str) -> Html:
    return Html((files("policycheck.reports.html") / file).read_text("utf-8"))


def _hash(file: str) -> str:
    return f"sha256-{b64encode(sha256(_part(file).encode()).digest()).decode()}"
