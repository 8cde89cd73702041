"""Which broker does an installation without one get?"""

import hashlib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from octroi.embedded.directory import DataDirectory
from octroi.embedded.mosquitto import Mosquitto, mosquitto_program
from octroi.embedded.rumqttd import Rumqttd


class Broker(Protocol):
    """A running broker and its users."""

    @property
    def name(self) -> str:
        """Return what the program is called."""

    @property
    def guarded(self) -> bool:
        """Tell whether users can write and read under their own name only."""

    @property
    def oversized(self) -> int | None:
        """Return how often a sender of too large a message was hung up on, where that is told."""

    @property
    def url(self) -> str:
        """Return where the city connects, password included."""

    def set_users(self, digests: Mapping[str, str]) -> None:
        """Let these users in and no others; who is not among them any more is disconnected.

        Works from the return on. `digests` are of `octroi.embedded.access.digest`.
        """


def embedded_broker(directory: DataDirectory) -> AbstractContextManager[Broker]:
    """Return Mosquitto where it is installed, else the broker from the wheel."""
    program = mosquitto_program()
    return Rumqttd(directory) if program is None else Mosquitto(directory, program)


def client_id(mqtt_url: str, share: str = "1/1") -> str:
    """Return the city's own client id: always the same, and not to be guessed by anyone else.

    Another client with the same id would end the city's session and take its queue away; each
    share has a queue of its own.
    """
    named = f"client-id of {mqtt_url.rpartition('@')[0]}{'' if share == '1/1' else f' {share}'}"
    digest = hashlib.sha256(named.encode()).hexdigest()
    return f"octroi-{digest[:32]}"
