"""What does a standard's own JSON Schema object to?

The `format` keyword is checked too, which validators take for a mere annotation unless told.
Instants and times of day are RFC 3339's, durations ISO 8601's. The validator is loaded when first
asked: a tenth of a second that only those pay who need it.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

# No such address exists: the schemas name each other, and are found in this package.
BASE = "https://schemas.invalid/"
OFFSET = r"(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)"
CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?"
TIME = re.compile(CLOCK + OFFSET)
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT" + CLOCK + OFFSET)
DURATION = re.compile(r"P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def objections(
    instance: object, folder: str, part: str, *, foremost: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield the path and reason of each objection of a part of a schema; `foremost` only one."""
    errors = sorted(
        _validator(folder, part).iter_errors(instance), key=lambda error: str(error.json_path)
    )
    if foremost and errors:
        errors = [_best(errors)]
    for error in errors:
        yield error.json_path.removeprefix("$").removeprefix("."), _short(error.message)


def is_instant(value: object) -> bool:
    """Tell whether a text is an RFC 3339 date and time."""
    if not isinstance(value, str) or not DATE_TIME.fullmatch(value):
        return False
    try:
        dt.datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _best(errors: list[Any]) -> Any:  # noqa: ANN401 - the validator's own
    from jsonschema.exceptions import best_match  # noqa: PLC0415 - loaded when first asked

    return best_match(errors)


@cache
def _validator(folder: str, part: str) -> Any:  # noqa: ANN401 - the validator's own
    from jsonschema import Draft7Validator  # noqa: PLC0415 - loaded when first asked

    return Draft7Validator(
        {"$ref": f"{BASE}{folder}/{part}"}, registry=_registry(folder), format_checker=_formats()
    )


@cache
def _registry(folder: str) -> Any:  # noqa: ANN401 - the validator's own
    from referencing import Registry, Resource  # noqa: PLC0415 - loaded when first asked

    registry: Registry[Any] = Registry()
    return registry.with_resources(
        (f"{BASE}{folder}/{file.name}", Resource.from_contents(json.loads(file.read_text("utf-8"))))
        for file in files("zones").joinpath("data", "schemas", folder).iterdir()
        if file.name.endswith(".json")
    )


@cache
def _formats() -> Any:  # noqa: ANN401 - the validator's own
    from jsonschema import FormatChecker  # noqa: PLC0415 - loaded when first asked

    checker = FormatChecker(formats=())
    checker.checks("date-time")(lambda value: not isinstance(value, str) or is_instant(value))
    for name, pattern in (("time", TIME), ("duration", DURATION), ("uri", URI), ("email", EMAIL)):
        checker.checks(name)(_matching(pattern))
    return checker


def _matching(pattern: re.Pattern[str]) -> Any:  # noqa: ANN401 - a test of any JSON value
    return lambda value: not isinstance(value, str) or pattern.fullmatch(value) is not None


def _short(message: str) -> str:
    longest = 300
    return message if len(message) <= longest else f"{message[:longest]}…"
