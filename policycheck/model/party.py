"""Sites and parties: whose storage is it, seen from the page that the visitor looks at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Party(StrEnum):
    """FIRST when the storing host is same-site with the top-level page, else THIRD (HTML, "same site")."""

    FIRST = "first"
    THIRD = "third"


@dataclass(frozen=True, slots=True)
class Site:
    """A scheme and a registrable domain (or a host that has none: an IP address, ``localhost``)."""

    scheme: str
    domain: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.domain}"
