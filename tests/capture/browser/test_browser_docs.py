"""The programs of the how-to page run as they stand there, but for the address and the browser of this machine."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[3] / "docs/how-to/watch-a-browser.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

pytestmark = pytest.mark.browser


def program(block: str, site: str, chromium: tuple[str, list[str]]) -> str:
    path, flags = chromium
    options = "".join(f"options.add_argument({flag!r})\n" for flag in flags) + f"options.binary_location = {path!r}\n"
    driver = f"webdriver.Chrome(options=options, service=webdriver.ChromeService({shutil.which('chromedriver')!r}))"
    replaced = {
        "http://localhost:8000/": f"{site}/index.html",
        "chromium.launch()": f"chromium.launch(executable_path={path!r}, args={flags!r})",
        "driver = webdriver.Chrome(options=options)\n": f"{options}driver = {driver}\n",
    }
    for old, new in replaced.items():
        block = block.replace(old, new)
    return block


@pytest.mark.parametrize("number", range(3))
def test_the_programs_of_the_page(
    number: int, contract_site: str, chromium: tuple[str, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    if "selenium" in BLOCKS[number] and shutil.which("chromedriver") is None:
        pytest.skip("chromedriver is not on this machine")
    names: dict[str, object] = {"__name__": "__main__"}
    exec(program(BLOCKS[number], contract_site, chromium), names)
    said = capsys.readouterr().out
    if number == 1:
        assert int(said.split()[0]) > 3
        return
    assert "store cookie 'early_cookie' by /index.html  ->  shop.localhost:" in said
    assert "store localStorage 'early_method' by /index.html  ->  shop.localhost:" in said
    exec(BLOCKS[3], names)
    assert (
        "not observed: Set-Cookie of the script of a service worker: found at the next look" in capsys.readouterr().out
    )


def test_the_page_has_no_other_programs() -> None:
    assert len(BLOCKS) == 4
