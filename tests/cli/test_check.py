from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]

CLEAN = b"HTTP/1.1 200 OK\r\nSet-Cookie: session=1; Path=/; Secure; HttpOnly\r\n\r\n"
LEAK = b"HTTP/2 200 \r\nset-cookie: session=1; secure\r\nset-cookie: _ga=2; max-age=60; secure\r\n\r\n"
SHOP = ("--url", "https://shop.example/cart?token=secret")


def test_what_is_declared_is_clean(shop: Cli) -> None:
    result = shop("check", *SHOP, stdin=CLEAN)

    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[-1] == "0 errors, 0 warnings, 2 notes; 1 observation in 1 response"


def test_a_finding_reads_as_documented(shop: Cli, tmp_path: Path) -> None:
    (tmp_path / "landing.txt").write_bytes(LEAK)

    result = shop("check", "landing.txt", *SHOP)

    assert result.code == 1
    assert result.out.splitlines()[:6] == [
        "CON001 stored-before-consent: cookie '_ga' (analytics) was stored before consent",
        "  where:    GET /cart  ->  Set-Cookie, header 2 of 2   (landing.txt:1)",
        "  expected: no 'analytics' storage while consent is unset   (catalogue.yaml:17)",
        "  actual:   _ga=<1 byte>; max-age=60; secure",
        "  fix:      set it after the visitor grants 'analytics', or declare it exempt and say why",
        "  why:      ePrivacy Directive Art. 5(3).  policycheck rule CON001",
    ]


def test_json_has_what_programs_rely_on(shop: Cli) -> None:
    result = shop("check", *SHOP, "--format", "json", stdin=LEAK)

    assert result.code == 1
    finding = result.json["findings"][0]
    assert {key: finding[key] for key in ("code", "name", "subject", "kind", "severity", "message", "location")} == {
        "code": "CON001",
        "name": "stored-before-consent",
        "subject": "_ga",
        "kind": "cookie",
        "severity": "error",
        "message": "cookie '_ga' (analytics) was stored before consent",
        "location": "GET /cart  ->  Set-Cookie, header 2 of 2   (<stdin>:1)",
    }


@pytest.mark.parametrize(
    ("consent", "codes"),
    [
        ("granted", []),
        ("analytics=granted", []),
        ("analytics", []),
        ("unset", ["CON001"]),
        ("refused", ["CON002"]),
        ("analytics=refused,marketing=granted", ["CON002"]),
        ("marketing", ["CON001"]),
        ("withdrawn", ["CON004"]),
    ],
)
def test_consent_is_said_on_the_command_line(shop: Cli, consent: str, codes: list[str]) -> None:
    result = shop("check", *SHOP, "--consent", consent, "-f", "json", stdin=LEAK)

    assert result.codes == codes
    assert result.code == bool(codes)


def test_consent_to_what_the_catalogue_does_not_know_is_an_error(shop: Cli) -> None:
    result = shop("check", "--consent", "analytic", stdin=LEAK)

    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "policycheck: error: the catalogue has no category 'analytic'; did you mean 'analytics'?; "
        "there are analytics, functional, marketing, necessary\n"
    )


def test_without_an_address_what_depends_on_the_host_is_left_open(shop: Cli) -> None:
    dump = b"HTTP/1.1 200 OK\nSet-Cookie: session=1; Domain=other.example; Secure\n\n"

    result = shop("check", stdin=dump)

    assert result.code == 0
    assert "note: the dump does not say which host answered" in result.out
    assert shop("check", *SHOP, "-f", "json", stdin=dump).codes == ["ATT006"]


@pytest.mark.parametrize("content", [b"", b"\n\r\n  \t", b"\xef\xbb\xbf", b"[]", b'{"observations": 1, "records": []}'])
def test_nothing_is_no_pass(shop: Cli, content: bytes) -> None:
    result = shop("check", "-", stdin=content)

    assert (result.code, result.out) == (4, "")
    assert result.err.startswith("policycheck: error: nothing could be observed: <stdin> holds no response")


