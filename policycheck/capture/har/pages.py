"""Which page asked: a HAR names pages by references of its own, with titles that are a URL in some writers only."""

from __future__ import annotations

from collections.abc import Iterable

from policycheck.capture.har.members import Message, Object, member, number, text
from policycheck.model.request import NAVIGATION

_OTHER_NAMES = {"ping": "beacon", "style": "stylesheet", "empty": "fetch", "frame": "iframe"}
_WEB = ("http://", "https://")


class Pages:
    """What is known of the pages of one file; entries are asked about in the order of the file."""

    def __init__(self, told: Iterable[Object] = ()) -> None:
        self._urls: dict[str, str] = {}
        self._started: set[str] = set()
        self._redirected: set[str] = set()
        for page in told:
            url = next((text(page, key) for key in ("_URL", "title") if text(page, key).startswith(_WEB)), "")
            if url:
                self._urls[text(page, "id")] = url

    def place(
        self, entry: Object, request: Message, response: Message, page: str | None = None
    ) -> tuple[str, str | None]:
        """What ``entry`` asked for, as in :class:`SentRequest`, and the URL of its page; None where it is not known.

        ``page`` is the URL where somebody knows it otherwise.
        """
        url, reference = text(request.members, "url"), text(entry, "pageref")
        resource = _resource(entry, request)
        if page is not None:
            return (NAVIGATION if resource in {"iframe", NAVIGATION} and url == page else resource), page
        if not request.header("sec-fetch-dest"):
            resource = self._guessed(resource, reference, request, response)
        if resource != NAVIGATION:
            return resource, self._urls.get(reference)
        self._started.add(reference)
        self._urls[reference] = url
        (self._redirected.add if _moved(response) else self._redirected.discard)(reference)
        return resource, url

    def _guessed(self, resource: str, reference: str, request: Message, response: Message) -> str:
        """What was asked for, where the browser did not say it to the server."""
        begun = reference in self._started and reference not in self._redirected
        if resource:  # of a page that has begun, Chromium calls frames documents, too
            return "iframe" if resource == NAVIGATION and begun and reference else resource
        anew = not begun or (not reference and not request.header("referer"))
        return NAVIGATION if anew and _is_page(request, response) else resource


def _resource(entry: Object, request: Message) -> str:
    kind, destination = text(entry, "_resourceType").lower(), request.header("sec-fetch-dest").lower()
    told = destination if destination and kind in {"", "other", NAVIGATION} else kind  # Chromium calls frames documents
    return _OTHER_NAMES.get(told, told)


def _moved(response: Message) -> bool:
    return 300 <= (number(response.members, "status") or 0) < 400


def _is_page(request: Message, response: Message) -> bool:
    kind = text(member(response.members, "content"), "mimeType").lower()
    found = kind.startswith(("text/html", "application/xhtml")) or (_moved(response) and not request.header("referer"))
    return found and text(request.members, "method").upper() in {"GET", "POST", ""}
