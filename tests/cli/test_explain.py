from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]


def test_the_document_is_spelled_as_promised(cli: Cli) -> None:
    result = cli(
        "explain", "ssupp_00ffvid", "--kind", "localStorage", "--catalogue", "pack:smartsupp", "--format", "json"
    )

    assert result.code == 0
    match, near = result.json["match"], result.json["near"]
    assert list(result.json) == ["match", "near"]
    assert list(match) == ["name", "kind", "categories", "retention", "remembersChoice", "location"]
    assert match["location"].rpartition(":")[0] == "pack:smartsupp"
    assert int(match["location"].rpartition(":")[2]) > 0
    assert {key: match[key] for key in ("name", "kind", "categories", "retention")} == {
        "name": "ssupp_<CHAT_KEY>vid",
        "kind": "localStorage",
        "categories": ["functional"],
        "retention": "persistent",
    }
    assert list(near[0]) == ["name", "kind", "reason", "location"]
    assert near[0]["name"] == "ssupp_<CHAT_KEY>"
    assert near[0]["reason"] == "matches too, but 'ssupp_<CHAT_KEY>vid' is more specific"


def test_the_kind_is_cookie_unless_said(cli: Cli) -> None:
    result = cli("explain", "ssupp.vid", "--catalogue", "pack:smartsupp", "--format", "json")

    assert (result.json["match"]["kind"], result.json["match"]["retention"]) == ("cookie", "6 months")


def test_without_a_match_the_code_is_1(shop: Cli) -> None:
    result = shop("explain", "_ga_XY", "-f", "json")

    assert result.code == 1
    assert result.json["match"] is None
    assert [near["name"] for near in result.json["near"]] == ["_ga_<KEY>"]
    assert "XY" in result.json["near"][0]["reason"] or "[0-9a-f]" in result.json["near"][0]["reason"]


def test_the_other_kind_is_told(shop: Cli) -> None:
    result = shop("explain", "_ga", "--kind", "localStorage", "-f", "json")

    assert (result.code, result.json["match"]) == (1, None)
    assert {"name": "_ga", "kind": "cookie", "reason": "declared for cookie", "location": "catalogue.yaml:17"} in (
        result.json["near"]
    )


def test_the_text_says_who_wins_and_what_that_means(shop: Cli) -> None:
    result = shop("explain", "chat_00ff", "--kind", "localStorage")

    assert result.code == 0
    assert result.out.splitlines()[:3] == [
        "localStorage 'chat_00ff' is declared by chat_<KEY>   (catalogue.yaml:27)",
        "  category:  marketing: needs consent; feature chat is off, so it must not appear",
        "  retention: persistent",
    ]
    assert "feature chat is on\n" in shop("explain", "chat_00ff", "-k", "localStorage", "--feature", "chat").out


def test_the_text_says_what_was_nearest(shop: Cli) -> None:
    result = shop("explain", "_gaa")

    assert result.code == 1
    assert result.out.startswith("cookie '_gaa' is declared by no entry\n\nnearest, and why not:\n")
    assert "\n_ga        cookie  catalogue.yaml:17  has 'a' too much at the end\n" in result.out


NARROWED = """\
catalogue: 1
items:
  - {name: a, kind: cookie, setBy: script, category: necessary, retention: session, purpose: {en: x}}
  - {name: a, kind: cookie, hosts: [a.example], category: necessary, retention: 1 day, purpose: {en: y}}
  - {name: b, kind: localStorage, setBy: server, category: necessary, retention: persistent, purpose: {en: z}}
"""


@pytest.mark.parametrize(
    ("arguments", "retention"),
    [
        (("a",), "1 day"),
        (("a", "--host", "b.example"), "session"),
        (("a", "--host", "b.example", "--set-by", "server"), None),
        (("a", "--host", "a.example", "--set-by", "server"), "1 day"),
        (("b", "-k", "localStorage"), "persistent"),
        (("b", "-k", "localStorage", "--set-by", "script"), None),
    ],
)
def test_entries_narrowed_to_hosts_and_writers(
    cli: Cli, tmp_path: Path, arguments: tuple[str, ...], retention: str | None
) -> None:
    (tmp_path / "c.yaml").write_text(NARROWED)

    match = cli("explain", *arguments, "-c", "c.yaml", "-f", "json").json["match"]

    assert (match and match["retention"]) == retention


def test_a_name_cannot_reach_the_terminal(shop: Cli) -> None:
    result = shop("explain", "\x1b[31m_ga\n\u202e\udc9b")

    assert result.out.startswith("cookie '\\x1b[31m_ga\\n\\u202e\\udc9b' is declared by no entry\n")


def test_an_unknown_kind(shop: Cli) -> None:
    result = shop("explain", "a", "--kind", "cookies")

    assert result.code == 2
    assert result.err.startswith(
        "policycheck: error: argument -k/--kind: 'cookies' is unknown; did you mean 'cookie'?; there are cookie, "
    )


RICH = """\
catalogue: 1
providers:
  acme: {name: Acme Ltd}
items:
  - name: a
    kind: cookie
    provider: acme
    hosts: [a.example, "*.a.example"]
    setBy: script
    partition: https://b.example
    category: necessary
    retention: 1 day
    refresh: false
    purpose: {en: x}
  - {name: w, kind: web, category: necessary, retention: persistent, purpose: {en: z}}
"""


def test_the_text_tells_what_an_entry_says(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(RICH)

    missed = cli("explain", "a", "-c", "c.yaml").out
    assert "declared for the partition https://b.example only" in missed or "set by a script" in missed
    assert cli("explain", "w", "-k", "indexedDB", "-c", "c.yaml").out.splitlines() == [
        "indexedDB 'w' is declared by w   (c.yaml:15)",
        "  kind:      web",
        "  category:  necessary: needs no consent",
        "  retention: persistent",
    ]
    (tmp_path / "c.yaml").write_text(RICH.replace("    partition: https://b.example\n", ""))
    assert cli("explain", "a", "-c", "c.yaml").out.splitlines() == [
        "cookie 'a' is declared by a   (c.yaml:5)",
        "  category:  necessary: needs no consent",
        "  retention: 1 day, not extended by visits",
        "  provider:  Acme Ltd",
        "  only:      set by a script and on a.example, *.a.example",
    ]


def test_a_draft_is_named_where_nothing_is_declared(shop: Cli, tmp_path: Path) -> None:
    draft = "{name: tea_<KEY>, kind: cookie, category: TODO, retention: session, draft: true}"
    with (tmp_path / "catalogue.yaml").open("a") as file:
        file.write(f"  - {draft}\n")
    result = shop("explain", "tea_0a0a")
    assert result.code == 1
    assert "is declared by no entry; a draft of it was not reviewed: tea_<KEY>   (catalogue.yaml:" in result.out
    assert shop("explain", "tea_0a0a", "-f", "json").json["draft"]["name"] == "tea_<KEY>"