@pytest.mark.parametrize("content", [b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/2 200", b'[{"status": 200}]'])
def test_a_response_without_cookies_was_observed(shop: Cli, content: bytes) -> None:
    result = shop("check", stdin=content)

    assert result.code == 0
    assert "0 observations in 1 response" in result.out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Set-Cookie: a=CANARY\n", "<stdin>:1: headers without a status line"),
        (b"\n\n<!doctype html>", "<stdin>:3: a page, not the headers of a response"),
        ("\ufeffHTTP/1.1 200 OK\r\nDate: x\r\n".encode("utf-16-le"), "<stdin>:1: UTF-16, as some shells write"),
        (b'[{"url": "x', "<stdin>:1:10: not valid JSON: Unterminated string\n"),
        (b"\x00\xff", "<stdin>:1: in no format that policycheck reads"),
        (b"HTTP/1.1 OK\n", "<stdin>:1: expected a status line"),
        (b'[{"url": "CANARY"}]', "<stdin>:1: 'url': cookies need an absolute"),
        (b'[{"url": 1}]', "<stdin>:1: 'url' must be a text"),
        (b"[1]", "<stdin>:1: a record is an object"),
        (b'{"url": "https://a.example/", "setCookie": ["a=CANARY"}', "<stdin>:1:55: not valid JSON: "),
    ],
)
def test_broken_evidence_is_one_error_with_its_line(shop: Cli, content: bytes, message: str) -> None:
    result = shop("check", stdin=content)

    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"policycheck: error: {message}")
    assert "CANARY" not in result.err


def test_what_could_be_read_is_judged_and_the_rest_is_an_error(shop: Cli) -> None:
    content = b'{"url": "https://a.example/", "setCookie": "_ga=1; Secure"}\n{"url": "CANARY"}'

    result = shop("check", "-f", "json", stdin=content)

    assert (result.code, result.codes) == (2, ["CON001"])
    assert result.err.startswith("policycheck: error: <stdin>:2: 'url': cookies need an absolute")
    assert "CANARY" not in result.err + result.out


def test_each_file_is_a_device_of_its_own(shop: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"url": "https://a.example/", "setCookie": "session=1; Secure"}]', "utf-8")
    (tmp_path / "b.txt").write_bytes(gzip.compress(b"HTTP/2 200\nset-cookie: _ga=1; Secure\n\n"))
    (tmp_path / "c.json").write_text("[]", "utf-8")

    result = shop("check", "a.json", "b.txt", "c.json", "-f", "json")

    assert [(found["subject"], found["test"]) for found in result.json["findings"] if found["code"] == "CON001"] == [
        ("_ga", "b.txt:2")
    ]
    assert result.json["summary"]["exchanges"] == 2
    assert "c.json holds no response, no request and no entry of storage" in result.json["notes"]
    assert shop("check", "a.json", "missing").err.endswith("missing: cannot be read: No such file or directory\n")
    assert shop("check", "-", "-").code == 2


def test_a_damaged_gzip_file_is_one_error(shop: Cli) -> None:
    packed = gzip.compress(CLEAN)

    assert "ends before its end" in shop("check", stdin=packed[:-9]).err
    assert "is damaged" in shop("check", stdin=packed[:-9] + bytes(9)).err
    assert shop("check", *SHOP, stdin=packed).code == 0


def test_the_format_can_be_forced(shop: Cli) -> None:
    assert "line 1" not in shop("check", "--input-format", "dump", stdin=b"[]").err
    assert shop("check", "--input-format", "dump", stdin=b"[]").code == 2
    assert shop("check", "--input-format", "observations", stdin=CLEAN).code == 2


def test_a_file_that_is_not_there(shop: Cli, tmp_path: Path) -> None:
    assert shop("check", "x.txt").err == "policycheck: error: x.txt: cannot be read: No such file or directory\n"
    assert shop("check", ".").code == 2
    assert shop("check", "a\0b").code == 2


def test_an_observations_file_needs_no_address(shop: Cli) -> None:
    result = shop("check", *SHOP, stdin=b'[{"status": 200}]')

    assert (result.code, "--url is for header dumps" in result.err) == (2, True)


@pytest.mark.parametrize("url", ["shop.example", "ftp://a.example/", "https://", "https://[x/", "", "https:///a"])
def test_an_address_must_be_absolute(shop: Cli, url: str) -> None:
    result = shop("check", "--url", url, stdin=CLEAN)

    assert (result.code, result.out) == (2, "")
    assert "absolute" in result.err or "with a host" in result.err


