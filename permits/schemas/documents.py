"""Documents of operators and vehicles as they arrive and are answered."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ValidationInfo, field_validator

from permits.kinds import DocumentKind
from permits.parties import HeldDocument, OperatorId, VehicleId
from permits.schemas.told import InstantOut
from permits.schemas.words import In, Instant, Name, refused


class DocumentIn(In):
    """An insurance or a competence to attach; it is valid until just before `valid_until`."""

    kind: DocumentKind
    number: Name
    issuer: Name
    valid_from: Instant
    valid_until: Instant

    @field_validator("valid_until")
    @classmethod
    def _after_its_start(cls, until: datetime, info: ValidationInfo) -> datetime:
        start = info.data.get("valid_from")
        if start is not None and until <= start:
            reason = f"the document is valid from {start.isoformat()}, and so cannot end before"
            raise refused(reason)
        return until

    def to_document(
        self, operator: str, vehicle: str | None, *, by: str, at: datetime
    ) -> HeldDocument:
        """Return the document of an operator or of one of its vehicles."""
        return HeldDocument(
            operator=OperatorId(operator),
            vehicle=None if vehicle is None else VehicleId(vehicle),
            kind=self.kind,
            number=self.number,
            issuer=self.issuer,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            attached_by=by,
            attached_at=at,
        )


class DocumentOut(BaseModel):
    """A document, and whether it is valid now."""

    kind: DocumentKind
    number: str
    issuer: str
    valid_from: InstantOut
    valid_until: InstantOut
    valid: bool
    attached_by: str
    attached_at: InstantOut

    @classmethod
    def of(cls, document: HeldDocument, now: datetime) -> Self:
        """Tell a document."""
        return cls(
            kind=document.kind,
            number=document.number,
            issuer=document.issuer,
            valid_from=document.valid_from,
            valid_until=document.valid_until,
            valid=document.valid_from <= now < document.valid_until,
            attached_by=document.attached_by,
            attached_at=document.attached_at,
        )


class DocumentsOut(BaseModel):
    """The documents of an operator or of a vehicle."""

    items: list[DocumentOut]
    next: str | None = None
