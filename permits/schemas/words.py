"""What may a value on the wire be? The strict types that every body of permits is made of.

JSON's `true` is no number, a number no instant, and a text never holds what cannot be stored.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from permits.identifiers import is_plate, is_siren, is_siret

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
PLACED = re.compile(r"(?P<place>[a-z_]+(?:\[[0-9]+\])*): (?P<why>\S.*)", re.DOTALL)
STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)


class In(BaseModel):
    """A body as it is received: nothing unknown, nothing infinite."""

    model_config = STRICT


def refused(reason: str) -> PydanticCustomError:
    """Make the error that names the field by its place and the reason by this sentence."""
    return PydanticCustomError("refused", "{reason}", {"reason": reason})


def refused_at(place: tuple[str | int, ...], reason: str) -> ValidationError:
    """Make the error that names a field deeper than the one that is looked at."""
    line = InitErrorDetails(type=refused(reason), loc=place, input=None)
    return ValidationError.from_exception_data("refused", [line])


def refused_where(reason: str) -> PydanticCustomError | ValidationError:
    """Make the error of a sentence that begins with its place, as in `coordinates[2]: …`."""
    said = PLACED.fullmatch(reason)
    if said is None:
        return refused(reason)
    name, *numbers = re.split(r"[\[\]]+", said["place"].rstrip("]"))
    return refused_at((name, *map(int, numbers)), said["why"])


def _is_text(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if not isinstance(value, str):
        reason = "an instant is ISO 8601 text with an offset, like 2026-12-01T09:00:00+01:00"
        raise refused(reason)
    return value


def _in_our_time(value: datetime) -> datetime:
    if not EARLIEST <= value < LATEST:
        reason = f"{value.isoformat()} is not between {EARLIEST.year} and {LATEST.year}"
        raise refused(reason)
    return value.astimezone(UTC)


def _is_printable(value: str) -> str:
    if not all(each.isprintable() or each in "\n\t" for each in value):
        reason = "a text must not hold control characters"
        raise refused(reason)
    return value


def _is_siren(value: str) -> str:
    if value and not is_siren(value):
        reason = f"{value!r} is not a SIREN: nine digits of which the last checks the others"
        raise refused(reason)
    return value


def _is_siret(value: str) -> str:
    if value and not is_siret(value):
        reason = f"{value!r} is not a SIRET: a SIREN and five digits more, the last a check digit"
        raise refused(reason)
    return value


def _is_plate(value: str) -> str:
    if not is_plate(value):
        reason = "a plate is written in capitals and digits, like AB-123-CD"
        raise refused(reason)
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_is_text), AfterValidator(_in_our_time)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Text = Annotated[str, Field(max_length=200), AfterValidator(_is_printable)]
Name = Annotated[Text, Field(min_length=1)]
Reason = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_is_printable)]
# Names are levels of MQTT topics: no slash, plus or hash.
OwnerName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
VehicleName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,62}$")]
Siren = Annotated[str, AfterValidator(_is_siren)]
Siret = Annotated[str, AfterValidator(_is_siret)]
Plate = Annotated[str, AfterValidator(_is_plate)]
