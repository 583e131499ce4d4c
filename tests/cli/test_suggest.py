"""``policycheck suggest``: a draft of what files of evidence tell, which a person reviews."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]

DUMP = (
    b"HTTP/1.1 200 OK\r\nSet-Cookie: session=a-secret; Path=/; Secure; HttpOnly\r\n"
    b"Set-Cookie: basket=b; Max-Age=86400\r\nSet-Cookie: k_1001=c\r\nSet-Cookie: k_1002=d\r\n\r\n"
)
SHOP = ("--url", "https://shop.example/cart?token=secret")


def test_a_draft_is_printed(cli: Cli) -> None:
    result = cli("suggest", *SHOP, stdin=DUMP)

    assert (result.code, result.err) == (0, "")
    assert "  - name: basket\n    # set by a response of shop.example, on /cart; in <stdin>:1\n" in result.out
    assert "  - name: k_<NUMBER>\n" in result.out
    assert "secret" not in result.out


def test_what_was_drafted_fails_until_it_is_reviewed(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "shop.txt").write_bytes(DUMP)
    written = cli("suggest", "shop.txt", *SHOP, "-o", "catalogue.yaml")
    assert written.code == 0
    assert written.out.splitlines() == [
        "catalogue.yaml: 3 drafts added",
        "  next: review each entry with the field draft, then: policycheck validate catalogue.yaml",
    ]

    validated = cli("validate", "catalogue.yaml")
    assert validated.code == 1
    assert (
        "CAT011 unreviewed-entry: cookie 'basket' is a draft that nobody has reviewed; TODO: category" in validated.out
    )
    checked = cli("check", "shop.txt", *SHOP, "-c", "catalogue.yaml", "-f", "json", "--select", "INV")
    assert checked.code == 1
    assert checked.codes == ["INV001"] * 4
    assert "its entry was not reviewed yet" in checked.out

    text = (tmp_path / "catalogue.yaml").read_text("utf-8")
    kept = [line for line in text.splitlines(keepends=True) if "draft: recorded" not in line]
    reviewed = "".join(kept).replace("category: TODO", "category: necessary").replace("en: TODO", "en: Your tea.")
    (tmp_path / "catalogue.yaml").write_text(reviewed, "utf-8")
    assert cli("validate", "catalogue.yaml").code == 0
    assert cli("check", "shop.txt", *SHOP, "-c", "catalogue.yaml", "--select", "INV").code == 0


def test_into_a_catalogue_only_what_it_does_not_declare_is_added(shop: Cli, tmp_path: Path) -> None:
    before = (tmp_path / "catalogue.yaml").read_text("utf-8")
    result = shop("suggest", *SHOP, "--into", "catalogue.yaml", stdin=DUMP)
    assert result.code == 0
    assert result.out.splitlines()[0] == "catalogue.yaml: 2 drafts added"
    after = (tmp_path / "catalogue.yaml").read_text("utf-8")
    assert after.startswith(before.partition("items:")[0].partition("placeholders:")[0])
    again = shop("suggest", *SHOP, "--into", "catalogue.yaml", stdin=DUMP)
    assert again.out == "catalogue.yaml: nothing new\n"
    assert (tmp_path / "catalogue.yaml").read_text("utf-8") == after


def test_consent_is_told_read_from_the_evidence_or_not_known(cli: Cli, tmp_path: Path) -> None:
    refused = cli("suggest", *SHOP, "--consent", "refused", stdin=DUMP)
    assert "# stored after refusal; set by" in refused.out
    record = {"kind": "localStorage", "name": "k", "url": "https://shop.example/"}
    consent = {**record, "kind": "cookie", "name": "CookieConsent", "value": "{statistics:true,method:'explicit'}"}
    lines = [{**record, "name": "early"}, consent, {**record, "name": "late"}]
    told = cli("suggest", stdin="\n".join(map(json.dumps, lines)).encode())
    assert told.code == 0
    flat = " ".join(told.out.replace("#", "").split())
    assert "name: early stored before choice;" in flat
    assert "name: late stored after grant of analytics;" in flat


def test_several_files_and_a_database(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(DUMP)
    (tmp_path / "b.json").write_text('[{"kind": "localStorage", "name": "tea_id", "url": "https://shop.example/"}]')
    (tmp_path / "db.json").write_text(
        '{"Tea": [{"category": "Marketing", "cookie": "tea_id", "description": "Tea.", "dataController": "Tea Ltd"}]}'
    )
    result = cli("suggest", "a.txt", "b.json", *SHOP, "--open-cookie-database", "db.json", "-o", "c.toml")
    assert result.code == 2  # a storage of JSON says its URL itself
    result = cli("suggest", "a.txt", "b.json", "--open-cookie-database", "db.json", "-o", "d.toml")
    assert result.code == 0
    assert "give the address with --url" in result.err
    text = (tmp_path / "d.toml").read_text("utf-8")
    assert 'provider = "tea-ltd"' in text
    assert "# suggested, confidence medium: the Open Cookie Database has it, of Tea Ltd: see whether it is that" in text


def test_what_could_be_read_is_drafted_and_the_rest_is_an_error(cli: Cli) -> None:
    good = '{"kind": "localStorage", "name": "a", "url": "https://shop.example/"}\n'
    result = cli("suggest", stdin=(good + "{broken\n").encode())
    assert result.code == 2
    assert "<stdin>:2" in result.err


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "message"),
    [
        (("--into", "none.yaml"), DUMP, 2, "none.yaml: there is no such file\n  fix: -o none.yaml writes a new one"),
        (("-o", "catalogue.yaml"), DUMP, 2, "is there already\n  fix: --into catalogue.yaml adds"),
        (("-o", "x.yaml", "--into", "catalogue.yaml"), DUMP, 2, "give one of them"),
        (("-o", "x.txt"), DUMP, 2, "x.txt: a catalogue ends with .yaml"),
        (("-o", "no/where.yaml"), DUMP, 2, "no/where.yaml: cannot be written: No such file or directory"),
        (("--open-cookie-database", "none.csv"), DUMP, 2, "none.csv: cannot be read"),
        (("none.har",), b"", 2, "none.har: cannot be read"),
        (("-", "-"), DUMP, 2, "standard input can be read once"),
        (("--consent", "perhaps"), DUMP, 2, "perhaps"),
        ((), b"HTTP/1.1 200 OK\r\n\r\n", 4, "nothing was seen to be stored"),
        ((), b"", 4, "nothing was seen to be stored"),
    ],
)
def test_bad_input_is_one_error(shop: Cli, arguments: tuple[str, ...], stdin: bytes, code: int, message: str) -> None:
    result = shop("suggest", *arguments, stdin=stdin)
    assert (result.code, result.out) == (code, "")
    assert message in result.err
    assert "Traceback" not in result.err
