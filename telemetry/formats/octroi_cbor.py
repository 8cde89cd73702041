"""Which positions does a payload in CBOR (RFC 8949) hold? The same fields as in JSON.

Refused are tags, lengths without an end, lengths that promise more than there is, a field named
twice, and whatever follows the one value: none of it says anything that JSON could not, and each
has cost some decoder its time or memory.
"""

from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any, NoReturn

from cbor2 import CBORDecodeError, CBORDecoder
from typing_extensions import override

from telemetry.formats.position import MAX_POSITIONS, fix_of, sorted_out, too_many
from telemetry.model import Fix, Malformed

DEEPEST = 4


class TagRefused(ValueError):
    """A tag: numbers without bounds, expressions and references hide behind them."""


def read(payload: bytes) -> tuple[list[Fix], list[Malformed]]:
    """Read one position or an array of them; a bad one never costs its neighbours."""
    try:
        document = _document(payload)
    except (CBORDecodeError, ValueError, RecursionError, OverflowError, MemoryError) as error:
        return [], [Malformed(reason=f"payload: not CBOR: {error.__cause__ or error}")]
    elements = document if isinstance(document, list) else [document]
    if len(elements) > MAX_POSITIONS:
        return [], [too_many(len(elements))]
    return sorted_out(fix_of(element, line) for line, element in enumerate(elements, start=1))


def _document(payload: bytes) -> object:
    source = BytesIO(payload)
    decoder = CBORDecoder(
        source,
        max_depth=DEEPEST,
        allow_indefinite=False,
        allow_duplicate_keys=False,
        strict_hashable_types=True,
        semantic_decoders=_NO_TAGS,
    )
    document: object = decoder.decode()
    if source.tell() != len(payload):
        msg = f"{len(payload) - source.tell()} bytes follow"
        raise ValueError(msg)
    return document


def _refuse(*_tagged: object) -> NoReturn:
    msg = "tags are not read"
    raise TagRefused(msg)


class _EveryTag(Mapping[int, Callable[[Any, bool], Any]]):
    """The decoder of each tag there is or may be: a refusal."""

    @override
    def __getitem__(self, tag: int) -> Callable[[Any, bool], Any]:
        return _refuse

    @override
    def __iter__(self) -> Iterator[int]:
        return iter(())

    @override
    def __len__(self) -> int:
        return 1


_NO_TAGS = _EveryTag()
