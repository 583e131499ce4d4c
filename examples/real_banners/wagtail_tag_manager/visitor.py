"""A visitor of the site, with what the package's script does in each page: it shows the bar, and loads tags."""

from __future__ import annotations

import json
import os
import re
from base64 import b64decode
from urllib.parse import unquote

import django

from policycheck.testing import DjangoDriver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "website.settings")
django.setup()

from website.data import TYPES, prepare, publish_conditions  # noqa: E402 - models need the settings

ASSIGNED = re.compile(r'document\.cookie = "(.*?)"')


class Visitor(DjangoDriver):
    pages = ("/", "/news/")
    begin = staticmethod(prepare)
    bar = False

    def visit(self, page: str) -> None:
        self.get(page)
        self.script()

    def choose(self, granted: frozenset[str]) -> None:
        if not (self.tabs[-1] and self.bar and "csrftoken" in self.cookies()):
            self.visit("/wtm/manage/")  # by the link of each page
        self.submit(0 if self.bar else 1, **{name: name in granted for name in TYPES})
        self.script()

    def asked(self) -> bool:
        return self.bar

    def revise(self, version: str) -> None:
        publish_conditions()

    def cookies(self) -> dict[str, str]:
        header = self.recorder.jar.cookie_header(f"{self.base_url}/") or ""
        return dict(pair.split("=", 1) for pair in header.split("; ") if pair)

    def script(self) -> None:
        cookies = self.cookies()
        state = json.loads(b64decode(unquote(cookies["wtm"])))["state"]
        self.bar = any(word in ("unset", "pending") for word in state.values())
        with self.scripted():
            answer = self.post(
                "/wtm/lazy/",
                json={"pathname": self.page.path, "trigger": None},
                headers={"X-CSRFToken": cookies["csrftoken"]},
            )
        tags = [tag["string"] for tag in json.loads(answer.text)["tags"]]
        for assignment in ASSIGNED.findall("\n".join((self.page.text, *tags))):
            self.document_cookie(assignment)
