"""How does a failure look on the wire? RFC 9457 problem details, one clear sentence each."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import psycopg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
# Where a body may be an object or an array, pydantic's location names which one it tried.
ALTERNATIVES = ("dict[", "list[")


def problem(
    status: int,
    detail: str,
    *,
    errors: Sequence[dict[str, str]] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """Answer with a problem; `errors` name fields by JSON pointer."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def install(app: FastAPI) -> None:
    """Make every error of the app a problem, whatever raised it."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(psycopg.DataError, _unstorable)
    app.add_exception_handler(UnicodeEncodeError, _unstorable)
    app.add_exception_handler(psycopg.OperationalError, _unavailable)
    app.add_exception_handler(PoolTimeout, _unavailable)
    app.add_exception_handler(Exception, _broken)


def _pointer(location: Sequence[str | int]) -> str:
    """Return the JSON pointer (RFC 6901) of pydantic's location, without FastAPI's 'body'."""
    parts = location[1:] if location and location[0] == "body" else location
    names = [str(part) for part in parts if not str(part).startswith(ALTERNATIVES)]
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type only
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        reason = found[0].get("ctx", {}).get("error", "not readable")
        return problem(400, f"The body is not JSON: {reason} (at character {found[0]['loc'][-1]}).")
    # The input itself is never echoed: it may hold what JSON cannot say back (NaN, surrogates).
    errors = [{"pointer": _pointer(each["loc"]), "detail": str(each["msg"])} for each in found]
    first = errors[0]
    return problem(422, f"{first['pointer'] or 'body'}: {first['detail']}", errors=errors)


def _refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type only
    headers = dict(error.headers) if error.headers else None
    return problem(error.status_code, str(error.detail), headers=headers)


def _unstorable(_request: Request, error: Exception) -> JSONResponse:
    log.warning("http.unstorable", error=str(error))
    return problem(
        422,
        "A value of the request cannot be stored (NUL, half a character, or out of range).",
    )


def _unavailable(_request: Request, error: Exception) -> JSONResponse:
    log.error("http.database-unavailable", error=str(error))
    return problem(
        503, "The database does not answer; nothing was changed.", headers={"Retry-After": "5"}
    )


def _broken(request: Request, error: Exception) -> JSONResponse:
    log.error("http.broken", path=request.url.path, error=repr(error), exc_info=error)
    return problem(500, "Octroi failed to answer; the failure is in its log.")
