"""How do answers about zones look?"""

from dataclasses import asdict
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, Field

from zones.differences import Difference, Kind
from zones.editions import Edition, Withdrawal, to_feature, to_record, to_zone
from zones.formats.defects import Remark
from zones.importing import bare
from zones.reading import History, Page
from zones.schemas.asking import to_cursor
from zones.sentences import sentence
from zones.service import Imported
from zones.time.changes import Why


class ZoneOut(BaseModel):
    """A zone as a GeoJSON feature with its version and validity."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: dict[str, Any]
    properties: dict[str, Any]

    @classmethod
    def of(cls, edition: Edition) -> "ZoneOut":
        """Show an edition."""
        return cls.model_validate(to_feature(edition))


class RemarkOut(BaseModel):
    """What was taken of which feature that is not as it should be."""

    feature: int | str
    path: str
    reason: str

    @classmethod
    def of(cls, remark: Remark) -> "RemarkOut":
        """Show a remark."""
        return cls(feature=remark.feature, path=remark.path, reason=remark.reason)


class PublishedOut(ZoneOut):
    """A zone that was published, and what was taken of it that is not as it should be."""

    remarks: list[RemarkOut]

    @classmethod
    def published(cls, edition: Edition) -> "PublishedOut":
        """Show what was published just now."""
        remarks = [RemarkOut.of(each) for each in bare([to_zone(edition)])]
        return cls(**to_feature(edition), remarks=remarks)


class RecordedWire(BaseModel):
    """Who recorded a version when, and until when it was believed."""

    at: AwareDatetime
    by: str
    superseded_at: AwareDatetime | None


class VersionOut(ZoneOut):
    """A zone version and when it was believed."""

    recorded: RecordedWire


class ZonesOut(BaseModel):
    """A page of zones as a GeoJSON feature collection; `next` is the cursor of the one after.

    The same question with this `known_at` gets the same answer for ever after.
    """

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[ZoneOut]
    known_at: AwareDatetime
    next: str | None = None

    @classmethod
    def of(cls, page: Page) -> "ZonesOut":
        """Show a page."""
        following = None if page.following is None else to_cursor(page.following)
        features = [ZoneOut.of(each) for each in page.editions]
        return cls(features=features, known_at=page.known_at, next=following)


class WithdrawalOut(BaseModel):
    """From when on a zone is the law no more, by which act, and who recorded it when."""

    start: AwareDatetime = Field(serialization_alias="from")
    act: str
    at: AwareDatetime
    by: str

    @classmethod
    def of(cls, withdrawal: Withdrawal) -> "WithdrawalOut":
        """Show a withdrawal."""
        return cls(
            start=withdrawal.start,
            act=withdrawal.act,
            at=withdrawal.recorded_at,
            by=withdrawal.recorded_by,
        )


class VersionsOut(BaseModel):
    """Everything ever recorded about a zone, newest first, and how it was withdrawn."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[VersionOut]
    withdrawals: list[WithdrawalOut]

    @classmethod
    def of(cls, history: History) -> "VersionsOut":
        """Show a zone's history."""
        return cls(
            features=[VersionOut.model_validate(to_record(each)) for each in history.editions],
            withdrawals=[WithdrawalOut.of(each) for each in history.withdrawals],
        )


class ChangeOut(BaseModel):
    """One field that says something else; a footprint tells what it gains and loses instead."""

    field: str
    before: Any = None
    after: Any = None
    gained_m2: float | None = None
    lost_m2: float | None = None


class DifferenceOut(BaseModel):
    """What became of one zone."""

    id: str
    name: str
    kind: Kind
    changes: list[ChangeOut]
    sentence: str

    @classmethod
    def of(cls, difference: Difference) -> "DifferenceOut":
        """Show a difference."""
        return cls(
            id=difference.zone_id,
            name=difference.name,
            kind=difference.kind,
            changes=[ChangeOut(**asdict(change)) for change in difference.changes],
            sentence=sentence(difference),
        )


class DiffOut(BaseModel):
    """What differs between the law of two instants, by id; nothing when they mean the same."""

    differences: list[DifferenceOut]


class NextChangeOut(BaseModel):
    """When a zone changes next and why, null when nobody knows of any, and how it is then."""

    at: AwareDatetime | None
    why: Why | None
    in_force: bool
    version: int | None


class ImportOut(BaseModel):
    """What an import did, or with `dry_run` would do: ids by what becomes of them.

    A dry run also tells what would be different; remarks, what was taken that is not as it should.
    """

    dry_run: bool
    added: list[str]
    changed: list[str]
    unchanged: list[str]
    differences: list[DifferenceOut]
    remarks: list[RemarkOut]

    @classmethod
    def of(cls, imported: Imported, *, dry_run: bool) -> "ImportOut":
        """Show what an import did."""
        return cls(
            dry_run=dry_run,
            added=list(imported.added),
            changed=list(imported.changed),
            unchanged=list(imported.unchanged),
            differences=[DifferenceOut.of(each) for each in imported.differences],
            remarks=[RemarkOut.of(each) for each in imported.remarks],
        )
