"""`octroi advice`: may I, here, then, for this, and what would it cost?"""

import json
import sys
from contextlib import redirect_stdout
from datetime import datetime
from typing import Annotated, Any, Literal

import typer
from pydantic import ValidationError

from octroi.cli.instants import instant
from octroi.cli.place import placed
from octroi.cli.records import errors, opened, out
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
    lang: Annotated[Literal["fr", "en"], typer.Option(help="The language of the answer.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Answer as POST /v1/advice.")] = False,
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
        # The answer alone is for standard output, what is logged meanwhile is not.
        with redirect_stdout(sys.stderr), opened() as (parts, _):
            found = parts.permits.advise(body.to_application(operator or ""))
            content = body.model_dump(mode="json", exclude={"operator", "vehicles"})
            told = AdviceOut.of(found, parts.permits.seal(content))
    except ValidationError as error:
        first = error.errors()[0]
        _stop(f"{'/'.join(str(each) for each in first['loc'])}: {reason(dict(first))}")
    except InvalidApplication as error:
        _stop(str(error))
    else:
        out.print(_told(told.model_dump(mode="json"), lang, as_json=as_json), markup=False)


def _told(told: dict[str, Any], lang: str, *, as_json: bool) -> str:
    if as_json:
        return json.dumps(told, ensure_ascii=False, indent=2)
    lines = [told["summary"][lang]]
    lines += [f"- {each['text'][lang]} [{each['act']}]" for each in told["findings"]]
    lines += [f"- {each['text'][lang]}" for each in told["conditions"]]
    lines += [f"- {each['text'][lang]} [{each['source']}]" for each in told["facts"]]
    lines += [f"- {each['text'][lang]}" for each in told["by_size"]]
    if told["alternatives_note"]:
        lines.append(told["alternatives_note"][lang])
    lines += [f"- {each['text'][lang]}" for each in told["alternatives"]]
    return "\n".join([*lines, told["notice"][lang]])


def _height(metres: float | None) -> dict[str, Any] | None:
    if metres is None:
        return None
    return {"value": metres, "unit": "m", "reference": HeightReference.AGL.value}


def _stop(sentence: str) -> None:
    errors.print(sentence, style="red", markup=False)
    raise typer.Exit(WRONG)
