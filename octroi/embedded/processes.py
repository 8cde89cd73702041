"""Does the process a pid file speaks of still live?"""

from pathlib import Path

import psutil


def living(pid_file: Path, name: str) -> psutil.Process | None:
    """Return the process if it runs and is the program it should be.

    A number may have passed to another program since a reboot, and a container whose first process
    buries nobody keeps the dead on its list.
    """
    if not pid_file.exists():
        return None
    try:
        process = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
        alive = process.name() == name and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, ValueError, OverflowError):
        return None
    return process if alive else None
