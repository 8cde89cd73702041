"""What did messages come to: which observations, as columns, and what in them was refused?"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from telemetry.columns import numbers
from telemetry.formats.position import H_ACC_M, V_ACC_M, Position
from telemetry.model import Fix, Observations, VehicleKey
from zones.columns import Codes, Indices, Positions
from zones.model import HEIGHT_REFERENCES, Layer

_REFERENCES: Mapping[str | None, int] = {
    None: 0,
    **{reference.value: reference.code for reference in HEIGHT_REFERENCES},
}
_Named = TypeVar("_Named", bound=Hashable)


class Sender(NamedTuple):
    """Who sent a message, and the vehicle that its receipt names, "" for a sensor's."""

    sender: str
    named: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One position that could not be read or attributed; `digest` names it among the refused.

    `key` is its message's where that is settled as a whole, else empty.
    """

    sender: str
    named: str
    topic: str
    reason: str
    boot: str
    seq: int | None
    key: str
    digest: bytes
    excerpt: bytes
    received_at_ms: int


class Whole(NamedTuple):
    """A message that is settled as a whole, as not all in it have a `seq`: whose, and its key."""

    sender: Sender
    key: str


class Nameless(NamedTuple):
    """What a position without a `seq` is known by: its own key, and its message's."""

    key: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """The readable positions of some messages in the order they came, and what else came.

    `origin` indexes `origins`, by row. Only some rows are in `nameless`, and in `fixes`: what a
    format other than Octroi's own says beside what the columns hold.
    """

    observations: Observations
    origins: tuple[Sender, ...]
    origin: Indices
    nameless: Mapping[int, Nameless]
    fixes: Mapping[int, Fix]
    whole: tuple[Whole, ...]
    refused: tuple[Refused, ...]

    def __len__(self) -> int:
        """Return the number of readable positions."""
        return len(self.origin)

    @property
    def stamped(self) -> NDArray[np.bool_]:
        """Tell which rows have the device's own time, not that of their reception."""
        told = np.ones(len(self), dtype=bool)
        told[[row for row, fix in self.fixes.items() if fix.at_ms is None]] = False
        return told

    def take(self, rows: NDArray[np.intp]) -> "Arrivals":
        """Return these rows, in this order, and all else that came."""
        place = {row: n for n, row in enumerate(rows.tolist())}
        nameless, fixes = self.nameless.items(), self.fixes.items()
        return replace(
            self,
            observations=self.observations.take(rows),
            origin=self.origin[rows],
            nameless={place[row]: each for row, each in nameless if row in place},
            fixes={place[row]: each for row, each in fixes if row in place},
        )

    def fix(self, row: int) -> Fix:
        """Return one position as its format stated it."""
        if row in self.fixes:
            return self.fixes[row]
        batch, where = self.observations, self.observations.positions
        reference = int(where.alt_ref[row])
        return Fix(
            at_ms=int(where.at_ms[row]),
            lon=float(where.lon[row]),
            lat=float(where.lat[row]),
            alt_m=_known(where.alt_m[row]),
            alt_ref=HEIGHT_REFERENCES[reference - 1] if reference else None,
            h_acc_m=float(where.h_acc_m[row]),
            v_acc_m=float(where.v_acc_m[row]),
            speed_mps=_known(batch.speed_mps[row]),
            heading_deg=_known(batch.heading_deg[row]),
            boot=batch.boots[batch.boot[row]],
            seq=int(batch.seq[row]),
        )


