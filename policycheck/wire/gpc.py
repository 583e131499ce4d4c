"""Global Privacy Control: the ``Sec-GPC`` request header and a site's ``/.well-known/gpc.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterable


def gpc_asserted(values: Iterable[bytes | str]) -> bool:
    """Return True when a request's ``Sec-GPC`` values assert the preference; give the value of every such header.

    Only ``1`` counts; of several, joined by commas or not, one is enough. False means *no preference expressed*, never
    consent: the protocol has no value for "tracking welcome" (GPC specification, the Sec-GPC header field).
    """
    for value in values:
        text = value if isinstance(value, str) else value.decode("latin-1")
        if any(part.strip(" \t") == "1" for part in text.split(",")):
            return True
    return False


def gpc_support(document: bytes | str) -> bool | None:
    """Return what ``/.well-known/gpc.json`` says of the site's support; None when it says nothing readable.

    Only the JSON values ``true`` and ``false`` of the member ``gpc`` count (GPC specification, GPC support resource).
    Never raises.
    """
    import json

    try:
        content: object = json.loads(document)
    except (ValueError, RecursionError):
        return None
    stated = cast("dict[str, object]", content).get("gpc") if isinstance(content, dict) else None
    return stated if isinstance(stated, bool) else None
