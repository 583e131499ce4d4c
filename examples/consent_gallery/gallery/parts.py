"""What the applications of the gallery share, and what is right about them: the record of the choice, the page with its
banner, what each category stores, and how it is erased. What is wrong stands in each application's own file."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

ORIGIN = "https://www.gallery.example"
DOMAIN = "gallery.example"
PAGES = ("/", "/blog/")
CATEGORIES = ("functional", "analytics", "marketing")
DAY = 86_400
SIX_MONTHS = 181 * DAY
"""The shortest six months of a calendar."""


class Answer(Protocol):
    """What responses of Flask, of Starlette and of :class:`gallery.plain.PlainAnswer` have in common."""

    @property
    def set_cookie(self) -> Callable[..., None]: ...

    @property
    def delete_cookie(self) -> Callable[..., None]: ...


@dataclass
class Settings:
    """What whoever runs the site may change: the version of the catalogue that visitors are shown."""

    version: str = "1"


@dataclass(frozen=True)
class Choice:
    """What a visitor chose, when, and about which version of the catalogue."""

    granted: frozenset[str]
    time: int
    version: str

    @property
    def text(self) -> str:
        """The value of the record."""
        return f"{self.time}:{'.'.join(sorted(self.granted))}:{self.version}"

    @property
    def seconds_left(self) -> int:
        """How long it still counts."""
        return self.time + SIX_MONTHS - int(time.time())


def decide(granted: Iterable[str], version: str) -> Choice:
    """The choice that a visitor makes now. What is no category is passed over."""
    return Choice(frozenset(granted).intersection(CATEGORIES), int(time.time()), version)


def amend(before: Choice | None, granted: Iterable[str], named: Iterable[str], version: str) -> Choice:
    """The choice after a form that names some categories alone. It is as old as what it keeps of ``before``."""
    choice = decide(granted, version)
    return choice if before is None or before.granted.issubset(named) else replace(choice, time=before.time)


def write_choice(answer: Answer, choice: Choice) -> None:
    """Keep ``choice`` on the device, for as long as it counts."""
    answer.set_cookie("choice", choice.text, max_age=choice.seconds_left, secure=True, httponly=True, samesite="Lax")


def read_choice(cookies: Mapping[str, str]) -> Choice | None:
    """The choice that lies on the device, whatever its age and version; None without one."""
    made, _, rest = cookies.get("choice", "").partition(":")
    granted, _, version = rest.partition(":")
    return Choice(frozenset(filter(None, granted.split("."))), int(made), version) if made.isdecimal() else None


def valid_choice(cookies: Mapping[str, str], version: str) -> Choice | None:
    """The choice that counts; None where the visitor has to be asked."""
    choice = read_choice(cookies)
    return choice if choice and choice.version == version and choice.seconds_left > 0 else None


@dataclass(frozen=True)
class Entry:
    """A cookie that needs consent, and where it lies. ``fixed``: it is sent once, and its end stays."""

    name: str
    category: str
    path: str = "/"
    domain: str | None = None
    fixed: bool = False


ENTRIES = (
    Entry("text_size", "functional"),
    Entry("stats", "analytics"),
    Entry("blog_stats", "analytics", path="/blog"),
    Entry("first_seen", "analytics", fixed=True),
    Entry("ads", "marketing", domain=DOMAIN),
)
OTHERS = (Entry("read_before", "analytics"), Entry("banner_test", "analytics"))
"""Of single applications."""


def store(answer: Answer, cookies: Mapping[str, str], choice: Choice | None, granted: Collection[str] = ()) -> None:
    """Store what ``choice`` allows (or, without one, what ``granted`` names); nothing that outlives the choice."""
    seconds = choice.seconds_left if choice else SIX_MONTHS
    allowed = choice.granted if choice else granted
    for entry in ENTRIES:
        if entry.category in allowed and not (entry.fixed and entry.name in cookies):
            put(answer, entry, seconds)


def put(answer: Answer, entry: Entry, seconds: int) -> None:
    """Store one entry for ``seconds``."""
    answer.set_cookie(entry.name, "1", max_age=seconds, path=entry.path, domain=entry.domain, secure=True)


def erase(answer: Answer, keep: Collection[str] = ()) -> None:
    """Erase what belongs to other categories than ``keep``, wherever it lies."""
    for entry in (*ENTRIES, *OTHERS):
        if entry.category not in keep:
            answer.delete_cookie(entry.name, path=entry.path, domain=entry.domain)


def settle(answer: Answer, cookies: Mapping[str, str], choice: Choice | None) -> None:
    """What each page does with ``choice``, None for a visitor who has to be asked: store, or clear up after it."""
    if choice is None and "choice" in cookies:
        answer.delete_cookie("choice")
        erase(answer)
    store(answer, cookies, choice)


def accept(answer: Answer, choice: Choice) -> None:
    """What follows from a choice that was just made: it is remembered, and the rest is erased."""
    write_choice(answer, choice)
    erase(answer, keep=choice.granted)


BANNER = """<form method="post" action="/consent" aria-label="Cookies">
  <p>We would like to store more than we need.</p>
  <button name="category" value="all">Accept all</button> <button name="category" value="">Reject all</button>
</form>
"""
SCRIPT = """<script data-write="{write}" data-clear="{clear}">
  const told = document.currentScript.dataset;
  for (const key of told.clear.split(" ")) localStorage.removeItem(key);
  for (const key of told.write.split(" ")) if (key) localStorage.setItem(key, "1");
</script>
"""


def html(granted: Collection[str] | None, *, clear: bool = True) -> str:
    """The page. ``granted`` is None for a visitor who has to be asked. Its script keeps web storage to the choice."""
    ads = "marketing" in (granted or ())
    script = SCRIPT.format(write="ads_profile" if ads else "", clear="" if ads or not clear else "ads_profile")
    body = f"<h1>The magazine</h1>\n{BANNER if granted is None else ''}<a href='/privacy'>Cookies</a>\n{script}"
    return f"<!doctype html>\n<html lang='en'>\n<title>The magazine</title>\n{body}</html>\n"


def page_for(choice: Choice | None) -> str:
    """The page for a visitor with ``choice``."""
    return html(choice.granted if choice else None)
