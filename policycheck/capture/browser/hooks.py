"""The script that watches a document or worker from the inside, and what it tells.

``hooks_*.js`` run before any script of the page and wrap each function that writes to the device. Its records come from
a realm that the page controls: whoever finds the binding can write nonsense into it, so nothing here trusts a record.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final, Literal, TypeAlias, cast, get_args

from policycheck.model.storage import StorageKind

HookOp: TypeAlias = Literal["store", "access", "delete", "clear"]
Realm: TypeAlias = Literal["window", "worker", "sharedWorker", "serviceWorker"]

_OPS: Final = frozenset(get_args(HookOp))
_REALMS: Final = frozenset(get_args(Realm))
_KINDS: Final = frozenset(StorageKind) - {StorageKind.WEB}
_PARTS: Final = (
    "natives",
    "errors",
    "records",
    "wrapping",
    "cookies",
    "webstorage",
    "indexeddb",
    "caches",
    "files",
)
"""The body of the script, in this order: each leans on those before it."""
_SHARED: Final = ("stack", "frame", "realm", "origin")
_LARGEST: Final = 1 << 53
_LONGEST_TEXT: Final = 65_536
_LONGEST_STACK: Final = 16_384
_LONGEST_URL: Final = 1 << 20
_LONGEST_LINE: Final = 9
"""Digits."""
_INSIDE: Final = frozenset({"delete", "clear", "cursor.delete", "cache.delete"})


@dataclass(frozen=True, slots=True)
class HookRecord:
    """One call that wrote to the device, or read from it.

    ``name`` is None for ``clear`` and for ``document.cookie``, whose ``text`` says all: of a store what the page set it
    to (RFC 6265bis, as in a Set-Cookie header), of an access the names of the cookies, parted by ``"; "``. ``length``
    is that of the whole value in UTF-8 octets; the value itself is cut after 65,536 characters. ``error`` names the
    exception with which the call failed. ``settled`` is False when the page was left before the outcome was known.
    ``time`` is in milliseconds since 1970 by the clock of the page; ``stack`` is what the engine prints, at most six
    frames, the caller first.
    """

    kind: StorageKind
    op: HookOp
    name: str | None
    value: str | None = field(repr=False)
    length: int | None
    text: str | None = field(repr=False)
    via: str
    store: str | None
    error: str | None
    time: float
    stack: str = field(repr=False)
    frame: str = field(repr=False)
    realm: Realm
    origin: str
    settled: bool = True

    @property
    def inside(self) -> bool:
        """Whether something inside the entry was deleted: a key of an object store, a response of a cache."""
        return self.op == "delete" and self.via in _INSIDE


@dataclass(frozen=True, slots=True)
class Lost:
    """Records that did not arrive: ``count`` of them came too thick, failed, or made no sense."""

    count: int


def hook_script(binding: str | None, secret: str, reads: bool) -> str:
    """What each realm runs first. ``binding`` is the global function that takes records, None where there is none.

    ``secret`` opens the way in (``Function.prototype.toString.call(secret)``) and must not be guessed by a page.
    ``reads`` says whether reading is told as well.
    """
    # The name of the script stands in stacks, so it must not be the secret.
    marker = f"_{sha256(secret.encode()).hexdigest()[:24]}"
    settings = json.dumps({"binding": binding, "secret": secret, "marker": marker, "reads": reads})
    return f'((settings) => {{\n"use strict";\n{_body()}}})({settings});\n//# sourceURL={marker}\n'


@cache
def _body() -> str:
    folder = files("policycheck.capture.browser")
    return "\n".join(folder.joinpath(f"hooks_{part}.js").read_text("utf-8") for part in _PARTS)


def read_records(text: str) -> list[HookRecord | Lost]:
    """The records in one message of a realm. Never raises: what is no record is counted as lost, in its place."""
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return [Lost(1)]
    if not isinstance(found, list):
        return [Lost(1)]
    records: list[HookRecord | Lost] = []
    shared: dict[str, object] = {}
    for item in cast("list[object]", found):
        if not isinstance(item, dict):
            records.append(Lost(1))
            continue
        # Where a record has no place or stack, it has those of the one before.
        record = shared | cast("dict[str, object]", item)
        shared = {key: record[key] for key in _SHARED if key in record}
        records.append(_read(record) or Lost(1))
    return records


def _read(record: dict[str, object]) -> HookRecord | Lost | None:
    if "lost" in record:
        count = record["lost"]
        return Lost(count) if type(count) is int and 0 < count < 1 << 31 else None
    kind, op, realm, time, length = (record.get(key) for key in ("kind", "op", "realm", "time", "length"))
    if not (isinstance(kind, str) and isinstance(op, str) and isinstance(realm, str)):
        return None
    if kind not in _KINDS or op not in _OPS or realm not in _REALMS:
        return None
    if isinstance(time, bool) or not isinstance(time, int | float) or not 0 <= time < _LARGEST:
        return None
    if length is not None and not (type(length) is int and 0 <= length < _LARGEST):
        return None
    texts = _texts(record)
    if texts is None or not _complete(op, kind, texts):
        return None
    value = texts["value"]
    return HookRecord(
        kind=StorageKind(kind),
        op=cast("HookOp", op),
        name=texts["name"],
        value=value,
        length=len(value.encode()) if length is None and value is not None else length,
        text=texts["text"],
        via=texts["via"] or "",
        store=texts["store"],
        error=texts["error"],
        time=float(time),
        stack=texts["stack"] or "",
        frame=texts["frame"] or "",
        realm=cast("Realm", realm),
        origin=texts["origin"] or "null",
        settled=record.get("settled") is not False,
    )


_TEXTS: Final = {
    "name": _LONGEST_TEXT,
    "value": _LONGEST_TEXT,
    "text": _LONGEST_TEXT,
    "via": 64,
    "store": _LONGEST_TEXT,
    "error": 256,
    "stack": _LONGEST_STACK,
    "frame": _LONGEST_URL,
    "origin": _LONGEST_URL,
}
# A page may name an entry with half a character; USVString, which the rest of the platform takes, has U+FFFD there.
_LONE: Final = re.compile(r"[\ud800-\udfff]")


def _texts(record: dict[str, object]) -> dict[str, str | None] | None:
    """The texts of a record, None for those that it does not have; None in all where one is no text, or too long."""
    texts: dict[str, str | None] = {}
    for key, longest in _TEXTS.items():
        value = record.get(key)
        if value is None:
            texts[key] = None
        elif isinstance(value, str) and len(value) <= longest:
            texts[key] = _LONE.sub("\N{REPLACEMENT CHARACTER}", value)
        else:
            return None
    return texts


def _complete(op: str, kind: str, texts: dict[str, str | None]) -> bool:
    """Whether a record names what it is about."""
    if not texts["via"] or not texts["frame"]:
        return False
    if kind == StorageKind.COOKIE:
        return texts["text"] is not None
    return op == "clear" or texts["name"] is not None


_POSITION: Final = re.compile(r"(?P<url>.+?):(?P<line>\d+)(?::\d+)?")
_SCHEME: Final = re.compile(r"(?:https?|file|data|blob|about|[a-z-]+-extension):", re.IGNORECASE)
_AFTER_NAME: Final = re.compile(rf"@(?={_SCHEME.pattern})", re.IGNORECASE)
_SPIDERMONKEY_EVAL: Final = re.compile(r" line (?P<line>\d+) > .*")


def caller_of(stack: str, frame: str) -> tuple[str | None, int | None]:
    """The script that made a call, and the line in it: URL and line of the first frame that has a URL.

    Reads what V8, SpiderMonkey and JavaScriptCore print. Code that was evaluated counts as where it was evaluated.
    ``frame`` is the URL of the document, and stands for scripts written into one without an address (``about:``).
    (None, None) where no frame says more than a name.
    """
    for line in stack.splitlines():
        text = line.strip()
        place = _v8(text[3:]) if text.startswith("at ") else _named(text)
        # The outermost evaluation comes last, and is the one that stands in a file.
        evaluated = _SPIDERMONKEY_EVAL.search(place)
        if evaluated:
            url, number = place[: evaluated.start()], evaluated["line"]
        elif position := _POSITION.fullmatch(place):
            url, number = position["url"], position["line"]
        else:
            continue
        if _SCHEME.match(url) and len(number) <= _LONGEST_LINE:
            return (frame if url.lower().startswith("about:") else url), int(number)
    return None, None


def _v8(text: str) -> str:
    """The place in ``async name (place)``, or ``name (eval at name (place), ...)``; a URL holds no space."""
    if not text.endswith(")") or " (" not in text:
        return text.removeprefix("async ")
    inside = text[text.rindex(" (") + 2 : -1]
    return inside.partition("), ")[0] if " (eval at " in text else inside


def _named(text: str) -> str:
    """The place in ``name@place``."""
    at = _AFTER_NAME.search(text)
    return text[at.end() :] if at else text
