"""How do orders about zones and switches come in, and how do switches look?"""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from zones.model import ZoneId
from zones.schemas.asking import Instant
from zones.schemas.wire import Wire
from zones.service import Ending
from zones.switching import Order, Standing
from zones.time.switches import SwitchSetting

SWITCH_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
Act = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
SwitchName = Annotated[str, StringConstraints(pattern=SWITCH_NAME)]


class WithdrawIn(Wire):
    """An order to withdraw a zone by an act, from an instant on, else from the end of notice."""

    start: Instant | None = Field(default=None, alias="from")
    act: Act

    def to_ending(self, zone_id: str, known: int | None, *, emergencies_only: bool) -> Ending:
        """Return the order."""
        return Ending(
            zone_id=ZoneId(zone_id),
            act=self.act,
            start=self.start,
            known=known,
            emergencies_only=emergencies_only,
        )


class SwitchIn(Wire):
    """An order to set a switch by an act, from an instant on, else at once."""

    on: bool
    act: Act
    start: Instant | None = Field(default=None, alias="from")

    def to_order(self, name: str) -> Order:
        """Return the order."""
        return Order(name=name, on=self.on, act=self.act, start=self.start)


class SettingOut(BaseModel):
    """One setting of a switch, with its act, and who recorded it when."""

    on: bool
    start: datetime = Field(serialization_alias="from")
    act: str
    at: datetime
    by: str

    @classmethod
    def of(cls, setting: SwitchSetting) -> "SettingOut":
        """Show a setting."""
        return cls(
            on=setting.on,
            start=setting.start,
            act=setting.act,
            at=setting.recorded_at,
            by=setting.recorded_by,
        )


class SwitchOut(BaseModel):
    """How a switch stands, how many zones hang on it, and every setting, newest first."""

    name: str
    on: bool
    zones: int
    settings: list[SettingOut]

    @classmethod
    def of(cls, standing: Standing) -> "SwitchOut":
        """Show a switch."""
        return cls(
            name=standing.name,
            on=standing.on,
            zones=standing.zones,
            settings=[SettingOut.of(each) for each in reversed(standing.settings)],
        )


class SwitchesOut(BaseModel):
    """Every switch that was ever set, or that a zone hangs on."""

    items: list[SwitchOut]
