from __future__ import annotations

import importlib.util
from pathlib import Path

from policycheck.consent.profiles.loading import load_profile, profile_keys

SCRIPT = Path(__file__).parents[2] / "docs/build/profiles_reference.py"


def test_the_reference_of_profiles_is_current_and_names_every_source() -> None:
    spec = importlib.util.spec_from_file_location("profiles_reference", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    text = module.PAGE.read_text("utf-8")
    assert text == module.render(), "run: python docs/build/profiles_reference.py"
    for key in profile_keys():
        profile = load_profile(key)
        single = (profile.choice_kept_at_least, profile.choice_kept_at_most, profile.gpc)
        assert all(note in text for note in profile.notes)
        for figure in (*profile.limits, *(one for one in single if one is not None)):
            assert f"[{figure.citation}]({figure.url})" in text
