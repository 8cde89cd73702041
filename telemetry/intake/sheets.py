"""How do messages become columns? One sheet takes down what a batch holds, and lays it out."""

from collections.abc import Mapping, Sequence

import numpy as np

from telemetry.formats.octroi_columns import NOTHING_READ, Numbering, Scanned, columns, merged
from telemetry.formats.octroi_scan import ALT, H_ACC, HEADING, LAT, LON, SPEED, V_ACC
from telemetry.formats.position import Position
from telemetry.intake.arrivals import Arrivals, Nameless, Refused, Sender, Whole
from telemetry.model import Fix, Observations, VehicleKey
from zones.columns import Indices, Positions
from zones.model import Layer


class Sheet:
    """Takes down what messages hold, one after the other, until it is laid out as columns.

    What was read as columns already is only counted here, in the order in which it was read.
    """

    def __init__(self, read: Scanned = NOTHING_READ) -> None:
        self._read = read
        self._positions: list[Position] = []
        self._rows = 0
        self._blocks: list[tuple[int, int, int, int, int, int, bool]] = []
        self._vehicles: Numbering[VehicleKey] = Numbering()
        self._senders: Numbering[str] = Numbering()
        self._origins: Numbering[Sender] = Numbering()
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
        self._add(len(positions), owner, origin, received_at_ms, read=False)

    def add_read(
        self, count: int, owner: tuple[VehicleKey, Layer], origin: Sender, received_at_ms: int
    ) -> None:
        """Take down the next so many positions of what was read as columns, of one vehicle."""
        self._add(count, owner, origin, received_at_ms, read=True)

    def _add(
        self,
        count: int,
        owner: tuple[VehicleKey, Layer],
        origin: Sender,
        received_at_ms: int,
        *,
        read: bool,
    ) -> None:
        vehicle, layer = self._vehicles[owner[0]], _CODES[owner[1]]
        sender, origin_ = self._senders[origin.sender], self._origins[origin]
        self._blocks.append((vehicle, layer, sender, origin_, received_at_ms, count, read))
        self._rows += count

    def add_fix(
        self,
        fix: Fix,
        owner: tuple[VehicleKey, Layer],
        origin: Sender,
        received_at_ms: int,
        nameless: Nameless | None,
    ) -> None:
        """Take down a position of any format."""
        row = self._rows
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
        blocks = np.array(self._blocks, np.int64).reshape(-1, 7)
        vehicle, layer, sender, origin, received, read = np.repeat(
            blocks[:, [0, 1, 2, 3, 4, 6]].T, blocks[:, 5], axis=1
        )
        said = merged(self._read, columns(self._positions), read.astype(bool))
        boots, boot = _boots(said.boots, said.boot)
        observations = Observations(
            vehicles=tuple(self._vehicles),
            vehicle=vehicle.astype(np.int32),
            positions=Positions(
                at_ms=said.at_ms,
                lon=said.fractions[LON],
                lat=said.fractions[LAT],
                alt_m=said.fractions[ALT],
                alt_ref=said.alt_ref,
                h_acc_m=said.fractions[H_ACC],
                v_acc_m=said.fractions[V_ACC],
                layer=layer.astype(np.int8),
            ),
            speed_mps=said.fractions[SPEED],
            heading_deg=said.fractions[HEADING],
            boots=boots,
            boot=boot,
            seq=said.seq,
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


# An enum's own `code` is looked for in a tuple, which is too long for each message.
_CODES: Mapping[Layer, int] = {layer: layer.code for layer in Layer}


def _boots(spelt: Sequence[str], boot: Indices) -> tuple[tuple[str, ...], Indices]:
    """Number the boots, each once."""
    same: Numbering[str] = Numbering()
    meant = [same[each] for each in spelt]
    return tuple(same), np.array(meant, np.int32)[boot]
