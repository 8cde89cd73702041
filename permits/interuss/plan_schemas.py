"""Flight plans as they arrive, their translation into what is wanted, and the answers."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field

from permits.identifiers import is_drone_serial, uas_number
from permits.interuss.impacts import ORDINARY
from permits.interuss.plans import Aircraft, Answer, Result, Status, Style, Usage, Wanted
from permits.interuss.volumes import Charted, Said, Volume4D, written
from permits.model import OperationVolume
from permits.schemas.words import Number, refused
from zones.model import Purpose
from zones.periods import Window

MOST_VOLUMES = 20
LONGEST_ID = 200
HIGHEST_PRIORITY = 0
CLASSES = frozenset({"Other", *(f"C{number}" for number in range(7))})

Inclusion = Literal["Unknown", "AtLeastOneAdvisoryOrCondition", "NoAdvisoriesOrConditions"]


def _printable(text: str) -> str:
    if not text.isprintable():
        reason = "a request's id is printable"
        raise refused(reason)
    return text


RequestId = Annotated[str, Field(min_length=1, max_length=LONGEST_ID), AfterValidator(_printable)]


class BasicInformation(Said):
    """What a user wants of a flight plan."""

    usage_state: Usage
    uas_state: Aircraft = Aircraft.NOMINAL
    area: Annotated[list[Volume4D], Field(max_length=MOST_VOLUMES, default_factory=list)]


class UasInformation(Said):
    """What is said of the aircraft."""

    serial_number: str | None = None


class OpIntent(Said):
    """What ASTM F3548-21 asks for."""

    priority: int | None = None


class Authorisation(Said):
    """What annex IV of the regulation (EU) 2021/664 asks for."""

    uas_serial_number: str
    operation_mode: str
    operation_category: str
    uas_class: str
    identification_technologies: list[str]
    uas_type_certificate: str | None = None
    connectivity_methods: list[str]
    endurance_minutes: Number
    emergency_procedure_url: str
    operator_id: str

    def faults(self) -> Iterator[str]:
        """Yield the fields that annex IV would not have so."""
        url = self.emergency_procedure_url
        sound = {
            "uas_serial_number": is_drone_serial(self.uas_serial_number),
            "operation_mode": self.operation_mode in {"Vlos", "Bvlos"},
            "operation_category": self.operation_category in {"Open", "Specific", "Certified"},
            "uas_class": self.uas_class in CLASSES,
            "uas_type_certificate": self.uas_class != "Other" or bool(self.uas_type_certificate),
            "identification_technologies": any(self.identification_technologies),
            "connectivity_methods": any(self.connectivity_methods),
            "endurance_minutes": self.endurance_minutes > 0,
            "emergency_procedure_url": url.startswith(("https://", "http://")),
            "operator_id": uas_number(self.operator_id) is not None,
        }
        yield from (name for name, holds in sound.items() if not holds)


class FlightPlan(Said):
    """A user's intent."""

    basic_information: BasicInformation
    uas: UasInformation | None = None
    astm_f3548_21: OpIntent | None = None
    uspace_flight_authorisation: Authorisation | None = None
    additional_information: dict[str, Any] | None = None

    def to_wanted(self) -> Wanted:
        """Return what is wanted, with the reason where it cannot be asked for."""
        basic = self.basic_information
        reason = self._unsupported() or self._faulty()
        return Wanted(
            usage=basic.usage_state,
            aircraft=basic.uas_state,
            volumes=() if reason else tuple(_volume(each) for each in basic.area),
            purpose=self._purpose() or ORDINARY,
            serial=self._serial(),
            refused=reason,
        )

    def as_planned(self, volumes: tuple[OperationVolume, ...]) -> dict[str, Any]:
        """Return the plan as it was granted, where that is not as it was asked for."""
        told = self.basic_information.model_dump(mode="json", exclude_none=True)
        for each, volume in zip(told["area"], volumes, strict=True):
            each["time_start"] = written(volume.start)
            each["time_end"] = written(volume.end)
        return {"basic_information": told}

    def _unsupported(self) -> tuple[Result, str] | None:
        intent = self.astm_f3548_21 or OpIntent()
        told = ""
        if intent.priority is not None and intent.priority > HIGHEST_PRIORITY:
            told = "astm_f3548_21/priority: no flight goes before another here."
        elif self._purpose() is None:
            known = ", ".join(Purpose)
            told = f"additional_information/purpose: it is none of {known}."
        else:
            told = next(_unplannable(self.basic_information.area), "")
        return (Result.NOT_SUPPORTED, told) if told else None

    def _faulty(self) -> tuple[Result, str] | None:
        stated = self.uspace_flight_authorisation
        faults = list(stated.faults()) if stated else []
        if not faults:
            return None
        named = ", ".join(f"uspace_flight_authorisation/{each}" for each in faults)
        return Result.REJECTED, f"{named}: not as annex IV of (EU) 2021/664 asks."

    def _purpose(self) -> Purpose | None:
        said = (self.additional_information or {}).get("purpose", ORDINARY)
        return Purpose(said) if isinstance(said, str) and said in set(Purpose) else None

    def _serial(self) -> str:
        stated = self.uspace_flight_authorisation
        if stated:
            return stated.uas_serial_number
        return (self.uas and self.uas.serial_number) or ""


class UpsertIn(Said):
    """A request to plan a flight, or to change, use or close what was planned."""

    flight_plan: FlightPlan
    execution_style: Style
    request_id: RequestId


class ClearIn(Said):
    """A request to end all plans in an area."""

    request_id: RequestId
    extent: Charted


class PlanOut(BaseModel):
    """What became of a request about a plan."""

    planning_result: Result
    flight_plan_status: Status
    notes: str | None = None
    as_planned: dict[str, Any] | None = None
    includes_advisories: Inclusion = "Unknown"

    @classmethod
    def of(cls, answer: Answer, plan: FlightPlan | None = None) -> "PlanOut":
        """Word an answer."""
        changed = plan and answer.volumes and plan.as_planned(answer.volumes)
        return cls(
            planning_result=answer.result,
            flight_plan_status=answer.status,
            notes=answer.notes or None,
            as_planned=changed or None,
            includes_advisories=_inclusion(answer.advised),
        )


class Outcome(BaseModel):
    """Whether an area was cleared."""

    success: bool
    message: str


class ClearOut(BaseModel):
    """What became of a request to clear an area."""

    outcome: Outcome


class NotificationOut(BaseModel):
    """What the user was told, and when."""

    observed_at: dict[str, str]
    message: str
    conflicts: Literal["Unknown", "None", "Single", "Multiple"]


class NotificationsOut(BaseModel):
    """What the user was told in a span."""

    user_notifications: list[NotificationOut]


def _unplannable(area: list[Volume4D]) -> Iterator[str]:
    """Yield why volumes cannot be granted: a permit has an end, and heights above something."""
    for number, each in enumerate(area):
        if each.volume.takes_off:
            yield f"area/{number}/volume: heights above the take-off place are not known here."
        if each.time_start is None or each.time_end is None:
            yield f"area/{number}: a permit has a time_start and a time_end."


def _volume(said: Volume4D) -> OperationVolume:
    extent = said.to_extent()
    window = Window(start=extent.window.start, end=extent.window.end)
    return OperationVolume(footprint=extent.footprint, band=extent.band, window=window)


def _inclusion(advised: bool | None) -> Inclusion:  # noqa: FBT001 - yes, no, or not known
    if advised is None:
        return "Unknown"
    return "AtLeastOneAdvisoryOrCondition" if advised else "NoAdvisoriesOrConditions"
