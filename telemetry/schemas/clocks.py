"""The wire shapes of vehicles' clocks."""

from typing import Self

from pydantic import BaseModel

from telemetry.intake.clocks import ClockReading


class ClockOut(BaseModel):
    """How far a vehicle's clock is behind the city's at most; below 0 it is ahead."""

    operator: str
    vehicle: str
    behind_s: float
    positions: int

    @classmethod
    def of(cls, reading: ClockReading) -> Self:
        """Tell a reading."""
        return cls(
            operator=reading.vehicle.operator,
            vehicle=reading.vehicle.vehicle,
            behind_s=reading.behind_ms / 1000,
            positions=reading.positions,
        )


class ClocksOut(BaseModel):
    """Clocks, the farthest off first."""

    clocks: list[ClockOut]