def test_redirects_are_followed_hop_by_hop(shop: Cli) -> None:
    dump = (
        b"HTTP/1.1 100 Continue\r\n\r\n"
        b"HTTP/1.1 303 See Other\r\nLocation: /welcome?x=1\r\nSet-Cookie: a=1\r\n\r\n"
        b"HTTP/1.1 302 Found\r\nLocation: https://pay.example/in\r\nSet-Cookie: b=1\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nSet-Cookie: c=1; Domain=pay.example\r\n\r\n"
    )

    result = shop("check", "--method", "POST", *SHOP, "--select", "INV001", "-f", "json", stdin=dump)

    assert [(f["subject"], f["location"]) for f in result.json["findings"]] == [
        ("a", "POST /cart  ->  Set-Cookie, header 1 of 1   (<stdin>:5)"),
        ("b", "GET /welcome  ->  Set-Cookie, header 1 of 1   (<stdin>:9)"),
        ("c", "GET /in  ->  Set-Cookie, header 1 of 1   (<stdin>:12)"),
    ]
    assert result.json["summary"]["exchanges"] == 3


def test_an_old_dump_is_judged_as_of_its_own_date(shop: Cli) -> None:
    dump = (
        b"HTTP/1.1 200 OK\r\nDate: Mon, 06 Jan 2020 00:00:00 GMT\r\n"
        b"Set-Cookie: _ga=1; Secure; Expires=Tue, 05 Jan 2021 00:00:00 GMT\r\n\r\n"
    )

    assert shop("check", *SHOP, "-f", "json", stdin=dump).codes == ["CON001"]


def test_rules_are_selected_and_ignored(shop: Cli) -> None:
    assert shop("check", *SHOP, "--ignore", "CON", stdin=LEAK).code == 0
    assert shop("check", *SHOP, "--select", "ATT,RET", "--select", "INV", stdin=LEAK).code == 0
    assert shop("check", *SHOP, "--select", "stored-before-consent", stdin=LEAK).code == 1
    unknown = shop("check", "--ignore", "RET01", stdin=LEAK)
    assert (unknown.code, unknown.err) == (2, "policycheck: error: no rule is called 'RET01'; did you mean 'RET001'?\n")


def test_the_least_severity_that_fails(shop: Cli, tmp_path: Path) -> None:
    plain = b"HTTP/1.1 200 OK\nSet-Cookie: session=1\n\n"

    assert shop("check", *SHOP, stdin=plain).code == 0
    assert shop("check", *SHOP, "--fail-on", "warning", stdin=plain).code == 1
    assert shop("check", *SHOP, "--fail-on", "note", stdin=CLEAN).code == 1
    with (tmp_path / "policycheck.toml").open("a") as settings:
        settings.write('fail-on = "warning"\n')
    assert shop("check", *SHOP, stdin=plain).code == 1
    assert shop("check", *SHOP, "--fail-on", "error", stdin=plain).code == 0


def test_a_waived_finding_is_shown_and_fails_nothing(shop: Cli, tmp_path: Path) -> None:
    with (tmp_path / "policycheck.toml").open("a") as settings:
        settings.write(
            '[[waivers]]\ncodes = ["CON001"]\nsubject = "_ga"\nreason = "until May"\nowner = "ann"\n'
            "expires = 2999-01-01\n"
        )

    result = shop("check", *SHOP, stdin=LEAK)

    assert result.code == 0
    assert "stored before consent   [waived]" in result.out
    assert "  waived:   by ann until 2999-01-01: until May" in result.out


def test_an_unknown_format_is_an_error_before_anything_is_read(shop: Cli) -> None:
    result = shop("check", "missing.txt", "-f", "jsn")

    assert "error: no reporter is called 'jsn'; did you mean 'json'?; there are github, gitlab, " in result.err


def test_without_a_catalogue_there_is_nothing_to_check_against(cli: Cli) -> None:
    result = cli("check", stdin=CLEAN)

    assert result.code == 2
    assert "no catalogue is named" in result.err
    assert cli("check", "-c", "pack:nothing", stdin=CLEAN).code == 2


def test_features_and_bindings_of_the_command_line(shop: Cli) -> None:
    entry = b'[{"kind": "localStorage", "name": "chat_00ff"}]'

    assert shop("check", "-f", "json", stdin=entry).codes == ["CON001", "INV002"]
    assert shop("check", "-f", "json", "--feature", "chat", "--consent", "granted", stdin=entry).codes == []
    assert shop("check", "-f", "json", "--feature", "chat=off", stdin=entry).codes == ["CON001", "INV002"]
    bound = ("--feature", "chat", "--consent", "granted", "--bind", "KEY=abcd")
    assert shop("check", "-f", "json", *bound, stdin=entry).codes == ["INV001"]
    assert shop("check", "--feature", "chatt", stdin=entry).code == 2
    assert shop("check", "--bind", "KEY", stdin=entry).code == 2
    assert shop("check", "--bind", "K=1", stdin=entry).code == 2


