"""What do the headers of a request ask for? Repeating safely, and changing only what was seen."""

import base64
import binascii
import hashlib
from typing import Annotated

from fastapi import Header, HTTPException, Response

from permits.model import Permit
from permits.parties import Caller
from permits.requests import InvalidKey, Request
from zones.tags import InvalidTag, from_if_match, to_tag

IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key")]
IfMatch = Annotated[str | None, Header(alias="If-Match")]


def request_of(caller: Caller, key: str | None, path: str, body: bytes) -> Request | None:
    """Return the request to remember under the caller's idempotency key, if there is one."""
    if key is None:
        return None
    content = hashlib.sha256(b"%s\n%s" % (path.encode(), body)).digest()
    try:
        return Request(scope=f"{caller.role}:{caller.name}", key=key, digest=content)
    except InvalidKey as error:
        raise HTTPException(422, str(error)) from error


def seen_version(if_match: str | None) -> int | None:
    """Return the version of a permit that the caller has seen; `*` is any."""
    try:
        return from_if_match(if_match, of="permit")
    except InvalidTag as error:
        raise HTTPException(400, f"{error}.") from error


def tag(response: Response, permit: Permit) -> None:
    """Say in the headers which version this is, and that it is the holder's own."""
    response.headers["ETag"] = to_tag(permit.version)
    response.headers["Cache-Control"] = "private, no-cache"


def cursor_out(number: int | None) -> str | None:
    """Write where the next page starts."""
    return None if number is None else base64.urlsafe_b64encode(str(number).encode()).decode()


def cursor_in(cursor: str | None) -> int | None:
    """Read where the page starts."""
    if cursor is None:
        return None
    try:
        number = int(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, binascii.Error) as error:
        raise HTTPException(422, f"cursor: {cursor!r} is none of ours.") from error
    if not 0 <= number < 2**63:
        raise HTTPException(422, f"cursor: {cursor!r} is none of ours.")
    return number
