"""How does the app meet the network? One socket, bound before anything else starts."""

import errno
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from starlette.types import ASGIApp
from typing_extensions import override

GRACE_S = 3
STUCK_S = 30.0


class PortUnusable(Exception):
    """The address to listen on is taken or not ours."""


@contextmanager
def listening(host: str, port: int, stuck_s: float = STUCK_S) -> Iterator[socket.socket]:
    """Hold the socket to serve on; port 0 takes any free one.

    Who takes nothing of what waits for it for so long is hung up on by the kernel.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        bound = socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        raise PortUnusable(_sentence(host, port, error)) from error
    # What is accepted here inherits it. asyncio sets it for sockets that name their protocol only,
    # and without it every answer waits 40 ms for the acknowledgement of its own first half.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # A live stream that nobody reads would otherwise hold its buffers for ever.
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(stuck_s * 1000))
    with bound:
        yield bound


def address_of(bound: socket.socket) -> str:
    """Return the URL of what listens on a socket."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if bound.family == socket.AF_INET6 else f"http://{host}:{port}"


class Serving(uvicorn.Server):
    """Uvicorn, which also ends the event streams when it is told to stop.

    An open stream would otherwise hold the exit back until its reader goes away.
    """

    def __init__(self, app: ASGIApp, ending: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                timeout_graceful_shutdown=GRACE_S,
            )
        )
        self._ending = ending

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop in order; uvicorn would raise the signal again and end the process half-way."""
        self.force_exit = self.should_exit
        self.stop()

    def stop(self) -> None:
        """End the streams and stop; from any thread."""
        self._ending()
        self.should_exit = True


def _sentence(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is in use; stop what listens there or choose another --port."
    # The resolver's numbers are below zero; `create_server` makes its errors ordinary ones.
    if (error.errno or 0) < 0:
        return f"OCTROI_HOST cannot be {host!r}: no address is known by this name."
    reason = os.strerror(error.errno or 0)
    if error.errno == errno.EADDRNOTAVAIL:
        reason = "it is no address of this machine"
    elif error.errno == errno.EACCES:
        reason = "ports below 1024 are for root; choose another --port"
    return f"Cannot listen on {host}, port {port}: {reason}."
