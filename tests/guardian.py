"""Who clears up after a run that was killed? A process that notices when the run is gone."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Its input ends with the run, however that ends. A run that cleared up leaves it nothing to do.
GUARDIAN = """
trap '' HUP INT TERM
cat > /dev/null
cd "$1" 2> /dev/null || exit 0
if [ -s postgres/postmaster.pid ]; then
    server=$(head -n 1 postgres/postmaster.pid)
    kill -QUIT "$server"
    while kill -0 "$server" 2> /dev/null; do sleep 0.1; done
fi
rm -rf "$1"
"""


@contextmanager
def guarded(place: Path) -> Iterator[None]:
    """Have the PostgreSQL that lives in a directory end with this process, and the data go."""
    command = ["sh", "-c", GUARDIAN, "guardian", str(place)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as guardian:
        try:
            yield
        finally:
            # Nothing to do for it if the directory is cleared up before its input ends.
            guardian.kill()
