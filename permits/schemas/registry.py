"""Operators, sensors and keys as they arrive and are answered."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ValidationInfo, field_validator

from permits.identifiers import UasNumber, uas_number
from permits.keys import AccessKey
from permits.parties import Operator, OperatorId, Role, Sensor, SizeClass
from permits.schemas.words import In, Instant, Name, OwnerName, Siren, Siret, Text, refused

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


class KeyIn(In):
    """A key to make; an operator's or a sensor's `name` is its id."""

    role: Role
    name: Name
    expires_at: Instant | None = None


class KeyOut(BaseModel):
    """What is known of a key; the key itself is not."""

    prefix: str
    role: Role
    name: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, kept: AccessKey) -> Self:
        """Tell what is kept of a key."""
        return cls(
            prefix=kept.prefix,
            role=kept.role,
            name=kept.name,
            created_at=kept.created_at,
            expires_at=kept.expires_at,
            revoked_at=kept.revoked_at,
        )


class NewKeyOut(KeyOut):
    """A new key; `key` is shown this once."""

    key: str


class KeysOut(BaseModel):
    """The city's access keys."""

    items: list[KeyOut]
    next: str | None = None
