"""The page about the architecture names rooms that exist, and every room that there is."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("zones", "permits", "telemetry", "billing", "octroi")
# The same in every package, and said so once.
EVERYWHERE = {"api", "schemas"}


def rooms() -> set[str]:
    """Return the modules and folders in the tables; a bare name stands in the package before it."""
    found = set()
    for line in (ROOT / "docs" / "architecture.md").read_text().splitlines():
        package = ""
        for named in re.findall(r"`([a-z_/]+(?:\.py|/))`", line) if line.startswith("| `") else ():
            package = named.partition("/")[0] if "/" in named else package
            found.add(named if "/" in named else f"{package}/{named}")
    return found


def test_every_room_on_the_page_exists() -> None:
    named = rooms()

    assert len(named) > 80
    assert [room for room in sorted(named) if not (ROOT / room).exists()] == []


def test_every_folder_of_a_package_is_on_the_page() -> None:
    folders = {
        f"{package}/{inside.parent.name}/"
        for package in PACKAGES
        for inside in (ROOT / package).glob("*/__init__.py")
        if inside.parent.name not in EVERYWHERE
    }

    assert sorted(folders - rooms()) == []
