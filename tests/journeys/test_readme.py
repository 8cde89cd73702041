"""The README's commands, as written, against a running demonstration."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
OCTROI = Path(sys.executable).with_name("octroi")
ADDRESS = "http://127.0.0.1:8642"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A running demonstration: where it is, and the operator's key it printed."""

    url: str
    key: str
    data: Path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    place = tmp_path_factory.mktemp("readme")
    command: list[str | Path] = [OCTROI, "demo", "--port", "0", "--data-dir", place]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=place) as process:
        try:
            printed = _until_the_keys(process.stdout)
            found = (
                re.search(r"Live map +(\S+)/map", printed),
                re.search(r"operator +(oct_\S+)", printed),
            )
            assert all(found), printed
            url, key = (match[1] for match in found if match)
            yield Demo(url=url, key=key, data=place / "demo")
        finally:
            process.terminate()
            process.communicate(timeout=60)


def _until_the_keys(out: IO[str] | None) -> str:
    assert out is not None
    lines: list[str] = []
    for line in out:
        lines.append(line)
        if line.strip().startswith("sensor"):
            break
    return "".join(lines)


def blocks(heading: str) -> list[str]:
    """Return the shell commands under a heading of the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)


def run(script: str, demo: Demo) -> str:
    ours = script.replace(ADDRESS, demo.url).replace(".venv/bin/octroi", str(OCTROI))
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},  # noqa: TID251 - a shell's own
        "KEY": demo.key,
        "OCTROI_DATA_DIR": str(demo.data),
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", ours],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_permit_is_refused_over_the_elysee_and_granted_over_bercy(demo: Demo) -> None:
    _, asking = blocks("Ask for a permit")

    said = run(asking, demo)

    assert re.findall(r'^"decision":"([a-z]*)"$', said, re.MULTILINE) == ["refused", "granted"]
    assert '"licence":' in said


def test_a_recorded_track_is_checked_offline(demo: Demo) -> None:
    checking, explaining = blocks("Check a recorded track")

    rows = run(checking, demo).splitlines()[1:]
    why = run(explaining, demo)

    assert sorted(row.rpartition(",")[2] for row in rows) == ["inside"] * 2 + ["uncertain"] * 3
    assert why.startswith(f"row 1: {rows[0].partition(',')[0]} ")
    assert "m of accuracy" in why


def test_a_line_is_explained_and_everything_issued_verified(demo: Demo) -> None:
    (proving,) = blocks("From a cent to the positions")

    said = run(proving, demo)

    assert "P-2026-000001/1" in said
    assert "visit" in said
    assert "chain whole" in said
