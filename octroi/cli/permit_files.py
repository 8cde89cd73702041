"""How is an application read from a file? As the JSON of the HTTP API; errors name its fields."""

import json
import sys
from pathlib import Path
from typing import NoReturn, TypeVar

import typer
from pydantic import ValidationError

from octroi.cli.failures import MISUSED, sentence
from octroi.cli.records import errors
from octroi.guards import repeated
from octroi.reasons import reason
from permits.schemas.applications import AdviceIn

Body = TypeVar("Body", bound=AdviceIn)
STANDARD_INPUT = "-"


def read(name: str, shape: type[Body]) -> Body:
    """Return what a file, or standard input, asks for; the command ends where that is nothing."""
    try:
        written = sys.stdin.read() if name == STANDARD_INPUT else Path(name).read_text("utf-8")
        body = json.loads(written)
        if twice := repeated(written):
            stop([f"{twice[1:]}: it is stated twice"])
        return shape.model_validate(body)
    except (OSError, UnicodeDecodeError) as broken:
        why = broken.strerror if isinstance(broken, OSError) else "it is not UTF-8"
        stop([f"{name} cannot be read: {why}"])
    except json.JSONDecodeError as broken:
        stop([f"{name} is not JSON: {broken.msg}, line {broken.lineno}, column {broken.colno}"])
    except RecursionError:
        stop([f"{name} is not an application: it is nested too deep"])
    except ValidationError as wrong:
        found = [(each["loc"], reason(dict(each))) for each in wrong.errors()]
        stop([f"{'/'.join(map(str, place)) or name}: {why}" for place, why in found])


def stop(reasons: list[str]) -> NoReturn:
    """Say why nothing was asked for."""
    for each in reasons:
        errors.print(sentence(each), style="red", markup=False)
    raise typer.Exit(MISUSED)
