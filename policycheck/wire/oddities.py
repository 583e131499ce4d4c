"""What is odd about a Set-Cookie header as a whole, looked at only when a cheap test says that something may be."""

from __future__ import annotations

import re

from policycheck.model.cookie import Anomaly, AnomalyKind
from policycheck.wire.folding import looks_folded
from policycheck.wire.text import first_control, octets

MAX_PAIR_OCTETS = 4096

_SURROGATE = re.compile("[\ud800-\udfff]")


def whole_header_anomalies(text: str, name: str, value: str) -> list[Anomaly]:
    """Judge the text, and the name and value that were read from it. Details give positions and lengths alone."""
    found: list[Anomaly] = []
    control = first_control(text)
    if control is not None:
        kind = AnomalyKind.CONTROL_CHARACTER
        found.append(Anomaly(kind, f"%x{ord(text[control]):02X} at character {control} of {len(text)}"))
    if not text.isascii():
        found.append(Anomaly(AnomalyKind.NON_ASCII, _count(sum(not c.isascii() for c in text), "character")))
        surrogates = len(_SURROGATE.findall(text))
        if surrogates:
            found.append(Anomaly(AnomalyKind.UNDECODABLE, _count(surrogates, "lone surrogate")))
    if not name:
        found.append(Anomaly(AnomalyKind.NAMELESS if value else AnomalyKind.EMPTY, ""))
    size = octets(name) + octets(value)
    if size > MAX_PAIR_OCTETS:
        found.append(Anomaly(AnomalyKind.OVERSIZED, f"{size} octets"))
    folded_pair = ", " in value and looks_folded(value)
    if folded_pair or _line_break_inside(text):
        found.append(Anomaly(AnomalyKind.FOLDED, "several cookies in one header, by the look of it"))
    return found


def _line_break_inside(text: str) -> bool:
    return "\n" in text.strip() or "\r" in text.strip()


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
