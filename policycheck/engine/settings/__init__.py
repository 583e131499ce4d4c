"""Settings: ``[tool.policycheck]`` in pyproject.toml, or policycheck.toml; the same for the plugin and the CLI."""

from __future__ import annotations

from policycheck.engine.settings.loading import load_settings, read_settings
from policycheck.engine.settings.values import ALL, PathSettings, PerTestSettings, Settings

__all__ = ["ALL", "PathSettings", "PerTestSettings", "Settings", "load_settings", "read_settings"]
