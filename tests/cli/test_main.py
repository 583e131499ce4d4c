"""The program as a whole: exit codes, errors, streams, what it imports."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint, version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from policycheck.cli.main import main
from policycheck.errors import PluginError
from policycheck.plugins.hookspecs import hookimpl

Cli = Callable[..., Any]
PROGRAM = [sys.executable, "-m", "policycheck"]


def run(*arguments: str, cwd: Path | None = None, **settings: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, cwd=cwd, timeout=60, check=False, **settings)


def test_the_version(cli: Cli) -> None:
    result = cli("--version")

    assert (result.code, result.out, result.err) == (0, f"policycheck {version('policycheck')}\n", "")


def test_the_help_names_every_command_and_the_exit_codes(cli: Cli) -> None:
    result = cli("--help")

    assert (result.code, result.err) == (0, "")
    for word in (
        "check",
        "validate",
        "explain",
        "rule",
        "law",
        "packs",
        "profiles",
        "schema",
        "plugins",
        "completion",
        "4 nothing could",
    ):
        assert word in result.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "a command is missing"),
        (("chekc",), "argument COMMAND: 'chekc' is unknown; did you mean 'check'?"),
        (("check", "--nope"), "unrecognized arguments: --nope"),
        (("explain", "a", "b"), "unrecognized arguments: b"),
        (("explain",), "the following arguments are required: NAME"),
        (("check", "--fail-on", "errors"), "argument --fail-on: 'errors' is unknown; did you mean 'error'?"),
        (("check", "--feature", "=on"), "argument --feature: '=on' is not NAME, NAME=on or NAME=off"),
        (("check", "--feature", "a=yes"), "argument --feature: 'a=yes' is not NAME, NAME=on or NAME=off"),
        (("check", "--bind", "a="), "argument --bind: 'a=' is not NAME=VALUE"),
        (("check", "--select", "CON,,RET"), "argument --select: 'CON,,RET' holds an empty name"),
        (("check", "--catalog", "x"), "unrecognized arguments: --catalog"),
        (("check", "--\x1b[31m\udcff"), "unrecognized arguments: --\\x1b[31m\\udcff"),
    ],
)
def test_a_wrong_command_line_is_code_2_with_one_clear_line(cli: Cli, arguments: tuple[str, ...], message: str) -> None:
    result = cli(*arguments)

    assert (result.code, result.out) == (2, "")
    assert result.err.split("\n")[0].startswith(f"policycheck: error: {message}")
    assert "usage: policycheck" in result.err


def test_a_broken_settings_file_is_code_2(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "policycheck.toml").write_text("catalog = 'x'")

    for command in (["check"], ["validate"], ["explain", "a"], ["rule"], ["packs"], ["plugins"]):
        result = cli(*command)
        assert (result.code, result.out) == (2, "")
        assert "policycheck.toml:1:1: catalog: is not a setting; did you mean 'catalogue'?" in result.err


def test_a_bug_is_code_3_and_shows_no_values(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode() -> None:
        raise KeyError("CANARY")

    monkeypatch.setattr("policycheck.cli.options.open_project", lambda args: explode())
    result = cli("rule")
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith("policycheck: error: internal error: KeyError at test_main.py:")
    assert "POLICYCHECK_DEBUG=1" in result.err
    assert "CANARY" not in result.err

    monkeypatch.setenv("POLICYCHECK_DEBUG", "1")
    debugged = cli("rule")
    assert debugged.code == 3
    assert "in explode" in debugged.err
    assert "CANARY" not in debugged.err


def test_debugging_shows_where_an_error_came_from(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYCHECK_DEBUG", "1")

    result = cli("check", "missing.txt", "-c", "pack:flask")

    assert result.err.startswith("policycheck: error: missing.txt: cannot be read: No such file or directory\n")
    assert "traceback of FileNotFoundError" in result.err
    assert "traceback of CaptureError" in result.err


def test_a_module_that_is_missing_is_named(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "policycheck.engine.settings", None)

    assert "internal error: ModuleNotFoundError (policycheck.engine.settings) at " in cli("rule").err


@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], ["check", "--help"], ["schema"], ["nope"], []],
    ids=lambda words: " ".join(words) or "nothing",
)
def test_what_needs_no_catalogue_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys; from policycheck.cli.main import main; main(sys.argv[1:]); "
        "print([m for m in ('pydantic', 'jsonschema', 'yaml', 'rich', 'argcomplete', 'pytest') if m in sys.modules],"
        " file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)

    assert done.stderr.splitlines()[-1] == "[]"


def test_python_dash_m_is_the_program() -> None:
    done = run("--version")

    assert (done.returncode, done.stdout) == (0, f"policycheck {version('policycheck')}\n".encode())


def test_output_is_utf_8_on_any_locale(tmp_path: Path) -> None:
    text = "catalogue: 1\nitems:\n  - {name: žeton, kind: cookie, category: necessary, retention: session, purpose: {en: x}}\n"
    (tmp_path / "c.yaml").write_text(text, "utf-8")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    done = run("explain", "žeton", "-c", "c.yaml", cwd=tmp_path, env=environment)

    assert done.returncode == 0
    assert "cookie 'žeton' is declared by žeton   (c.yaml:3)" in done.stdout.decode("utf-8")


def test_a_reader_that_goes_away_changes_nothing(tmp_path: Path) -> None:
    dump = b"HTTP/2 200\n" + b"".join(b"set-cookie: c%d=1\n" % n for n in range(2_000)) + b"\n"
    (tmp_path / "dump.txt").write_bytes(dump)

    with subprocess.Popen(
        [*PROGRAM, "check", "dump.txt", "-c", "pack:flask"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        errors = process.stderr.read()

    assert (process.returncode, errors) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_error(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*PROGRAM, "schema"], stdout=full, stderr=subprocess.PIPE, cwd=tmp_path, check=False)

    assert done.returncode == 2
    assert done.stderr.startswith(b"policycheck: error: cannot write to standard output: ")


def test_closed_streams_are_survived(tmp_path: Path) -> None:
    done = subprocess.run(f"{sys.executable} -m policycheck schema >&- 2>&- <&-", shell=True, cwd=tmp_path, check=False)
    assert done.returncode == 0
    done = subprocess.run(
        f"{sys.executable} -m policycheck check -c pack:flask >&- 2>&- <&-", shell=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 2


def test_ctrl_c_is_code_130(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "check", "-c", "pack:flask"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        # A suite that runs in the background of a shell inherits that Ctrl-C is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - nothing is forked from a thread
    ) as process:
        assert process.stdin is not None
        process.stdin.write(b"HTTP/2 200\n")
        process.stdin.flush()
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)

    assert process.returncode == 130
    assert errors == b"policycheck: error: interrupted\n"


class Extension:
    @hookimpl
    def policycheck_commands(self, subparsers: Any) -> None:
        parser = subparsers.add_parser("hello", help="greet")
        parser.add_argument("who")
        parser.set_defaults(run=self.greet)

    def greet(self, args: Any) -> int:
        print("hello", args.who)
        return 0


def install(monkeypatch: pytest.MonkeyPatch, plugin: object) -> None:
    """Make ``plugin`` look like one of an installed distribution."""
    monkeypatch.setitem(sys.modules, "shop_policies", SimpleNamespace(plugin=plugin))
    point = EntryPoint("shop", "shop_policies:plugin", "policycheck")
    distribution = SimpleNamespace(metadata={"Name": "pluggy"}, entry_points=[point])
    monkeypatch.setattr("policycheck.plugins.manager.distributions", lambda: [distribution])


def test_a_plugin_brings_a_command(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, Extension())

    assert (cli("hello", "ann").code, cli("hello", "ann").out) == (0, "hello ann\n")
    assert "hello" in cli("--help").out
    assert cli("plugins", "-f", "json").json[1] == {
        "distribution": "pluggy",
        "version": version("pluggy"),
        "entryPoint": "shop = shop_policies:plugin",
        "hooks": ["policycheck_commands"],
    }


def test_a_broken_plugin_is_named_and_does_not_hide_the_help(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    class Misspelled:
        @hookimpl
        def policycheck_rulez(self) -> Iterable[Any]:
            return ()

    install(monkeypatch, Misspelled())
    help_text = cli("--help")
    assert help_text.code == 0
    assert "commands:" in help_text.out
    assert "warning: plugin 'shop' of the distribution 'pluggy' (shop_policies:plugin) cannot be used" in help_text.err

    for arguments in (("rule",), ("plugins",), ("hello",)):
        result = cli(*arguments)
        assert (result.code, result.out) == (2, "")
        assert "plugin 'shop' of the distribution 'pluggy'" in result.err
        assert "policycheck_rulez" in result.err


def test_a_plugin_that_fails_later_is_named_too(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        @hookimpl
        def policycheck_rules(self) -> Iterable[Any]:
            raise ValueError("CANARY")

        @hookimpl
        def policycheck_commands(self, subparsers: Any) -> None:
            raise ValueError("CANARY")

    install(monkeypatch, Failing())

    result = cli("rule")
    assert result.code == 2
    assert "plugin 'pluggy:shop' failed in policycheck_rules with ValueError (test_main.py:" in result.err
    other = cli("hello")
    assert (other.code, "policycheck_commands" in other.err) == (2, True)
    assert "CANARY" not in result.err + other.err


def test_a_command_may_raise_an_error_of_ours(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(Extension):
        def greet(self, args: Any) -> int:
            raise PluginError("not today")

    install(monkeypatch, Refusing())

    assert (cli("hello", "ann").code, cli("hello", "ann").err) == (2, "policycheck: error: not today\n")


def test_arguments_default_to_those_of_the_program(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(sys, "argv", ["policycheck", "--version"])

    assert main() == 0
    assert capsys.readouterr().out.startswith("policycheck ")


def test_completion_offers_commands_rules_packs_and_formats(tmp_path: Path) -> None:
    def offered(line: str) -> set[str]:
        results = tmp_path / "results"
        environment = {
            **os.environ,
            "_ARGCOMPLETE": "1",
            "_ARGCOMPLETE_STDOUT_FILENAME": str(results),
            "_ARGCOMPLETE_IFS": "\n",
            "COMP_LINE": line,
            "COMP_POINT": str(len(line)),
        }
        code = "import sys; from policycheck.cli.main import main; sys.argv[0] = 'policycheck'; main()"
        subprocess.run([sys.executable, "-c", code], env=environment, cwd=tmp_path, check=False, timeout=60)
        return set(results.read_text().replace("\\", "").split("\n"))

    assert {"check", "validate", "explain"} <= {word.strip() for word in offered("policycheck ")}
    assert {word.strip() for word in offered("policycheck rule CON00")} >= {"CON001", "CON002"}
    assert {"smartsupp"} <= {word.strip() for word in offered("policycheck packs sma")}
    assert {"text", "json"} <= {word.strip() for word in offered("policycheck check --format ")}
    assert any("pack:django" in word for word in offered("policycheck check --catalogue "))


def test_standard_input_that_is_a_terminal_is_no_evidence(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("policycheck.cli.input.sys", SimpleNamespace(stdin=Terminal()))

    result = cli("check", "-c", "pack:flask")

    assert result.code == 2
    assert "standard input is a terminal" in result.err
