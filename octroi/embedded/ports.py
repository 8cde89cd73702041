"""On which loopback port does a server listen?"""

import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def remembered_port(file: Path) -> int:
    """Return the port of the last time if it is still free, so that clients find us again."""
    last = file.read_text().strip() if file.exists() else ""
    if last.isdigit() and _is_free(int(last)):
        return int(last)
    port = free_port()
    file.write_text(f"{port}\n")
    return port


def _is_free(port: int) -> bool:
    try:
        socket.create_server((LOOPBACK, port)).close()
    except (OSError, OverflowError):
        return False
    return True
