"""What may a query say? Only what the route reads: nothing is passed over in silence.

So it is all over `/v1`. Pages for people take no offence at what links to them have added, and OGC
API Features asks for a 400 of its own.
"""

from fastapi import Depends, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.params import Cookie, Header, Path
from fastapi.routing import APIRoute

STRICT = "/v1/"


async def _none_unknown(request: Request) -> None:
    """Refuse a parameter that the route does not read, by its name."""
    if not (request.query_params and request.url.path.startswith(STRICT)):
        return
    known = _read_by(request.scope["route"])
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if unknown:
        why = f"it is not read here; {_listed(known)}"
        wrong = [{"type": "refused", "loc": ("query", name), "msg": why} for name in unknown]
        raise RequestValidationError(wrong)


# Of an app: holds for all of its routes.
NONE_UNKNOWN = Depends(_none_unknown)


def _read_by(route: APIRoute) -> tuple[str, ...]:
    # What is none of these is of the query, or a member of what stands for the whole query.
    elsewhere = Path, Header, Cookie
    fields = get_flat_params(route.dependant)
    return tuple(each.alias for each in fields if not isinstance(each.field_info, elsewhere))


def _listed(known: tuple[str, ...]) -> str:
    return f"known are {', '.join(known)}" if known else "this takes no query"
