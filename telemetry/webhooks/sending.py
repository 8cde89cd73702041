"""Sends one message to one destination, and reads no more of the answer than whether it took it."""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from typing_extensions import override

from telemetry.webhooks.destinations import Destination

TIMEOUT_S = 5.0
DEADLINE_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a receiver answered; status 0: nothing, and `told` says why."""

    status: int
    told: str

    @property
    def taken(self) -> bool:
        """Tell whether the message arrived."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def gone(self) -> bool:
        """Tell whether the receiver wants no more."""
        return self.status == HTTPStatus.GONE


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was looked at, not to what the name means a moment later."""

    def __init__(self, to: Destination) -> None:
        super().__init__(to.host, to.port, timeout=TIMEOUT_S)
        self._to = to

    @override
    def connect(self) -> None:
        raw = socket.create_connection((str(self._to.address), self._to.port), TIMEOUT_S)
        if self._to.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(raw, server_hostname=self._to.host)
        else:
            self.sock = raw

    def cut(self) -> None:
        """Hang up on a receiver that answers byte by byte."""
        if self.sock is not None:
            self.sock.shutdown(socket.SHUT_RDWR)


def post(to: Destination, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a message; what goes wrong is an answer. Nobody is followed elsewhere."""
    connection = _Pinned(to)
    deadline = threading.Timer(DEADLINE_S, connection.cut)
    deadline.daemon = True
    deadline.start()
    try:
        connection.request("POST", to.path, body, dict(headers))
        response = connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        return Answer(status=0, told=f"no answer: {str(error) or type(error).__name__}"[:200])
    else:
        return Answer(status=response.status, told=f"{response.status} {response.reason}"[:200])
    finally:
        deadline.cancel()
        connection.close()
