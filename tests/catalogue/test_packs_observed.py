"""The packs that were observed hold to the record of the observation, and the record to the SDKs themselves."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from policycheck.catalogue.packs import open_pack
from policycheck.model.lifetime import PERSISTENT, SESSION, Lifetime

ROOT = Path(__file__).parents[2]
FIELD = ROOT / "scripts" / "field"
PAGE = ROOT / "docs" / "how-to" / "add-a-pack-from-observation.md"
SOME = ("auth0", "datadog", "firebase", "growthbook", "posthog", "segment", "snowplow")
"""What is observed by default: each kind of storage, each way to set a cookie, probes, names with random parts."""
EVERY = "POLICYCHECK_FIELD"
"""Set it to ``all`` to observe every SDK, which takes some minutes, or to the names of some."""
SDKS = sorted(folder.parent.name for folder in (FIELD / "sdks").glob("*/page.js"))


@pytest.fixture
def compare(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT))
    import scripts.field.compare

    return scripts.field.compare


def recorded(compare: Any, name: str) -> list[Any]:
    """The entries of the record, as the command had them."""
    return [
        compare.Entry(
            item=stored["name"],
            kind=stored["kind"],
            lifetimes=set(stored["lifetimes"]),
            attributes=set(stored.get("attributes", ())),
            steps=stored["steps"],
            devices=set(stored["devices"]),
            set_by=set(stored["setBy"]),
            lasting=not stored.get("transient", False),
        )
        for stored in compare.record()[name]["stored"]
    ]


def test_the_record_is_of_every_sdk_at_the_version_that_is_pinned(compare: Any) -> None:
    from scripts.field.install import label

    assert {name: entry["version"] for name, entry in compare.record().items()} == {name: label(name) for name in SDKS}


def test_what_is_pinned_is_what_the_lock_file_installs() -> None:
    locked = json.loads((FIELD / "package-lock.json").read_text("utf-8"))["packages"]
    for name in SDKS:
        for package, version in json.loads((FIELD / "sdks" / name / "package.json").read_text("utf-8"))[
            "dependencies"
        ].items():
            assert locked[f"node_modules/{package}"]["version"] == version
            assert locked[f"node_modules/{package}"]["integrity"]


@pytest.mark.parametrize("name", SDKS)
def test_the_pack_says_what_the_record_says(compare: Any, name: str) -> None:
    assert list(compare.differences(name, recorded(compare, name))) == []


class TestADifferenceIsSeen:
    """Each kind of it, from the true record of an SDK with one thing changed."""

    def test_a_name_that_the_pack_does_not_know(self, compare: Any) -> None:
        entries = [*recorded(compare, "growthbook"), compare.Entry("gb_new", "cookie", {"session"}, lasting=True)]
        assert list(compare.differences("growthbook", entries)) == ["cookie 'gb_new' is stored () and not declared"]

    def test_a_name_of_the_pack_that_no_longer_comes(self, compare: Any) -> None:
        (told,) = compare.differences("growthbook", recorded(compare, "growthbook")[1:])
        assert "'gbuuid' is declared as observed with @growthbook/growthbook" in told

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"lifetimes": {"730 days"}}, "declared for 400 days, set for 730 days"),
            ({"lifetimes": {"session"}}, "declared for 400 days, set for session"),
            ({"lifetimes": {"persistent"}}, "declared for 400 days, set for persistent"),
            ({"lasting": False}, "is gone at once, and not declared as transient"),
            ({"attributes": {"for the domain"}}, "declared hostOnly, set for the domain"),
            ({"attributes": {"for the domain", "hostOnly"}}, "declared hostOnly, set for the domain, hostOnly"),
        ],
    )
    def test_a_cookie_that_changed(self, compare: Any, change: dict[str, object], expected: str) -> None:
        cookie, *others = recorded(compare, "growthbook")
        for name, value in change.items():
            setattr(cookie, name, value)
        assert list(compare.differences("growthbook", [cookie, *others])) == [f"cookie 'gbuuid': {expected}"]

    def test_a_probe_that_stays(self, compare: Any) -> None:
        entries = recorded(compare, "unleash") + recorded(compare, "countly")
        for entry in entries:
            entry.lasting = True
        told = list(compare.differences("countly", [entry for entry in entries if entry.item.endswith("testLocal")]))
        assert told[0] == "localStorage 'cly_testLocal': declared as transient, and it stays"

    def test_a_cookie_whose_same_site_changed(self, compare: Any) -> None:
        entries = recorded(compare, "datadog")
        entries[0].attributes = {"sameSite Lax", "secure", "hostOnly"}
        assert list(compare.differences("datadog", entries)) == [
            "cookie '_dd_s_v2': declared sameSite Strict, set hostOnly, sameSite Lax, secure"
        ]


class TestFolding:
    """Writes of several devices become one entry for each name."""

    @pytest.fixture
    def writes(self, compare: Any) -> Any:
        import scripts.field.writes

        return scripts.field.writes

    def test_what_is_removed_in_the_step_that_wrote_it_is_gone_at_once(self, writes: Any) -> None:
        told = [writes.Write("cookie", "probe", "start", "a"), writes.Write("cookie", "probe", "start", "a", None)]
        (probe,) = writes.fold([*told, writes.Write("cookie", "probe", "second visit", "a"), told[1]])
        assert (probe.steps, probe.lasting) == (["start", "second visit"], True)
        (probe,) = writes.fold(told)
        assert not probe.lasting

    def test_what_lies_there_at_the_end_lasts(self, writes: Any) -> None:
        (seen,) = writes.fold([writes.Write("cookie", "id", "start", "a")])
        assert seen.lasting

    def test_one_device_on_which_it_lasts_is_enough(self, writes: Any) -> None:
        gone = [writes.Write("cookie", "id", "start", "a"), writes.Write("cookie", "id", "start", "a", None)]
        (seen,) = writes.fold([*gone, writes.Write("cookie", "id", "start", "b", "365 days", ("secure",))])
        assert seen.lasting
        assert (seen.devices, seen.lifetimes) == ({"a", "b"}, {"persistent", "365 days"})

    def test_a_deletion_of_what_was_never_stored_is_nothing(self, writes: Any) -> None:
        assert writes.fold([writes.Write("localStorage", "old", "start", "a", None)]) == []

    @pytest.mark.parametrize(
        ("seconds", "said"),
        [
            (31_535_999.2, "365 days"),
            (1_799.4, "30 minutes"),
            (3, "3 seconds"),
            (86_400, "1 day"),
            (0, None),
            (-5, None),
        ],
    )
    def test_a_lifetime_is_told_as_it_was_meant(self, writes: Any, seconds: float, said: str | None) -> None:
        assert writes.declared(Lifetime(seconds)) == said

    def test_a_lifetime_without_an_end(self, writes: Any) -> None:
        assert [writes.declared(lifetime) for lifetime in (None, SESSION, PERSISTENT)] == [
            "session",
            "session",
            "persistent",
        ]


def test_all_of_it_is_set_by_scripts(compare: Any) -> None:
    """As the reference says."""
    assert {setter for one in compare.record().values() for entry in one["stored"] for setter in entry["setBy"]} == {
        "script"
    }


def test_the_reference_is_current() -> None:
    spec = importlib.util.spec_from_file_location("packs_reference", ROOT / "docs/build/packs_reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text("utf-8") == module.render(), "run: python docs/build/packs_reference.py"


class TestThePageOnAddingAPack:
    """``add-a-pack-from-observation.md`` shows files and output as they are."""

    @pytest.mark.parametrize(("language", "file"), [("json", "package.json"), ("js", "page.js")])
    def test_its_files_are_those_of_the_sdk(self, language: str, file: str) -> None:
        assert block(language) == (FIELD / "sdks" / "unleash" / file).read_text("utf-8")

    def test_its_pack_is_the_one_in_the_box(self) -> None:
        assert block("yaml").encode("utf-8") == open_pack("unleash")

    @pytest.mark.browser
    def test_its_output_is_what_the_command_prints(self) -> None:
        command, _, shown = block("console").partition("\n")
        assert command == "$ python -m scripts.field unleash"
        done = observed("unleash")
        assert done.stdout == shown


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_an_sdk_that_does_not_exist_is_refused() -> None:
    done = run("posthog", "no-such-sdk")
    assert done.returncode == 2
    assert done.stderr.startswith("no SDK is called no-such-sdk\n  fix: one of amplitude, ")


@pytest.mark.browser
def test_the_sdks_store_what_the_packs_say() -> None:
    asked = os.environ.get(EVERY, "")
    names = SDKS if asked == "all" else asked.split() or SOME
    done = observed(*names, "--quiet", "--devices", "3" if asked else "1")
    assert done.returncode == 0, done.stdout
    assert f"{len(names)} SDKs, " in done.stdout
    assert done.stdout.rstrip().endswith(", 0 differences from the packs")


@pytest.mark.browser
def test_without_a_browser_nothing_is_observed_and_that_is_said(tmp_path: Path) -> None:
    done = observed("unleash", "--chromium", str(tmp_path / "chromium"), may_fail="executable")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("nothing could be observed: ")


def observed(*arguments: str, may_fail: str = "no reason") -> subprocess.CompletedProcess[str]:
    """The command, or a skipped test where there is no npm, no registry or no browser."""
    done = run(*arguments)
    if done.returncode == 2 and may_fail not in done.stderr:
        pytest.skip(done.stderr.strip())
    return done


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.field", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
