"""How does a machine without Mosquitto get a broker?

From the wheel `iotcore`, which holds rumqttd. It has no access rules and keeps nothing on disk:
it listens on loopback only, and whoever may log in to this machine may publish as anyone.
"""

import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Self

import iotcore

from octroi.embedded.access import CITY
from octroi.embedded.directory import DataDirectory
from octroi.embedded.oversize import LIMIT_BYTES
from octroi.embedded.ports import LOOPBACK, remembered_port


class Rumqttd:
    """The wheel's broker, in a child process that ends with this one."""

    guarded = False
    oversized = None  # it hangs up too, and tells nobody
    name = "iotcore (rumqttd)"

    def __init__(self, directory: DataDirectory) -> None:
        """Prepare a broker; only its port is remembered in the directory."""
        self._broker = iotcore.Broker(
            listen=LOOPBACK,
            port=remembered_port(directory.path / "broker.port"),
            max_payload_size=LIMIT_BYTES,
            max_inflight_count=4_000,
        )

    @property
    def url(self) -> str:
        """Return where the city connects; the name is for the logs, no password is asked."""
        return f"mqtt://{CITY}:unchecked@{LOOPBACK}:{self._broker.port}"

    def __enter__(self) -> Self:
        """Start the broker."""
        with _deaf_to_interrupts():
            self._broker.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop the broker; whatever it had queued is gone."""
        self._broker.stop()

    def set_users(self, digests: Mapping[str, str]) -> None:
        """Do nothing: everyone on this machine is let in, and nobody can be shut out."""


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    # Inherited by the child: Ctrl-C is for Octroi, which stops the broker last.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
