"""Do two processes have the same law at hand? They compare a short name of it."""

import hashlib
import threading

from octroi.rulebooks import PUBLISHED, RulebookKeeper
from zones.index import ZoneIndex

NAME_BYTES = 16


class Law:
    """The law that a process has at hand, under a name that is the same in every process."""

    def __init__(self, keeper: RulebookKeeper) -> None:
        self._keeper = keeper
        self._known: tuple[ZoneIndex | None, bytes] = (None, b"")
        self._elsewhere = b""
        self._taking_up = threading.Lock()

    @property
    def name(self) -> bytes:
        """Return the name; it is made again when the index was replaced."""
        index, (named, name) = self._keeper.rulebook().index, self._known
        if index is not named:
            name = _name(index)
            self._known = index, name
        return name

    def is_that(self, name: bytes) -> bool:
        """Tell whether this is the law that another process has, as far as it can be."""
        return name in {self._elsewhere, self.name}

    def take_up(self, name: bytes) -> None:
        """Read what was published, once for each name that another process has."""
        with self._taking_up:
            if not self.is_that(name):
                self._keeper.refresh(PUBLISHED)
                # Either it is the same now, or the other one is behind and soon has another.
                self._elsewhere = name


def _name(index: ZoneIndex) -> bytes:
    zones = sorted((each.id, each.version) for each in index.zones)
    switches = sorted(index.switches.items())
    return hashlib.blake2b(repr((zones, switches)).encode(), digest_size=NAME_BYTES).digest()
