"""What is wrong with which feature of a file?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from zones.model import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One feature that cannot become a zone: where, and why.

    `feature` is its id, or its position in the file from 0; `path` names the field.
    """

    feature: int | str
    path: str
    reason: str

    @property
    def sentence(self) -> str:
        """Say it in one sentence."""
        return f"feature {self.feature}, {self.path}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What was taken although the format does not allow it; `feature` and `path` as in a defect."""

    feature: int | str
    path: str
    reason: str

    @property
    def sentence(self) -> str:
        """Say it in one sentence."""
        return f"feature {self.feature}, {self.path}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a document holds: zones, what could not become one, what was taken nevertheless."""

    zones: tuple[Zone, ...] = ()
    defects: tuple[Defect, ...] = ()
    remarks: tuple[Remark, ...] = ()


LARGEST = 1e300
DEEPEST = 40
LARGEST_WHOLE = 2**31 - 1
NONE_OF = "is none of "

# How a message names the kinds of JSON values.
_KINDS = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    dict: "an object",
    list: "a list",
}


class Defective(ValueError):
    """A part of a document that cannot be read; names the field and the reason.

    `faults` are this and every other field that was found wrong with it.
    """

    def __init__(self, path: str, reason: str, *others: tuple[str, str]) -> None:
        self.faults = ((path, reason), *others)
        super().__init__("; ".join(f"{where}: {why}" for where, why in self.faults))
        self.path = path
        self.reason = reason

    def of(self, feature: int | str) -> list[Defect]:
        """Return a defect for each field, of the feature that has them."""
        return [Defect(feature=feature, path=path, reason=reason) for path, reason in self.faults]


def refuse(path: str, reason: str) -> NoReturn:
    """Refuse a part of a document, naming the field and the reason."""
    raise Defective(path, reason)


def together(**readers: Callable[[], Any]) -> dict[str, Any]:
    """Read parts that know nothing of each other; refuse every bad one at once, not the first."""
    read: dict[str, Any] = {}
    faults: list[tuple[str, str]] = []
    for name, reader in readers.items():
        try:
            read[name] = reader()
        except Defective as defective:
            faults += defective.faults
    if faults:
        raise Defective(*faults[0], *faults[1:])
    return read


def optional(properties: Mapping[str, Any], name: str, kind: type, otherwise: Any) -> Any:  # noqa: ANN401 - the kind is an argument
    """Return a member of the wanted kind, the default when absent or null."""
    value = properties.get(name)
    if value is None:
        return otherwise
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        refuse(name, f"{value!r} is not {_KINDS[kind]}")
    if isinstance(value, str) and not _storable(value):
        refuse(name, "the text has characters that are none")
    if isinstance(value, int) and abs(value) > LARGEST_WHOLE:
        refuse(name, f"{value} is too large")
    return value


def _storable(text: str) -> bool:
    """Tell whether a database takes the text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and text == text.encode("utf-8", "replace").decode("utf-8")


def plain(value: object, path: str, depth: int = 0) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value that a database takes, or refuse it."""
    if depth > DEEPEST:
        refuse(path, f"lies deeper than {DEEPEST} levels")
    if isinstance(value, Mapping):
        return {
            optional({path: name}, path, str, ""): plain(inner, f"{path}.{name}", depth + 1)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [plain(inner, f"{path}[{at}]", depth + 1) for at, inner in enumerate(value)]
    if isinstance(value, str):
        return optional({path: value}, path, str, "")
    return value if value is None or isinstance(value, bool) else _finite(value, path)


def _finite(value: object, path: str) -> int | float:
    number(value, path)
    return value if isinstance(value, int) else number(value, path)


def number(value: object, path: str) -> float:
    """Return a finite number, or refuse whatever else it is."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST:
        return float(value)
    refuse(path, f"{value!r} is not a number")


def refuse_unknown(given: Mapping[str, Any], known: frozenset[str], path: str) -> None:
    """Refuse members nobody would read: a misspelt one must not be passed over."""
    unknown = sorted(set(given) - known)
    if unknown:
        first, *others = (
            (f"{path}.{name}", NONE_OF + ", ".join(sorted(known))) for name in unknown
        )
        raise Defective(*first, *others)
