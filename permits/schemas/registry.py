"""Operators and sensors as they arrive and are answered."""

from typing import Self

from pydantic import BaseModel, ValidationInfo, field_validator

from permits.identifiers import UasNumber, uas_number
from permits.parties import Operator, OperatorId, Sensor, SizeClass
from permits.schemas.words import In, Name, OwnerName, Siren, Siret, Text, refused

SIREN_DIGITS = 9


class OperatorIn(In):
    """A company or body to register; `siren` may be empty where there is none.

    `uas_number` is the whole number of a drone operator, like FIN87astrdge12k8-xyz: its first 16
    characters are shown, of the whole only a digest is kept.
    """

    id: OwnerName
    name: Name
    siren: Siren = ""
    siret: Siret = ""
    size: SizeClass
    address: Text = ""
    uas_number: str = ""

    @field_validator("siret")
    @classmethod
    def _of_the_company(cls, siret: str, info: ValidationInfo) -> str:
        siren = info.data.get("siren")
        if siret and siren and not siret.startswith(siren):
            reason = f"the establishment {siret} is not one of the company {siren}"
            raise refused(reason)
        return siret

    @field_validator("uas_number")
    @classmethod
    def _checks_itself(cls, number: str) -> str:
        # The number is not repeated: part of it is a secret.
        if number and uas_number(number) is None:
            reason = (
                "this is not the number of a drone operator: a state, 12 characters, a check "
                "character, and behind a hyphen the 3 secret ones, like FIN87astrdge12k8-xyz"
            )
            raise refused(reason)
        return number

    def uas(self) -> UasNumber | None:
        """Return the whole number of a drone operator."""
        return uas_number(self.uas_number)

    def to_operator(self) -> Operator:
        """Return the operator; an establishment tells its company."""
        uas = self.uas()
        return Operator(
            id=OperatorId(self.id),
            name=self.name,
            siren=self.siren or self.siret[:SIREN_DIGITS],
            size=self.size,
            address=self.address,
            siret=self.siret,
            uas_number=uas.public if uas else "",
        )


class OperatorOut(BaseModel):
    """A registered operator; `uas_number` without its secret part."""

    id: str
    name: str
    siren: str
    siret: str
    size: SizeClass
    address: str
    uas_number: str

    @classmethod
    def of(cls, operator: Operator) -> Self:
        """Tell an operator."""
        return cls(
            id=operator.id,
            name=operator.name,
            siren=operator.siren,
            siret=operator.siret,
            size=operator.size,
            address=operator.address,
            uas_number=operator.uas_number,
        )


class OperatorsOut(BaseModel):
    """The registered operators."""

    items: list[OperatorOut]
    next: str | None = None


class SensorIn(In):
    """A receiver of the city to register."""

    id: OwnerName
    name: Name

    def to_sensor(self) -> Sensor:
        """Return the sensor."""
        return Sensor(id=self.id, name=self.name)


class SensorOut(BaseModel):
    """A registered receiver of the city."""

    id: str
    name: str


class SensorsOut(BaseModel):
    """The registered receivers of the city."""

    items: list[SensorOut]
    next: str | None = None
