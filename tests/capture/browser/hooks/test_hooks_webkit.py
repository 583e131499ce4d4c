"""The same calls in WebKitGTK, which has no binding and where hooks come when the page is there already."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from policycheck.capture.browser.hooks import HookRecord, caller_of, hook_script, read_records

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [
    pytest.mark.browser,
    # Selenium's own WebKitGTK driver still starts its connection the old way.
    pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning"),
]

CALLS = json.loads((Path(__file__).parent / "calls.json").read_text("utf-8"))
LACKING = {"file system", "partitioned cookies"}
"""What WebKitGTK 2.50 does not have."""
SECRET = "a secret that no page knows"
DRAIN = f"return Function.prototype.toString.call({json.dumps(SECRET)})"


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """A screen that nobody sees."""
    if shutil.which("Xvfb") is None:
        pytest.skip("WebKitGTK needs a display: apt-get install xvfb")
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "800x600x24"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert screen.stdout is not None
    yield f":{screen.stdout.readline().decode().strip()}"
    screen.terminate()
    screen.wait(10)
    screen.stdout.close()


@pytest.fixture(scope="module")
def webkit(display: str) -> Iterator[Any]:
    selenium = pytest.importorskip("selenium.webdriver", reason="WebKitGTK is driven through Selenium")
    from selenium.webdriver.webkitgtk.service import Service

    driver_path = shutil.which("WebKitWebDriver")
    browsers = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    if driver_path is None or not browsers:
        pytest.skip("WebKitGTK's driver is not here: apt-get install webkit2gtk-driver")
    options = selenium.WebKitGTKOptions()
    options.binary_location = str(browsers[-1])
    options.add_argument("--automation")
    driver = selenium.WebKitGTK(options=options, service=Service(driver_path, env=os.environ | {"DISPLAY": display}))
    driver.set_script_timeout(20)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def told(webkit: Any, site: Any) -> Callable[[str, str], list[HookRecord]]:
    def run(part: str, call: str) -> list[HookRecord]:
        webkit.get(f"{site.url}/")
        webkit.delete_all_cookies()
        webkit.execute_script("localStorage.clear(); sessionStorage.clear()")
        webkit.execute_script(hook_script(None, SECRET, part == "reads"))
        failed = webkit.execute_async_script(
            f"""const done = arguments[arguments.length - 1];
            (async () => {{ {CALLS["before"]} {call} }})().then(() => setTimeout(done, 50), (error) => done(String(error)))"""
        )
        assert failed is None
        found = read_records(webkit.execute_script(DRAIN))
        assert all(isinstance(record, HookRecord) for record in found)
        return [record for record in found if isinstance(record, HookRecord)]

    return run


@pytest.mark.parametrize(
    "row",
    [
        f"{part}: {name}"
        for part in ("writes", "reads")
        for name, (_, _, *needs) in CALLS[part].items()
        if LACKING.isdisjoint(needs)
    ],
)
def test_each_call_is_told_by_webkit(told: Callable[[str, str], list[HookRecord]], shown: Any, row: str) -> None:
    part, _, name = row.partition(": ")
    call, expected, *_ = CALLS[part][name]
    assert [shown(record) for record in told(part, call)] == expected


def test_webkit_names_the_caller_and_shows_natives(
    webkit: Any, told: Callable[[str, str], list[HookRecord]], site: Any
) -> None:
    site.files["/caller.js"] = b"function write() {\n  localStorage.setItem('a', 'b');\n}\nwrite();"
    (record,) = told(
        "writes",
        """await new Promise((done) => { const s = document.createElement('script'); s.src = '/caller.js'; s.onload = done;
        document.body.append(s) })""",
    )
    assert caller_of(record.stack, record.frame) == (f"{site.url}/caller.js", 2)
    texts = webkit.execute_script(
        "return [Storage.prototype.setItem, Function.prototype.toString].map((each) => [String(each), each.name, each.length])"
    )
    assert texts == [
        ["function setItem() {\n    [native code]\n}", "setItem", 2],
        ["function toString() {\n    [native code]\n}", "toString", 0],
    ]