def test_settings_of_the_own_catalogue_do_not_hold_for_another(shop: Cli, tmp_path: Path) -> None:
    with (tmp_path / "policycheck.toml").open("a") as settings:
        settings.write('features = ["chat"]\nbindings = {KEY = "abcd"}\n')

    assert shop("check", "-c", "pack:django", stdin=b"HTTP/2 200\n\n").code == 0
    assert (
        shop(
            "check",
            "-c",
            "catalogue.yaml",
            "--consent",
            "granted",
            stdin=b'[{"kind": "localStorage", "name": "chat_abcd"}]',
        ).code
        == 0
    )


def test_observations_of_storage_and_responses_are_one_journey(shop: Cli, tmp_path: Path) -> None:
    records = [
        {"observations": 1, "consent": {"analytics": "granted"}},
        {"url": "https://shop.example/", "setCookie": ["_ga=1; Max-Age=60; Secure"], "date": "x"},
        {"kind": "localStorage", "name": "theme", "url": "https://shop.example/", "test": "step two"},
        {"url": "https://shop.example/", "setCookie": "_ga=1; Secure", "consent": "refused"},
    ]
    (tmp_path / "run.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")

    result = shop("check", "run.jsonl", "-f", "json")

    found = [(f["code"], f["subject"], f["test"]) for f in result.json["findings"] if f["severity"] == "error"]
    assert found == [("CON002", "_ga", "run.jsonl:4"), ("INV001", "theme", "step two")]
    assert shop("check", "run.jsonl", "-f", "json", "--consent", "unset").codes == ["CON001", "CON002", "INV001"]


@pytest.mark.parametrize("options", [("--select", "CAT"), ("--select", "CON", "--ignore", "CON")])
def test_a_check_without_any_rule_is_no_pass(shop: Cli, options: tuple[str, ...]) -> None:
    result = shop("check", *options, stdin=LEAK)

    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("policycheck: error: no rule is left that looks at what was stored")


def har(*entries: dict[str, Any]) -> str:
    return json.dumps({"log": {"version": "1.2", "entries": entries}})


def har_entry(second: int, cookies: str = "", sent: str = "", url: str = "https://shop.example/") -> dict[str, Any]:
    return {
        "startedDateTime": f"2026-05-01T12:00:{second:02}.000Z",
        "request": {"method": "GET", "url": url, "headers": [{"name": "Cookie", "value": sent}] if sent else []},
        "response": {
            "status": 200,
            "headers": [{"name": "Set-Cookie", "value": cookies}] if cookies else [],
            "content": {"mimeType": "text/html"},
        },
    }


def test_a_har_file_is_judged_as_a_visit(shop: Cli, tmp_path: Path) -> None:
    (tmp_path / "run.har").write_text(
        har(har_entry(0, "session=CANARY; Secure"), har_entry(1, sent="session=CANARY; _ga=CANARY")), "utf-8"
    )

    result = shop("check", "run.har", "-f", "json")

    (found,) = [one for one in result.json["findings"] if one["severity"] == "error"]
    assert (result.code, found["code"], found["subject"]) == (1, "CON001", "_ga")
    assert "in a Cookie header" in found["location"]
    assert (result.json["summary"]["exchanges"], "CANARY" in result.out) == (2, False)


def test_a_choice_is_read_from_the_cookies_that_a_har_file_shows(shop: Cli, tmp_path: Path) -> None:
    with (tmp_path / "catalogue.yaml").open("a") as catalogue:
        catalogue.write(
            "  - {name: cc_cookie, kind: cookie, category: necessary, retention: 6 months, "
            "purpose: {en: Remembers the choice.}}\n"
        )
    record = "cc_cookie=%7B%22categories%22%3A%5B%22necessary%22%2C%22analytics%22%5D%7D"
    content = har(har_entry(0), har_entry(1, sent=f"_ga=GA1; {record}"), har_entry(2, "_ga=GA2; Secure")).encode()

    assert shop("check", "-f", "json", "--consent", "observed", stdin=content).codes == []
    assert "CON001" in shop("check", "-f", "json", stdin=content).codes


def test_a_har_file_that_was_cut_off_is_judged_in_part(shop: Cli) -> None:
    content = har(har_entry(0, "_ga=1; Secure"), har_entry(1)).encode()

    result = shop("check", "-f", "json", stdin=content[:-20])

    assert (result.code, result.codes) == (2, ["CON001"])
    assert result.err.endswith("the file ends before the JSON does; was the recording cut off? (entry 2)\n")
    assert shop("check", "--input-format", "har", stdin=b'{"a": 1}').code == 2
