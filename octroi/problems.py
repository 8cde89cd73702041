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
NOT_AN_OBJECT = frozenset({"model_attributes_type", "model_type", "dict_type"})
FRAMEWORK = {
    404: "There is nothing at {path}.",
    405: "{path} does not answer {method}.",
}


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


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type only
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        reason = found[0].get("ctx", {}).get("error", "not readable")
        return problem(400, f"The body is not JSON: {reason} (at character {found[0]['loc'][-1]}).")
    if any(each["loc"] == ("body",) and each["type"] in NOT_AN_OBJECT for each in found):
        return _no_object(request)
    # The input itself is never echoed: it may hold what JSON cannot say back (NaN, surrogates).
    errors = [{"pointer": _pointer(each["loc"]), "detail": str(each["msg"])} for each in found]
    first = errors[0]
    return problem(422, f"{first['pointer'] or 'body'}: {first['detail']}", errors=errors)


def _no_object(request: Request) -> JSONResponse:
    """Say what a body is to be; sent under another name, JSON is not read as such."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if "json" not in kind:
        named = kind or "none"
        return problem(415, f"Content-Type is {named}: send the body as application/json.")
    return problem(422, "The body is not a JSON object.")


def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type only
    headers = dict(error.headers) if error.headers else None
    detail = str(error.detail)
    if detail == HTTPStatus(error.status_code).phrase:
        # What the framework itself refuses it names in two words.
        detail = FRAMEWORK.get(error.status_code, detail + ".").format(
            path=request.url.path, method=request.method
        )
    return problem(error.status_code, detail, headers=headers)


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
