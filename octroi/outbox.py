"""What has been sent and is not receipted yet? Kept in bounded memory, and on disk where asked.

A message is known by the names that the city's receipt will give its observations. With a file the
messages of a sender that was killed, or lost its power, are there again when it comes back.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import cbor2
import msgspec
from paho.mqtt.client import MQTTMessageInfo

# A message in memory beside its bytes: its names, its places in the tables, the client's copy.
OVERHEAD_BYTES = 1_000
COPIES = 3
LARGEST_BYTES = 1_000_000  # topic and all
HEADER_BYTES = 16
BUSY_S = 0.5
# What positions are written in, by the end of their topic.
DECODERS: dict[str, Callable[[bytes], Any]] = {
    "position": json.loads,
    "position.msgpack": msgspec.msgpack.decode,
    "position.cbor": cbor2.loads,
}
# Messages without a receipt, in the order they were sent.
TABLE = """
CREATE TABLE IF NOT EXISTS unreceipted (number INTEGER PRIMARY KEY, topic TEXT, payload BLOB)
"""
LOAD = "SELECT number, topic, payload FROM unreceipted ORDER BY number"
ADD = "INSERT INTO unreceipted VALUES (?, ?, ?)"
REMOVE = "DELETE FROM unreceipted WHERE number = ?"


class OutboxUnusable(Exception):
    """The file of an outbox cannot be read or written; the message names it."""


class TooLarge(ValueError):
    """A message that the city's broker would hang up on."""


class OutboxFull(Exception):
    """Nothing was receipted for so long that there is no room for more."""


@dataclass(slots=True, eq=False)
class Pending:
    """A message without a receipt for all that is in it."""

    topic: str
    payload: bytes
    names: set[Hashable]
    number: int = 0
    due_at: float = 0.0
    attempts: int = 0
    publication: MQTTMessageInfo | None = None

    @classmethod
    def of(cls, topic: str, payload: bytes) -> Self:
        """Return a message to send, or raise TooLarge."""
        if len(topic.encode()) + len(payload) + HEADER_BYTES > LARGEST_BYTES:
            msg = f"A message of {len(payload)} bytes is too large: the broker takes 1,000,000."
            raise TooLarge(msg)
        return cls(topic=topic, payload=payload, names=names(topic, payload))

    @property
    def under_way(self) -> bool:
        """Tell whether the client still brings it to the broker."""
        try:
            return self.publication is not None and not self.publication.is_published()
        except (RuntimeError, ValueError):  # it was given to a client without a connection
            return False

    @property
    def weight(self) -> int:
        """Return about how many bytes of memory it takes."""
        return OVERHEAD_BYTES + COPIES * len(self.payload)


class Outbox:
    """The messages that wait for receipts; not for several threads without a lock."""

    def __init__(self, room_bytes: int, file: Path | None = None) -> None:
        """Prepare an outbox of so much memory; `file` keeps it over the end of the process."""
        self._room_bytes = room_bytes
        self._used_bytes = 0
        self._messages: dict[int, Pending] = {}
        self._by_name: dict[Hashable, tuple[Pending, ...]] = {}
        self._next = 1
        self._journal = None if file is None else _opened(file)
        for number, topic, payload in () if self._journal is None else self._journal.execute(LOAD):
            self._keep(Pending.of(topic, payload), number)

    def __len__(self) -> int:
        """Return how many messages wait."""
        return len(self._messages)

    def __iter__(self) -> Iterator[Pending]:
        """Return the messages that wait, the oldest first."""
        return iter(tuple(self._messages.values()))

    def takes(self, pending: Pending) -> bool:
        """Tell whether there is room; an empty outbox takes anything."""
        return not self._messages or self._used_bytes + pending.weight <= self._room_bytes

    def add(self, pending: Pending) -> None:
        """Keep a message until it is settled."""
        self._keep(pending, self._next)
        if self._journal is not None:
            self._journal.execute(ADD, (pending.number, pending.topic, pending.payload))
            self._journal.commit()

    def settle(self, told: Iterable[Hashable]) -> list[Hashable]:
        """Strike out what is receipted; return those names that were still waited for."""
        found: list[Hashable] = []
        for name in told:
            # The same content twice has one name, and one receipt answers for both.
            for pending in self._by_name.pop(name, ()):
                found.append(name)
                pending.names.discard(name)
                if not pending.names:
                    self._forget(pending)
        return found

    def commit(self) -> None:
        """Write down what was settled."""
        if self._journal is not None:
            self._journal.commit()

    def close(self) -> None:
        """Close the file."""
        if self._journal is not None:
            self._journal.commit()
            self._journal.close()

    def _keep(self, pending: Pending, number: int) -> None:
        pending.number = number
        self._messages[pending.number] = pending
        for name in pending.names:
            self._by_name[name] = (*self._by_name.get(name, ()), pending)
        self._used_bytes += pending.weight
        self._next = number + 1

    def _forget(self, pending: Pending) -> None:
        del self._messages[pending.number]
        self._used_bytes -= pending.weight
        if self._journal is not None:
            self._journal.execute(REMOVE, (pending.number,))


def names(topic: str, payload: bytes) -> set[Hashable]:
    """Return how the receipt will name what is in a message."""
    decode = DECODERS.get(topic.rpartition("/")[2])
    if decode is not None:
        vehicle = topic.split("/")[-2]
        found = [_name(vehicle, one) for one in _listed(decode, payload)]
        if found and None not in found:
            return set(found)
    return {hashlib.sha256(payload).hexdigest()}


def _listed(decode: Callable[[bytes], Any], payload: bytes) -> list[object]:
    """Return the positions of a message, unread; nothing of what cannot be decoded."""
    try:
        content = decode(payload)
    except (ValueError, RecursionError, cbor2.CBORDecodeError):
        return []
    return content if isinstance(content, list) else [content]


def _name(vehicle: str, one: object) -> Hashable:
    if not isinstance(one, dict) or type(one.get("seq")) is not int or one["seq"] < 0:
        return None
    boot = one.get("boot")
    return vehicle, "" if boot is None else str(boot), one["seq"]


def _opened(file: Path) -> sqlite3.Connection:
    try:
        journal = sqlite3.connect(file, timeout=BUSY_S, check_same_thread=False)
        journal.execute("PRAGMA journal_mode = WAL")
        journal.execute(TABLE)
        # Two senders on one file would each resend, and strike out, what is the other's.
        journal.execute("PRAGMA locking_mode = EXCLUSIVE")
        journal.execute("BEGIN IMMEDIATE")
        journal.commit()
    except sqlite3.Error as broken:
        msg = f"The outbox {file} cannot be used: {broken}."
        raise OutboxUnusable(msg) from broken
    return journal
