"""Catalogues and items as values: generated documents that went through the loader, so that they are real ones."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from hypothesis import strategies as st

from policycheck.catalogue.entries import Catalogue, Item
from policycheck.catalogue.loading import load_catalogue
from policycheck.errors import UsageError
from policycheck.model.storage import StorageKind
from policycheck.testing.strategies.documents import catalogue_documents

LOCATION = "generated.json"
"""What a generated catalogue calls its file."""


def catalogues(
    *,
    min_items: int = 0,
    max_items: int = 4,
    kinds: Collection[StorageKind | str] | None = None,
    categories: Collection[str] | None = None,
) -> st.SearchStrategy[Catalogue]:
    """Valid catalogues, read by the loader from :func:`catalogue_documents`, which explains the parameters."""
    documents = catalogue_documents(min_items=min_items, max_items=max_items, kinds=kinds, categories=categories)
    load_document({"catalogue": 1})  # imports what loading needs now, so that it does not count as slow drawing
    return documents.map(load_document)


def items(
    *,
    kinds: Collection[StorageKind | str] | None = None,
    categories: Collection[str] | None = None,
    catalogue: Catalogue | None = None,
) -> st.SearchStrategy[Item]:
    """Entries: those of ``catalogue`` where one is given, else entries of generated catalogues.

    ``kinds`` and ``categories`` narrow both. Raises :class:`policycheck.errors.UsageError` when no entry of
    ``catalogue`` is left.
    """
    if catalogue is None:
        found = catalogues(min_items=1, max_items=1, kinds=kinds, categories=categories)
        return found.map(lambda generated: generated.items[0])
    wanted = [
        item
        for item in catalogue.items
        if (kinds is None or item.kind in kinds) and (categories is None or set(categories) & set(item.categories))
    ]
    if not wanted:
        raise UsageError(f"{catalogue.location or 'the catalogue'} has no such entry; give other kinds or categories")
    return st.sampled_from(wanted)


def load_document(document: Mapping[str, Any]) -> Catalogue:
    """The catalogue that plain data makes; raises what the loader raises."""
    data = json.dumps(document).encode()
    return load_catalogue(LOCATION, opener=lambda location: data if location == LOCATION else None)
