"""`octroi advice`: may I, here, then, for this, and what would it cost?"""

from datetime import datetime
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from octroi.cli.instants import instant
from octroi.cli.permit_telling import AsJson, Lang, advice_lines, print_as
from octroi.cli.place import placed
from octroi.cli.records import errors, opened
from octroi.reasons import reason
from permits.model import InvalidApplication
from permits.schemas.advice import AdviceOut
from permits.schemas.applications import AdviceIn
from zones.model import HeightReference, Layer, Purpose

WRONG = 2
Metres = Annotated[float | None, typer.Option(metavar="METRES", help="Above ground.")]


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command("advice")(placed(advice))


def advice(
    lon: Annotated[float, typer.Argument(help="Longitude, degrees.")],
    lat: Annotated[float, typer.Argument(help="Latitude, degrees.")],
    purpose: Annotated[Purpose, typer.Option(help="What for.")],
    layer: Annotated[Layer, typer.Option(help="In which layer.")],
    start: Annotated[
        datetime, typer.Option("--from", parser=instant, metavar="INSTANT", help="From when on.")
    ],
    end: Annotated[
        datetime, typer.Option("--until", parser=instant, metavar="INSTANT", help="Until when.")
    ],
    *,
    radius: Annotated[float, typer.Option(metavar="METRES", help="How far around.")] = 50.0,
    lower: Metres = None,
    upper: Metres = None,
    operator: Annotated[str | None, typer.Option(help="Who asks; else anybody.")] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Say what applies to a use, whether it needs a permit, would get one, and at what price."""
    volume = {
        "footprint": {"type": "Point", "coordinates": [lon, lat], "radius_m": radius},
        "lower": _height(lower),
        "upper": _height(upper),
        "start": start.isoformat(),
        "end": end.isoformat(),
    }
    stated = {"purpose": purpose, "layer": layer, "volumes": [volume], "operator": operator}
    try:
        body = AdviceIn.model_validate(stated)
        with opened() as (parts, _):
            found = parts.permits.advise(body.to_application(operator or ""))
            content = body.model_dump(mode="json", exclude={"operator", "vehicles"})
            told = AdviceOut.of(found, parts.permits.seal(content))
    except ValidationError as error:
        first = error.errors()[0]
        _stop(f"{'/'.join(str(each) for each in first['loc'])}: {reason(dict(first))}")
    except InvalidApplication as error:
        _stop(str(error))
    else:
        print_as(told, advice_lines(told.model_dump(mode="json"), lang), as_json=as_json)


def _height(metres: float | None) -> dict[str, Any] | None:
    if metres is None:
        return None
    return {"value": metres, "unit": "m", "reference": HeightReference.AGL.value}


def _stop(sentence: str) -> None:
    errors.print(sentence, style="red", markup=False)
    raise typer.Exit(WRONG)
