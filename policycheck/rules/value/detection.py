"""What personal data a value holds, by kind and wrapping; the finding of it never carries the data."""

from __future__ import annotations

from dataclasses import dataclass

from policycheck.rules.value.kinds import DETECTORS, NOUNS
from policycheck.rules.value.layers import peel

_SEPARATOR = " in "


@dataclass(frozen=True, slots=True)
class Detection:
    """One kind of personal data, and the wrappings it was found in, from the outside inwards."""

    kind: str
    path: tuple[str, ...] = ()

    def describe(self) -> str:
        """``an e-mail address, base64 inside JSON``."""
        noun = NOUNS.get(self.kind, self.kind)
        return f"{noun}, {' inside '.join(reversed(self.path))}" if self.path else noun

    @classmethod
    def read(cls, text: str) -> Detection:
        """Read what ``str`` wrote, for evidence that no longer holds the value."""
        kind, _, path = text.partition(_SEPARATOR)
        return cls(kind, tuple(path.split(" > ")) if path else ())

    def __str__(self) -> str:
        return f"{self.kind}{_SEPARATOR}{' > '.join(self.path)}" if self.path else self.kind


@dataclass(frozen=True, slots=True)
class Detected:
    """The first place of each kind, and whether the whole value could be looked at."""

    detections: tuple[Detection, ...]
    complete: bool = True


def detect(value: str) -> Detected:
    """Look for every kind in ``value``; of each kind the outermost place is given. Never raises."""
    peeled = peel(value)
    found: dict[str, Detection] = {}
    for layer in peeled.layers:
        for kind, detector in DETECTORS.items():
            if kind not in found and detector(layer):
                found[kind] = Detection(kind, layer.path)
    return Detected(tuple(found.values()), peeled.complete)


def detected_kinds(value: str) -> tuple[str, ...]:
    """What a recording keeps instead of a value: ``emailAddress in URL-encoded > JSON``."""
    return tuple(map(str, detect(value).detections))
