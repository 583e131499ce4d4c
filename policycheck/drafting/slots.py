"""What may stand in one place of a name, told from the texts that were seen there: the narrowest pattern, or none."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from policycheck.drafting.tokens import Kind, changes, is_hex

_HEX8 = "[0-9a-f]"


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that varies. ``label`` is what its placeholder may be called, ``pattern`` in RE2 syntax."""

    label: str
    pattern: str


_RECOGNISED = {
    Kind.EMAIL: Slot("EMAIL", "[A-Za-z0-9._+-]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+"),
    Kind.DATE: Slot("DATE", "[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    Kind.ADDRESS: Slot("IP_ADDRESS", "[0-9]{1,3}([.][0-9]{1,3}){3}"),
}


def slot_of(kind: Kind, texts: Collection[str]) -> Slot | None:
    """The slot for ``texts``, all different and of one kind; None where they are rather words that a person chose."""
    if kind is Kind.UUID:
        digit = _digit(texts)
        return Slot("UUID", f"{digit}{{8}}-{digit}{{4}}-{digit}{{4}}-{digit}{{4}}-{digit}{{12}}")
    if kind in _RECOGNISED:
        return _RECOGNISED[kind]
    if len(texts) < 2:
        return None
    lengths = {len(text) for text in texts}
    shortest, same = min(lengths), len(lengths) == 1
    if all(map(str.isdigit, texts)):
        return _number(texts, shortest, same=same)
    if any(map(str.isalpha, texts)) and not _all_hex(texts) and not all(map(str.isalpha, texts)):
        return None
    # Who writes hexadecimal in capitals writes a lot of it: six such signs may be any of the alphabet.
    if _all_hex(texts) and (shortest >= 8 or (same and shortest >= 4 and "A" not in _digit(texts))):
        return Slot("HEX", f"{_digit(texts)}{_times(shortest, same=same)}")
    return _token(texts, shortest, same=same)


def _number(texts: Collection[str], shortest: int, *, same: bool) -> Slot | None:
    # Two short numbers may be two things that somebody numbered; of three, a fourth will come.
    if shortest < 4 and len(texts) < 3:
        return None
    return Slot("NUMBER", f"[0-9]{{{shortest}}}" if same and shortest >= 4 else "[0-9]+")


def _token(texts: Collection[str], shortest: int, *, same: bool) -> Slot | None:
    """Letters and digits that no person mixes like that."""
    digits = [sum(map(str.isdigit, text)) for text in texts]
    upper = not any(char.islower() for text in texts for char in text)
    lower = not any(char.isupper() for text in texts for char in text)
    mean = sum(map(changes, texts)) / len(texts)
    if upper and shortest >= 5 and same and min(digits) >= 2 and _differ_at_once(texts):
        return Slot("ID", f"[0-9A-Z]{_times(shortest, same=same)}")
    if all(map(str.isalpha, texts)):
        return Slot("ID", f"{_letters(upper=upper, lower=lower)}{_times(shortest, same=same)}") if same else None
    if shortest < 6 or min(digits) < 2 or mean < (0.35 if shortest < 10 else 0.25):
        return None
    return Slot("ID", f"{_letters(upper=upper, lower=lower, digits='0-9')}{_times(shortest, same=same)}")


def _differ_at_once(texts: Collection[str]) -> bool:
    """False where all begin with the same two letters, as numbered things do: TEST01, TEST02."""
    return len({text[:2] for text in texts}) > 1 or not next(iter(texts))[:2].isalpha()


def _all_hex(texts: Collection[str]) -> bool:
    return all(map(is_hex, texts)) and len({text.isupper() for text in texts if not text.isdigit()}) <= 1


def _digit(texts: Collection[str]) -> str:
    upper, lower = any(text != text.lower() for text in texts), any(text != text.upper() for text in texts)
    return "[0-9A-Fa-f]" if upper and lower else "[0-9A-F]" if upper else _HEX8


def _letters(*, upper: bool, lower: bool, digits: str = "") -> str:
    return f"[{digits}A-Z]" if upper else f"[{digits}a-z]" if lower else f"[{digits}A-Za-z]"


def _times(shortest: int, *, same: bool) -> str:
    return f"{{{shortest}}}" if same else "+"
