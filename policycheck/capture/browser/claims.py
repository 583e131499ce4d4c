"""What hooks told before the browser did: its word comes late, at times when the next thing was taken in already."""

from __future__ import annotations

import time
from collections import deque
from typing import TypeAlias

from policycheck.capture.browser.events import StorageChange
from policycheck.model.storage import Operation, StorageKind

Key: TypeAlias = tuple[StorageKind, str | None, str | None, str | None, str | None]
"""Kind, host, partition, name (None: all of it was cleared), and the store of a database."""

PATIENCE = 30.0
"""Seconds within which a browser tells what a hook told: Chromium does once its storage service has answered."""


class Claims:
    """Changes of web storage that a hook told, by what the browser will say of them."""

    def __init__(self) -> None:
        self._open: dict[tuple[Key, Operation], deque[tuple[float, str | None]]] = {}

    def add(self, key: Key, operation: Operation, value: str | None) -> None:
        """Claim what the browser is about to tell."""
        self._open.setdefault((key, operation), deque()).append((time.monotonic(), value))

    def take(self, key: Key, change: StorageChange) -> bool:
        """True for a change that was claimed; once for each claim. Those made before it are given up with it."""
        claims = self._open.get((key, change.operation), deque())
        for index, (_, value) in enumerate(claims):
            if change.operation is Operation.DELETE or _same(value, change.value):
                for _ in range(index + 1):
                    claims.popleft()
                return True
        return False

    def forget_old(self) -> None:
        """Give up claims whose echo never came."""
        overdue = time.monotonic() - PATIENCE
        for place, claims in list(self._open.items()):
            while claims and claims[0][0] <= overdue:
                claims.popleft()
            if not claims:
                del self._open[place]


def _same(claimed: str | None, told: str | None) -> bool:
    """A long value comes cut from a hook."""
    return claimed is None or told is None or told.startswith(claimed)
