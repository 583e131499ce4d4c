"""A visitor of the site: each page has buttons for all groups of cookies, the package's list two for each group."""

from __future__ import annotations

import os

import django

from policycheck.testing import DjangoDriver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "website.settings")
django.setup()

from website.data import GROUPS, add_cookies, prepare  # noqa: E402 - models need the settings


class Visitor(DjangoDriver):
    pages = ("/", "/news/")
    begin = staticmethod(prepare)

    def asked(self) -> bool:
        return 'id="cookie-bar"' in self.page.text

    def grant_all(self) -> None:
        self.answer("accept", "/", "all_groups", "true")

    def refuse_all(self) -> None:
        self.answer("decline", "/", "all_groups", "true")

    def grant(self, groups: tuple[str, ...]) -> None:
        for group in groups:
            self.answer("accept", "/cookies/", "cookie_groups", group)

    def withdraw(self, group: str) -> None:
        self.answer("decline", "/cookies/", "cookie_groups", group)

    def choose(self, granted: frozenset[str]) -> None:
        for group in sorted(GROUPS, key=granted.__contains__):
            (self.grant((group,)) if group in granted else self.withdraw(group))

    def revise(self, version: str) -> None:
        add_cookies()

    def answer(self, view: str, page: str, *field: str) -> None:
        if not self.tabs[-1] or self.page.path != page or not self.recorder.jar.cookie_header(self.page.url):
            self.get(page)  # anew where it is so old that its forms are dead
        for number, form in enumerate(self.forms):
            if form.action.endswith(f"/{view}/") and field in form.fields:
                self.submit(number)
                break
