"""What personal data a value holds, by kind and wrapping; the finding of it never carries the data."""

from __future__ import annotations

from dataclasses import dataclass

from policycheck.rules.value.kinds import DETECTORS, NOUNS
from policycheck.rules.value.layers import WRAPPINGS, opaque, peel

_SEPARATOR = " in "
UNKNOWN = "personalData"
"""Stands for a kind that this version does not know, in evidence that another one wrote."""


@dataclass(frozen=True, slots=True)
class Detection:
    """One kind of personal data, and the wrappings it was found in, from the outside inwards."""

    kind: str
    path: tuple[str, ...] = ()

    def describe(self) -> str:
        """``an e-mail address, base64 inside JSON``."""
        return f"{self.noun}, {' inside '.join(reversed(self.path))}" if self.path else self.noun

    @property
    def noun(self) -> str:
        """How messages call the kind: ``an e-mail address``."""
        return NOUNS.get(self.kind, "personal data")

    @classmethod
    def read(cls, text: str) -> Detection:
        """Read what ``str`` wrote, for evidence without the value; words that it never writes do not pass."""
        kind, _, path = text.partition(_SEPARATOR)
        return cls(kind if kind in NOUNS else UNKNOWN, tuple(part for part in path.split(" > ") if part in WRAPPINGS))

    def __str__(self) -> str:
        return f"{self.kind}{_SEPARATOR}{' > '.join(self.path)}" if self.path else self.kind


@dataclass(frozen=True, slots=True)
class Detected:
    """The first place of each kind, and whether the whole value could be looked at."""

    detections: tuple[Detection, ...]
    complete: bool = True


_NOTHING = Detected(())


def detect(value: str) -> Detected:
    """Look for every kind in ``value``; of each kind the outermost place is given. Never raises."""
    if opaque(value):
        return _NOTHING
    peeled = peel(value)
    found: dict[str, Detection] = {}
    for layer in peeled.layers:
        for kind, detector in DETECTORS.items():
            if kind not in found and detector(layer):
                found[kind] = Detection(kind, layer.path)
    return Detected(tuple(found.values()), peeled.complete)


def detected_kinds(value: str) -> tuple[str, ...] | None:
    """What a recording keeps instead of a value: ``emailAddress in URL-encoded > JSON``.

    None where nothing was found in a value that could not be looked at whole: that is not nothing.
    """
    found = detect(value)
    return tuple(map(str, found.detections)) if found.detections or found.complete else None
