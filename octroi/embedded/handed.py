"""How does a Mosquitto that somebody else runs learn who may connect? By two files we write.

It runs elsewhere, as in another container, on the password and access files of a directory that
both see, and reads them again when they change (`deploy/broker/broker.sh`).
"""

import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from octroi.embedded.access import CITY, digest, password_file, rules, users_in
from octroi.embedded.accounts import put
from octroi.embedded.directory import DataDirectoryUnusable


class HandedAccounts:
    """The accounts of a Mosquitto that reads ours; one of its users is the city itself."""

    name = "Mosquitto"
    guarded = True
    oversized = None

    def __init__(self, place: Path, url: str) -> None:
        """Write the city's own account, which connects by `url`, and keep the others' there."""
        self.url = url
        self._place = place
        self._password = unquote(urlsplit(url).password or "")
        self._changing = threading.Lock()
        self._write(self._known())

    def set_users(self, digests: Mapping[str, str]) -> None:
        """Let these users in and no others, as soon as the broker has read it."""
        with self._changing:
            if digests != self._known():
                self._write(digests)

    def _known(self) -> dict[str, str]:
        kept = self._place / "passwords"
        return users_in(kept.read_text()) if kept.exists() else {}

    def _write(self, digests: Mapping[str, str]) -> None:
        city = f"{CITY}:{digest(self._password)}\n"
        try:
            # Rules first: a user without rules of its own may do what the patterns allow.
            put(self._place / "rules", rules(digests), None)
            put(self._place / "passwords", password_file(digests) + city, None)
        except OSError as error:
            msg = f"OCTROI_MQTT_ACCOUNTS: {self._place} cannot be written to: {error.strerror}."
            raise DataDirectoryUnusable(msg) from error
