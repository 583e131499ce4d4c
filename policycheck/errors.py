"""The tree of errors. An error means *we could not check*; a finding means *the application breaks policy*.

No message carries the value of a cookie or of a storage entry. Every error ends the command line with exit code 2,
:class:`NothingObservedError` with 4.
"""

from __future__ import annotations


class PolicycheckError(Exception):
    """Base of all errors that policycheck raises on purpose.

    ``str(error)`` is the whole message for a person: what, where, how to fix. Its first line stands alone.
    """

    exit_code = 2


class UsageError(PolicycheckError):
    """A command line, a marker, a fixture call or a setting that makes no sense."""


class ConfigurationError(UsageError):
    """``[tool.policycheck]`` or ``policycheck.toml`` holds something that is not a setting."""


class CatalogueError(PolicycheckError):
    """A catalogue cannot be used. Subclasses carry every problem of the file, not the first."""


class CaptureError(PolicycheckError):
    """Evidence cannot be read: a broken observations file, a header dump without a status line, an unknown client."""


class NothingObservedError(PolicycheckError):
    """A run in which nothing could be looked at. It is never a pass."""

    exit_code = 4


class PluginError(PolicycheckError):
    """A third-party plugin is broken. The message names its distribution and its entry point."""
