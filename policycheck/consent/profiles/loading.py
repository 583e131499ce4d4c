"""Reading a profile: the data files of this folder, or one that a project brings along."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from policycheck.errors import UsageError
from policycheck.model.legal import Exemption
from policycheck.model.lifetime import parse_retention
from policycheck.model.profile import Confidence, Profile, RetentionLimit
from policycheck.model.spelling import did_you_mean


def profile_keys() -> tuple[str, ...]:
    """The keys of the profiles that come in the box."""
    folder = files("policycheck.consent.profiles")
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


@cache
def load_profile(key: str) -> Profile:
    """Load the profile called ``key``. Raises :class:`policycheck.errors.UsageError` when there is none."""
    if key not in profile_keys():
        raise UsageError(
            f"{key!r} is not a profile{did_you_mean(key, profile_keys())}; there are {', '.join(profile_keys())}"
        )
    text = files("policycheck.consent.profiles").joinpath(f"{key}.toml").read_text("utf-8")
    return _profile(tomllib.loads(text))


def _profile(document: dict[str, Any]) -> Profile:
    limits = tuple(
        RetentionLimit(
            Exemption(limit["exemption"]),
            parse_retention(limit["longest"]),
            limit["citation"],
            limit["url"],
            Confidence(limit["confidence"]),
        )
        for limit in document.get("limits", ())
    )
    return Profile(document["key"], document["title"], document["version"], limits=limits)
