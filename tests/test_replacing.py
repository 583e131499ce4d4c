from __future__ import annotations

from pathlib import Path

import pytest

from policycheck.errors import UsageError
from policycheck.replacing import replace_file, replacing


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="cannot be written"):
        replace_file(tmp_path / "folder", "text")
    with pytest.raises(UsageError, match="cannot be written"):
        replace_file(tmp_path / "nowhere" / "c.yaml", "text")
    path = tmp_path / "c.yaml"
    path.write_text("old")
    path.chmod(0o640)
    (tmp_path / "link.yaml").symlink_to(path)
    replace_file(tmp_path / "link.yaml", "new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o640)
    assert (tmp_path / "link.yaml").is_symlink()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["c.yaml", "folder", "link.yaml"]


def test_what_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("old")

    with pytest.raises(KeyError), replacing(path) as written:
        written.write(b"new")
        raise KeyError

    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["c.yaml"]
