"""What does a statement of a voyage, or of data read, look like on the wire?"""

from typing import Annotated

from pydantic import AwareDatetime, Field

from billing.schemas.wire import Wire
from billing.stating import NOTHING_TOLD, InvalidStatement, Statement
from permits.parties import OperatorId, VehicleId
from zones.model import Layer

COUNTED = ("passengers", "cargo_kg", "distance_m", "calls")
Count = Annotated[int, Field(ge=0, lt=2**31)]


class StatementIn(Wire):
    """A voyage with its load (`cargo_kg` with `distance_m`, `passengers`), or a day's `calls`.

    The same `reference` with the same content changes nothing; with other content it is refused.
    """

    operator: Annotated[str, Field(min_length=1, max_length=64)]
    reference: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w.:-]+$")]
    layer: Layer
    at: AwareDatetime
    vehicle: Annotated[str | None, Field(max_length=64)] = None
    cargo_kg: Count = 0
    distance_m: Count = 0
    passengers: Count = 0
    calls: Count = 0

    def to_statement(self) -> Statement:
        """Return the noun; where all that is counted is 0, refuse the field that says so."""
        given = [name for name in COUNTED if name in self.model_fields_set]
        if given and not any(getattr(self, name) for name in COUNTED):
            msg = f"{given[0]}: {NOTHING_TOLD}"
            raise InvalidStatement(msg)
        said = self.model_dump(exclude={"operator", "vehicle"})
        return Statement(
            operator=OperatorId(self.operator),
            vehicle=VehicleId(self.vehicle) if self.vehicle else None,
            **said,
        )
