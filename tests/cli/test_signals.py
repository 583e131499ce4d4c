"""``policycheck signals``, and evidence whose consent is observed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policycheck.cli.options import signal_completer
from policycheck.consent.signals.registry import builtin_signals

Cli = Callable[..., Any]
VALUE = b"%7B%22analytics%22%3Atrue%2C%22matomo%22%3Afalse%7D\n"


def test_the_list_names_every_signal(cli: Cli) -> None:
    result = cli("signals")

    assert (result.code, result.err) == (0, "")
    for signal in builtin_signals():
        assert signal.key in result.out
    assert "https://" not in result.out


def test_the_list_as_json(cli: Cli) -> None:
    listed = {row["key"]: row for row in cli("signals", "-f", "json").json}

    assert list(listed) == [signal.key for signal in builtin_signals()]
    assert listed["tarteaucitron"] == {
        "key": "tarteaucitron",
        "title": "tarteaucitron.js",
        "names": [{"kind": "cookie", "name": "tarteaucitron"}],
        "categories": {},
        "source": "https://github.com/AmauriC/tarteaucitron.js, tarteaucitron.js (cookie.create)",
    }


def test_a_record_from_standard_input(cli: Cli) -> None:
    result = cli("signals", "klaro", stdin=VALUE)

    assert (result.code, result.err) == (0, "")
    assert [line.split() for line in result.out.splitlines() if line] == [
        ["signal:", "klaro"],
        ["chosen:", "yes"],
        ["analytics", "granted", "analytics"],
        ["matomo", "denied", "no", "category"],
        ["analytics", "granted"],
    ]
    assert VALUE.decode().strip() not in result.out


def test_a_record_from_a_file_as_json_with_the_settings_and_the_catalogue(shop: Cli, tmp_path: Path) -> None:
    (tmp_path / "record").write_bytes(
        b'{"categories":["matomo"],"revision":2,"consentTimestamp":"2026-01-31T10:00:00Z","expirationTime":1785578400000}'
    )
    settings = (tmp_path / "policycheck.toml").read_text()
    (tmp_path / "policycheck.toml").write_text(f'{settings}[signals.vanilla-cookieconsent]\nmatomo = "analytics"\n')

    assert shop("signals", "vanilla-cookieconsent", "record", "-f", "json").json == {
        "signal": "vanilla-cookieconsent",
        "chosen": True,
        "time": "2026-01-31T10:00:00+00:00",
        "version": "2",
        "expires": "2026-08-01T10:00:00+00:00",
        "choices": [{"key": "matomo", "choice": "granted", "categories": ["analytics"]}],
        "categories": {"necessary": "denied", "analytics": "granted", "marketing": "denied"},
    }


def test_a_record_before_any_choice(cli: Cli) -> None:
    result = cli("signals", "tarteaucitron", stdin=b"!analytics=wait")

    assert "chosen: no, nobody chose yet" in result.out
    assert [line.split() for line in result.out.splitlines()][-1] == ["analytics", "open"]


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (
            ("klro",),
            b"",
            "no signal is called 'klro'; did you mean 'klaro'?\n  all signals: policycheck signals",
        ),
        (
            ("klaro",),
            b'{"analytics":"SECRET"}',
            "<stdin>: a record of klaro cannot be read: entry 1 of the record is a text and not true or false",
        ),
        (("klaro",), b"\n", "<stdin>: a record of klaro cannot be read: it is empty"),
        (("klaro",), b"\xff\xfe", "<stdin>: is not UTF-8"),
        (("klaro", "nowhere"), b"", "nowhere: cannot be read: No such file or directory"),
    ],
)
def test_what_cannot_be_read_is_one_error(cli: Cli, arguments: tuple[str, ...], stdin: bytes, message: str) -> None:
    result = cli("signals", *arguments, stdin=stdin)

    assert (result.code, result.out, result.err) == (2, "", f"policycheck: error: {message}\n")


def test_the_value_is_no_argument(cli: Cli) -> None:
    result = cli("signals", "klaro", '{"analytics":true}')

    assert result.code == 2
    assert "cannot be read" in result.err


def test_the_shell_completes_keys() -> None:
    assert signal_completer() == [signal.key for signal in builtin_signals()]


def evidence(*records: dict[str, Any], **head: Any) -> bytes:
    lines = [{"observations": 1, **head}, *({"url": "https://shop.example/", **record} for record in records)]
    return "\n".join(map(json.dumps, lines)).encode()


GA = {"setCookie": ["_ga=1; Max-Age=2592000"]}
GRANTED = {"kind": "localStorage", "name": "klaro", "value": '{"analytics":true}'}
DENIED = {"kind": "localStorage", "name": "klaro", "value": '{"analytics":false}'}


@pytest.mark.parametrize("where", ["option", "file", "settings"])
def test_consent_is_observed_in_evidence(shop: Cli, tmp_path: Path, where: str) -> None:
    file = evidence(GA, GRANTED, GA, DENIED, GA, **({"consent": "observed"} if where == "file" else {}))
    if where == "settings":
        path = tmp_path / "policycheck.toml"
        path.write_text(f'consent = "observed"\n{path.read_text()}')
    option = ("--consent", "observed") if where == "option" else ()

    found = shop("check", "--select", "CON001,CON004", "-f", "json", *option, stdin=file).json["findings"]

    assert [(finding["code"], finding["subject"]) for finding in found] == [("CON001", "_ga"), ("CON004", "_ga")]


def test_a_record_with_consent_of_its_own_interrupts_what_is_followed(shop: Cli) -> None:
    file = evidence(GRANTED, {**GA, "consent": "refused"}, GA)

    found = shop("check", "--select", "CON", "-f", "json", "--consent", "observed", stdin=file).json["findings"]

    assert [finding["code"] for finding in found if finding["subject"] == "_ga"] == ["CON002"]


def test_one_record_cannot_be_observed(shop: Cli) -> None:
    result = shop("check", stdin=evidence({**GA, "consent": "observed"}))

    assert result.code == 2
    assert result.err == "policycheck: error: <stdin>:2: 'consent' is 'observed', which only a whole file can be\n"


def test_evidence_without_any_record_is_said_to_be(shop: Cli) -> None:
    notes = shop("check", "-f", "json", "--consent", "observed", stdin=evidence(GA)).json["notes"]

    assert [note[:60] for note in notes] == ["consent is observed, but no record of a choice was seen in t"]


def test_categories_of_the_settings_do_not_hold_for_another_catalogue(shop: Cli, tmp_path: Path) -> None:
    path = tmp_path / "policycheck.toml"
    path.write_text(f'{path.read_text()}[signals.klaro]\nmatomo = "nobodys"\n')

    assert shop("check", "-c", "pack:flask", stdin=evidence(GA)).code in {0, 1}
    result = shop("check", stdin=evidence(GA))
    assert result.code == 2
    assert "signals: klaro: matomo: the catalogue has no category 'nobodys'" in result.err
