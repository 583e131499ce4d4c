"""Loading a profile: one of the data files of this folder by its key, or a file that a project brings along.

Those of this folder are checked by tests, so that loading one reads TOML and nothing else. A project's own file is
checked against ``schemas/profile.schema.json`` each time.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policycheck.consent.profiles.building import build_profile
from policycheck.errors import ConfigurationError, UsageError
from policycheck.model.profile import Profile
from policycheck.model.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policycheck.catalogue.problems import Problem

_PATH = re.compile(r"[/\\]|[.]toml$", re.IGNORECASE)


class ProfileInvalid(ConfigurationError):  # noqa: N818 - named as CatalogueInvalid is
    """A profile of a project that cannot be used. ``problems`` holds all of them, by file, line and column."""

    def __init__(self, message: str, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(message)


@cache
def profile_keys() -> tuple[str, ...]:
    """The keys of the profiles that come in the box, in order."""
    folder = files("policycheck.consent.profiles")
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


def load_profile(name: str, folder: Path | None = None) -> Profile:
    """Load the profile with the key ``name``, or the file that ``name`` is the path of, relative to ``folder``.

    What has a slash in it or ends in ``.toml`` is a path; ``folder`` is the working directory unless it is given.
    Raises :class:`policycheck.errors.UsageError` when there is no such profile or file, and :class:`ProfileInvalid`,
    with every problem of the file, when a project's own cannot be used.
    """
    if not is_path(name):
        return _packaged(name)
    from policycheck.consent.profiles.own import read_own

    return build_profile(read_own((folder or Path.cwd()) / name, name))


def is_path(name: str) -> bool:
    """Whether ``name`` is a path and no key."""
    return _PATH.search(name) is not None


def packaged_documents(key: str) -> list[dict[str, Any]]:
    """The document of ``key`` after those that it extends. Raises UsageError when there is none of that key."""
    keys = profile_keys()
    if key not in keys:
        near = did_you_mean(key, keys) or did_you_mean(key.upper(), keys)
        raise UsageError(f"{key!r} is not a profile{near}; there are {', '.join(keys)}")
    text = files("policycheck.consent.profiles").joinpath(f"{key}.toml").read_text("utf-8")
    document = tomllib.loads(text)
    base = document.get("extends")
    return [*(packaged_documents(base) if base else ()), document]


@cache
def _packaged(key: str) -> Profile:
    return build_profile(packaged_documents(key))
