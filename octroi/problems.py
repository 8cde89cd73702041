"""How does a failure look on the wire? RFC 9457 problem details of one shape, whatever failed.

`detail` is one sentence. Where fields are wrong, `errors` names each: what lies in the body by
JSON pointer (RFC 6901), what came in the query, a header or the path by `in` and `parameter`.
"""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import psycopg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException

from octroi.reasons import reason
from permits.interuss.refusals import MalformedRequest
from permits.law import LawInMotion

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
# Where a body may be stated in several ways, pydantic's location names which one it tried.
ALTERNATIVES = ("dict[", "list[", "by[")
NOT_AN_OBJECT = frozenset({"model_attributes_type", "model_type", "dict_type"})
FRAMEWORK = {
    404: "There is nothing at {path}.",
    405: "{path} does not answer {method}.",
}
# What it says of a body that its reader raised something unforeseen for.
UNREADABLE = "There was an error parsing the body"
# RFC 9110 calls these otherwise than Python before 3.13 does.
TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
# What a sentence of ours may begin with: a field, as `volumes[0].upper` or `/volumes/0/upper`.
FIELD = re.compile(r"(?P<field>/?[A-Za-z][\w.\-/\[\]]*): (?P<why>\S.*)", re.DOTALL)
ABOUT_FIELDS = frozenset({400, 403, 422})
TOO_LARGE = 413
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})

Errors = Sequence[Mapping[str, Any]]
# Members of a problem of its own kind (RFC 9457, 3.2): the moves that are possible instead.
NOTHING: Mapping[str, Any] = MappingProxyType({})
STATED = frozenset({"detail", "errors"})


def problem(
    status: int,
    detail: str,
    *,
    instance: str,
    errors: Errors = (),
    data: Mapping[str, Any] = NOTHING,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """Answer with a problem at `instance`, the address that was asked."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status, HTTPStatus(status).phrase),
        "status": status,
        "detail": detail,
        "instance": instance,
        **data,
    }
    if status == TOO_LARGE:
        errors = _whole_body(detail)
    if errors:
        body["errors"] = [dict(each) for each in errors]
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def install(app: FastAPI) -> None:
    """Make every error of the app a problem, whatever raised it."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(psycopg.DataError, _unstorable)
    app.add_exception_handler(UnicodeEncodeError, _unstorable)
    app.add_exception_handler(psycopg.OperationalError, _unavailable)
    app.add_exception_handler(PoolTimeout, _unavailable)
    app.add_exception_handler(LawInMotion, _in_motion)
    app.add_exception_handler(Exception, _broken)


def _pointer(names: Sequence[str | int]) -> str:
    """Return the JSON pointer (RFC 6901) to what has these names, one in the other."""
    told = [str(name) for name in names if not str(name).startswith(ALTERNATIVES)]
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in told)


def _error(location: Sequence[str | int], why: str) -> dict[str, str]:
    """Name what is wrong by pydantic's location: where it came from, then what it is called."""
    source, *names = location
    if source == "body":
        return {"pointer": _pointer(names), "detail": why}
    return {"in": str(source), "parameter": str(names[0]), "detail": why}


def _sentence(error: Mapping[str, Any]) -> str:
    named = error["pointer"] or "body" if "pointer" in error else error["parameter"]
    return f"{named}: {error['detail']}"


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type only
    found, instance = error.errors(), request.url.path
    status = 400 if isinstance(error, MalformedRequest) else 422
    if any(each["type"] == "json_invalid" for each in found):
        why = found[0].get("ctx", {}).get("error", "not readable")
        said = f"The body is not JSON: {why} (at character {found[0]['loc'][-1]})."
        return problem(400, said, instance=instance, errors=_whole_body(said))
    if all(not _pointer(each["loc"][1:]) and each["type"] in NOT_AN_OBJECT for each in found):
        return _no_object(request, status)
    errors = [_error(each["loc"], reason(each)) for each in found]
    return problem(status, _sentence(errors[0]), instance=instance, errors=errors)


