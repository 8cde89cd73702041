"""What is wrong with a value that was sent? In words of whoever sent it, not of a library."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

LONGEST = 40
NUMBER, WHOLE, TRUTH = "a number", "a whole number", "true or false"
LIST, OBJECT = "a list", "an object"
INSTANT = "an instant such as 2026-10-01T08:00:00+02:00"
DAY = "a day such as 2026-10-01"
# What was expected instead, by pydantic's kinds of errors.
EXPECTED: Mapping[str, str] = MappingProxyType(
    {
        "enum": "{expected}",
        "literal_error": "{expected}",
        "union_tag_invalid": "{discriminator} to be {expected_tags}",
        "string_type": "a text",
        "string_unicode": "a text of whole characters",
        "string_too_short": "{min_length} characters or more",
        "string_too_long": "{max_length} characters at most",
        "string_pattern_mismatch": "a text of the form {pattern}",
        **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), WHOLE),
        **dict.fromkeys(("float_type", "float_parsing"), NUMBER),
        **dict.fromkeys(("decimal_type", "decimal_parsing"), NUMBER),
        **dict.fromkeys(("bool_type", "bool_parsing"), TRUTH),
        "finite_number": "a finite number",
        "greater_than": "more than {gt}",
        "greater_than_equal": "{ge} or more",
        "less_than": "less than {lt}",
        "less_than_equal": "{le} or less",
        "multiple_of": "a multiple of {multiple_of}",
        **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type"), LIST),
        **dict.fromkeys(("dict_type", "mapping_type"), OBJECT),
        **dict.fromkeys(("model_type", "model_attributes_type", "dataclass_type"), OBJECT),
        **dict.fromkeys(("datetime_type", "datetime_parsing"), INSTANT),
        "datetime_from_date_parsing": INSTANT,
        "timezone_aware": f"{INSTANT}, with its timezone",
        **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing"), DAY),
        **dict.fromkeys(("uuid_type", "uuid_parsing"), "a UUID"),
    }
)
# What is told without what was sent: it is not there, or it is told in full.
TOLD: Mapping[str, str] = MappingProxyType(
    {
        "missing": "it is required, and missing",
        "extra_forbidden": "there is no such field here",
        "union_tag_not_found": "{discriminator} is required, and missing",
        "too_short": "{actual_length} given, {min_length} or more expected",
        "too_long": "more given than {max_length}, which is the most",
        "value_error": "{error}",
    }
)


def reason(error: Mapping[str, Any]) -> str:
    """Say what one of pydantic's errors finds wrong, and what it was given."""
    kind, context = str(error["type"]), {**error.get("ctx", {})}
    for name, limit in context.items():
        if isinstance(limit, float):
            context[name] = str(limit).removesuffix(".0")
    if kind in TOLD:
        return TOLD[kind].format_map(context)
    if kind in EXPECTED:
        given = shown(context.get("tag", error["input"]))
        return f"expected {EXPECTED[kind].format_map(context)}, not {given}"
    return str(error["msg"]).replace("Input should", "it should")


def shown(value: object) -> str:
    """Write what was sent, short and so that any answer can hold it."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping):
        return OBJECT
    if isinstance(value, list | tuple):
        return LIST
    text = value if isinstance(value, str) else str(value)
    short = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    # Half a character, which a text in JSON may hold, is written as an escape.
    return repr(short) if isinstance(value, str) else short
