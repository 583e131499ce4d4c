"""Reading records that are packed bit by bit: TC strings and GPP strings.

Both are base64url text of which each character is six bits, big-endian, the first field first, with zero bits to fill
the last characters (IAB Tech Lab, TC String, "TC String Format"; Global Privacy Platform String, "Section Encoding").
Errors name the segment, the field and the bit at which the field starts, counted from 0, and nothing that was read.
"""

from __future__ import annotations

from policycheck.consent.signals.signal import SignalError

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_SEXTETS = {character: format(number, "06b") for number, character in enumerate(_ALPHABET)}
_LONGEST_CODE_WORD = 24  # a Fibonacci code word for any number below 2**16


class BitReader:
    """Takes fields from the front of ``bits``, a text of ``0`` and ``1``. ``segment`` is how errors name the whole.

    Each method takes the name of the field and raises :class:`SignalError` where the bits end before the field does.
    """

    __slots__ = ("_bits", "position", "segment")

    def __init__(self, bits: str, segment: str) -> None:
        self._bits = bits
        self.segment = segment
        self.position = 0

    @property
    def length(self) -> int:
        """How many bits there are in all, those that fill the last character included."""
        return len(self._bits)

    def error(self, field: str, problem: str, position: int | None = None) -> SignalError:
        """The error that says ``problem`` of ``field``, to be raised by the caller."""
        at = self.position if position is None else position
        return SignalError(f"{self.segment}, {field} at bit {at}: {problem}")

    def take(self, field: str, width: int) -> str:
        """The next ``width`` bits as they stand."""
        end = self.position + width
        if end > len(self._bits):
            left = len(self._bits) - self.position
            raise self.error(field, f"needs {width} bits, and the text ends after {left}; it was cut short")
        taken = self._bits[self.position : end]
        self.position = end
        return taken

    def number(self, field: str, width: int) -> int:
        """An unsigned number of ``width`` bits."""
        return int(self.take(field, width), 2)

    def flag(self, field: str) -> bool:
        """One bit."""
        return self.take(field, 1) == "1"

    def ids(self, field: str, width: int) -> frozenset[int]:
        """The set positions of a bit field, counted from 1, as identifiers are."""
        return frozenset(at for at, bit in enumerate(self.take(field, width), 1) if bit == "1")

    def letters(self, field: str, count: int) -> str:
        """``count`` letters of six bits each, 0 for A to 25 for Z; raises for a number that is no letter."""
        start = self.position
        numbers = [self.number(field, 6) for _ in range(count)]
        if max(numbers, default=0) > 25:
            raise self.error(field, "is not made of the letters A to Z", start)
        return "".join(_ALPHABET[number] for number in numbers)

    def seconds(self, field: str) -> float:
        """A time: tenths of a second since 1970 in 36 bits, given as epoch seconds."""
        return self.number(field, 36) / 10

    def fibonacci(self, field: str) -> int:
        """A number from 1 in Fibonacci coding: the sum of 1, 2, 3, 5, 8, ... for each bit that is set, up to ``11``."""
        end = self._bits.find("11", self.position, self.position + _LONGEST_CODE_WORD)
        if end < 0:
            raise self.error(field, f"is no Fibonacci code word: no two set bits within {_LONGEST_CODE_WORD}")
        total, one, two = 0, 1, 2
        for bit in self.take(field, end - self.position + 1):
            total += one if bit == "1" else 0
            one, two = two, one + two
        self.position += 1
        return total

    def finish(self) -> None:
        """Say that nothing follows; raises where a bit is set among those that only fill up."""
        at = self._bits.find("1", self.position)
        if at >= 0:
            raise SignalError(f"{self.segment}: bit {at} is set, and the last field ended at bit {self.position}")


def read_base64url(text: str, segment: str) -> BitReader:
    """A reader of the bits in base64url ``text`` (RFC 4648, 5), six to a character; ``=`` at the end is ignored.

    The text may have any length: one encoder fills up to six bits, another to eight and then to six. Raises
    :class:`SignalError` for a text that is empty or holds another character.
    """
    text = text.rstrip("=")
    if not text:
        raise SignalError(f"{segment}: is empty")
    try:
        return BitReader("".join([_SEXTETS[character] for character in text]), segment)
    except KeyError:
        at = next(at for at, character in enumerate(text) if character not in _SEXTETS)
        raise SignalError(f"{segment}: character {at + 1} is none of base64url, A-Z a-z 0-9 - _") from None
