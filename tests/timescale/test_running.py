"""Is TimescaleDB itself what the tests ask, and does a machine without it hear how to get it?"""

from pathlib import Path

import pytest

from tests.timescale import running


def test_what_is_missing_is_told_with_the_command_that_fetches_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "FETCHED", tmp_path)

    with (
        pytest.raises(running.TimescaleMissing, match="fetch it with: make timescale"),
        running.timescale(),
    ):
        pass


def test_what_is_fetched_is_pinned_by_its_hash() -> None:
    lock = (Path(running.__file__).parent / "package-lock.json").read_text()

    assert lock.count('"integrity": "sha512-') == 2
    assert "://" not in lock