class Sheet:
    """Takes down what messages hold, one after the other, until it is laid out as columns."""

    def __init__(self) -> None:
        self._positions: list[Position] = []
        self._blocks: list[tuple[int, int, int, int, int, int]] = []
        self._vehicles: _Numbering[VehicleKey] = _Numbering()
        self._senders: _Numbering[str] = _Numbering()
        self._origins: _Numbering[Sender] = _Numbering()
        self.nameless: dict[int, Nameless] = {}
        self.fixes: dict[int, Fix] = {}
        self.whole: list[Whole] = []
        self.refused: list[Refused] = []

    def add(
        self,
        positions: Sequence[Position],
        owner: tuple[VehicleKey, Layer],
        origin: Sender,
        received_at_ms: int,
    ) -> None:
        """Take down positions of one vehicle that came together; `at` and `seq` are numbers."""
        self._positions += positions
        self._blocks.append(
            (
                self._vehicles[owner[0]],
                _CODES[owner[1]],
                self._senders[origin.sender],
                self._origins[origin],
                received_at_ms,
                len(positions),
            )
        )

    def add_fix(
        self,
        fix: Fix,
        owner: tuple[VehicleKey, Layer],
        origin: Sender,
        received_at_ms: int,
        nameless: Nameless | None,
    ) -> None:
        """Take down a position of any format."""
        row = len(self._positions)
        self.fixes[row] = fix
        if nameless is not None:
            self.nameless[row] = nameless
        position = Position(
            at=received_at_ms if fix.at_ms is None else fix.at_ms,
            lon=fix.lon,
            lat=fix.lat,
            alt=fix.alt_m,
            alt_ref=None if fix.alt_ref is None else fix.alt_ref.value,
            h_acc=fix.h_acc_m,
            v_acc=fix.v_acc_m,
            speed=fix.speed_mps,
            heading=fix.heading_deg,
            boot=fix.boot,
            seq=fix.seq,
        )
        self.add([position], owner, origin, received_at_ms)

    def laid_out(self) -> Arrivals:
        """Return everything as columns."""
        boots, boot = _boots([one.boot for one in self._positions])
        blocks = np.array(self._blocks, np.int64).reshape(-1, 6)
        vehicle, layer, sender, origin, received = np.repeat(blocks[:, :5].T, blocks[:, 5], axis=1)
        observations = Observations(
            vehicles=tuple(self._vehicles),
            vehicle=vehicle.astype(np.int32),
            positions=_where(self._positions, layer.astype(np.int8)),
            speed_mps=numbers([one.speed for one in self._positions]),
            heading_deg=numbers([one.heading for one in self._positions]),
            boots=boots,
            boot=boot,
            seq=np.array([one.seq for one in self._positions], np.int64),
            senders=tuple(self._senders),
            sender=sender.astype(np.int32),
            received_at_ms=received,
        )
        return Arrivals(
            observations=observations,
            origins=tuple(self._origins),
            origin=origin.astype(np.int32),
            nameless=self.nameless,
            fixes=self.fixes,
            whole=tuple(self.whole),
            refused=tuple(self.refused),
        )


class _Numbering(dict[_Named, int]):
    """Gives each new key the next number."""

    def __missing__(self, key: _Named) -> int:
        number = self[key] = len(self)
        return number


# An enum's own `code` is looked for in a tuple, which is too long for each message.
_CODES: Mapping[Layer, int] = {layer: layer.code for layer in Layer}


def _where(rows: Sequence[Position], layer: Codes) -> Positions:
    return Positions(
        at_ms=np.array([one.at for one in rows], np.int64),
        lon=np.array([one.lon for one in rows], np.float64),
        lat=np.array([one.lat for one in rows], np.float64),
        alt_m=numbers([one.alt for one in rows]),
        alt_ref=np.array([_REFERENCES[one.alt_ref] for one in rows], np.int8),
        h_acc_m=np.array([H_ACC_M if one.h_acc is None else one.h_acc for one in rows], np.float64),
        v_acc_m=np.array([V_ACC_M if one.v_acc is None else one.v_acc for one in rows], np.float64),
        layer=layer,
    )


def _boots(written: Sequence[str | int | None]) -> tuple[tuple[str, ...], Indices]:
    """Number the boots; 7 and "7" are the same one."""
    spelt: _Numbering[str | int | None] = _Numbering()
    code: Callable[[str | int | None], int] = spelt.__getitem__
    spelling = np.array(list(map(code, written)), np.int32)
    same: _Numbering[str] = _Numbering()
    meant = [same["" if boot is None else str(boot)] for boot in spelt]
    return tuple(same), np.array(meant, np.int32)[spelling]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
