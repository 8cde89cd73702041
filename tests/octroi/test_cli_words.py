"""Is what the command line refuses told in one sentence, with the right exit code?"""

import subprocess
from pathlib import Path

import pytest

from octroi.cli.failures import sentence

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("there is no invoice P-1", "There is no invoice P-1."),
        ("period: 2026-13 is no month", "period: 2026-13 is no month."),
        ("Nothing was published.", "Nothing was published."),
        ("did you mean port?", "Did you mean port?"),
    ],
)
def test_a_refusal_is_a_sentence_unless_it_begins_with_a_field(reason: str, told: str) -> None:
    assert sentence(reason) == told


def test_installing_again_says_that_everything_is_there() -> None:
    # These tests are run by make themselves, which tells its own kind more than people.
    alone = ["env", "--unset=MAKEFLAGS", "--unset=MAKELEVEL", "--unset=MFLAGS"]
    again = subprocess.run(
        [*alone, "make", "-o", ".venv/installed", "install"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    )

    assert again.stdout.splitlines()[-1].startswith("Everything is in place: ")
    assert again.stderr == ""