def _no_object(request: Request, status: int) -> JSONResponse:
    """Say what a body is to be; sent under another name, JSON is not read as such."""
    kind, instance = request.headers.get("content-type", ""), request.url.path
    kind = kind.partition(";")[0].strip()
    if "json" not in kind:
        named = kind or "none"
        said = f"Content-Type is {named}: send the body as application/json."
        return problem(415, said, instance=instance)
    said = "The body is not a JSON object."
    return problem(status, said, instance=instance, errors=_whole_body(said))


def _whole_body(said: str) -> Errors:
    """Name the body itself: the empty pointer is the whole of it (RFC 6901)."""
    return [{"pointer": "", "detail": said}]


def _refused(request: Request, error: Exception) -> JSONResponse:
    """Tell a refusal: a sentence, or `{"detail": sentence, …}` of who knows more."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type only
    headers, instance = dict(error.headers) if error.headers else None, request.url.path
    said: object = error.detail
    if isinstance(said, Mapping):
        return problem(
            error.status_code,
            str(said["detail"]),
            instance=instance,
            errors=said.get("errors", ()),
            data={name: each for name, each in said.items() if name not in STATED},
            headers=headers,
        )
    detail = str(said)
    if isinstance(error.__cause__, ValueError | RecursionError) and detail == UNREADABLE:
        detail = _unreadable(error.__cause__)
        return problem(error.status_code, detail, instance=instance, errors=_whole_body(detail))
    if detail == HTTPStatus(error.status_code).phrase:
        # What the framework itself refuses it names in two words.
        detail = FRAMEWORK.get(error.status_code, detail + ".").format(
            path=request.url.path, method=request.method
        )
    errors = _about(request, detail) if error.status_code in ABOUT_FIELDS else ()
    detail = _sentence(errors[0]) if errors else detail
    return problem(error.status_code, detail, instance=instance, errors=errors, headers=headers)


def _unreadable(cause: ValueError | RecursionError) -> str:
    """Say why a body cannot be read that is not even wrong JSON."""
    if isinstance(cause, RecursionError):
        return "The body is nested too deep to be read."
    if isinstance(cause, UnicodeDecodeError):
        at = f"0x{cause.object[cause.start]:02x} at byte {cause.start}"
        return f"The body is not text in {cause.encoding.upper()}: {at}."
    return "The body holds a number of too many digits."


def _about(request: Request, detail: str) -> Errors:
    """Name the field that a sentence begins with, where it came from."""
    said = FIELD.fullmatch(detail)
    if said is None:
        return ()
    field, why = said["field"], said["why"]
    sources = {"path": request.path_params, "query": request.query_params}
    for source, given in {**sources, "header": request.headers}.items():
        if field in given:
            return [_error((source, field), why)]
    if request.method not in WITH_BODY:
        return ()
    names = [name for name in re.split(r"[./\[\]]+", field) if name]
    return [_error(("body", *names), why)]


def _unstorable(request: Request, error: Exception) -> JSONResponse:
    log.warning("http.unstorable", error=str(error))
    return problem(
        422,
        "A value of the request cannot be stored (NUL, half a character, or out of range).",
        instance=request.url.path,
    )


def _unavailable(request: Request, error: Exception) -> JSONResponse:
    log.error("http.database-unavailable", error=str(error))
    return problem(
        503,
        "The database does not answer; nothing was changed.",
        instance=request.url.path,
        headers={"Retry-After": "5"},
    )


def _in_motion(request: Request, error: Exception) -> JSONResponse:
    said = str(error)
    sentence = f"{said[:1].upper()}{said[1:]}."
    return problem(503, sentence, instance=request.url.path, headers={"Retry-After": "1"})


def _broken(request: Request, error: Exception) -> JSONResponse:
    log.error("http.broken", path=request.url.path, error=repr(error), exc_info=error)
    return problem(
        500, "Octroi failed to answer; the failure is in its log.", instance=request.url.path
    )
