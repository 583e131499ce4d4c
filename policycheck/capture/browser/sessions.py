"""Targets of Chromium's protocol, the sessions in which they are spoken to, and what carries the messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

Session: TypeAlias = tuple[str, ...]
"""The way to a target: the identifiers of the sessions to go through; ``()`` is where a transport begins."""
Params: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = Callable[[Params | None], None]
"""Called once with the result of a command; with None when it failed."""

DOCUMENTS = frozenset({"page", "iframe"})
WORKERS = frozenset({"worker", "service_worker", "shared_worker"})


class Transport(Protocol):
    """Carries commands to the browser, in order. Events go to :meth:`Protocol.event` of who uses it."""

    flat: bool
    """Whether a child's session is addressed by itself, not through its parent's."""
    injects: bool
    """Whether somebody else sees to it that each document runs the hooks first."""

    def send(self, session: Session, method: str, params: Params, then: Answer | None = None) -> None:
        """Send a command. Never raises: what fails answers None."""
        ...


@dataclass(slots=True)
class Target:
    """A document or worker with a session of its own, and the page that it belongs to."""

    session: Session
    kind: str
    url: str
    root: Target | None = None
    frames: dict[str, str] = field(default_factory=dict[str, str])
    """The URL of each frame in this process, by its identifier."""
    main: str | None = None

    @property
    def page(self) -> str:
        """The URL in the address bar; empty where nothing is open yet."""
        if self.root is not None:
            return self.root.page
        return self.url if self.url.startswith(("http:", "https:")) else ""
