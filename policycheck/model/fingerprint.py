"""What is the same about a breach in every run: places and names without what a machine or a moment put into them."""

from __future__ import annotations

import re

_STEP = re.compile(r", seen after .*", re.DOTALL)
_POSITION = re.compile(r", (?:header \d+ of \d+|line \d+)")
_LINE = re.compile(r"(?::\d+){1,2}(?=$|\s)")
_LOOPBACK = re.compile(r"(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost|testserver)(?=[:/]|$)")
_PORT = re.compile(r"(?<=[\w\]]):\d+(?=/|$)")
_UUID = r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
_HEX = r"(?<![0-9A-Za-z])(?=[0-9A-Fa-f]*[0-9])[0-9A-Fa-f]{8,}(?![0-9A-Za-z])"
_TOKEN = r"(?<![0-9A-Za-z])(?=[A-Za-z]*[0-9])(?=[0-9a-z]*[A-Z])[0-9A-Za-z]{16,}(?![0-9A-Za-z])"  # noqa: S105
_IDENTIFIER = re.compile(f"{_UUID}|{_HEX}|{_TOKEN}")
_NUMBER = re.compile(r"(?<![A-Za-z0-9])\d+|\d{3,}")
"""``/v1`` and ``/v2`` are two places; one or two digits after a letter are part of a word."""


def digest(*parts: str) -> str:
    """16 hexadecimal digits (64 bits) of SHA-256 over ``parts``."""
    import hashlib

    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def stable_name(name: str) -> str:
    """``name`` with ``#`` for what looks like an identifier: a UUID, eight hexadecimal digits or more, a long token."""
    return _IDENTIFIER.sub("#", name)


def stable_place(where: str) -> str:
    """``where`` without positions of headers and lines, ports, and numbers; the hosts of this machine are one.

    ``GET /orders/4711  ->  Set-Cookie, header 2 of 3`` becomes ``GET /orders/#  ->  Set-Cookie``.
    """
    place = stable_host(_POSITION.sub("", _STEP.sub("", where)))
    return _NUMBER.sub("#", stable_name(_LINE.sub("", place)))


def stable_host(text: str) -> str:
    """``text`` without the ports of hosts; those of this machine are one. Nothing else goes: a host is who it is."""
    return _PORT.sub("", _LOOPBACK.sub("localhost", text))
