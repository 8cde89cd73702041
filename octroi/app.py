"""What answers over HTTP? The routers of every package, one caller check, one form of error."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException
from fastapi.responses import JSONResponse
from pydantic.warnings import UnsupportedFieldAttributeWarning
from starlette.types import ASGIApp

from octroi.guards import Guards
from octroi.parameters import NONE_UNKNOWN
from octroi.problems import MEDIA_TYPE, install
from permits.identity.guard import Who, require_role
from permits.parties import Caller, Role
from zones.api.publishing import Author

# FastAPI looks away itself while it reads its own parameters, but not where another thread looks
# away from something else meanwhile, as compiling beside the start does.
warnings.filterwarnings("ignore", category=UnsupportedFieldAttributeWarning)

# A city's zones are one document.
DOCUMENTS = {"/v1/zones/import": 16_000_000}
DESCRIPTION = """\
The regulator of a shared city. Zones say where and when use is restricted; `POST /v1/permits`
answers at once; observations arrive over MQTT or `POST /v1/observations`; what is used is billed.
Every refusal is `application/problem+json` (RFC 9457).
"""
# FastAPI would announce a form of error that this app never answers with.
REFUSAL: dict[str, Any] = {
    "description": "A field is wrong: a sentence, and each field by pointer or parameter.",
    "content": {
        MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "instance": {"type": "string"},
                    "errors": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                                "pointer": {
                                    "type": "string",
                                    "description": "RFC 6901, into the body.",
                                },
                                "in": {"enum": ["query", "header", "path"]},
                                "parameter": {"type": "string"},
                                "detail": {"type": "string"},
                            },
                        },
                    },
                },
            }
        }
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Ask whether the parts of the service work: each check returns a reason, or nothing.

    Counts are of what was lost before anyone could store it.
    """

    checks: Sequence[Callable[[], str]]
    counts: Callable[[], Mapping[str, int]] = dict

    def ailments(self) -> list[str]:
        """Return why the service is not ready."""
        return [reason for check in self.checks if (reason := check())]


def application(
    routers: Sequence[APIRouter],
    *,
    health: Health,
    body_limit_bytes: int,
    static: ASGIApp | None = None,
) -> FastAPI:
    """Join the routers into the app; without pages it has no `static` files."""
    app = FastAPI(
        title="Octroi",
        version=version("octroi"),
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        responses={422: REFUSAL},
        dependencies=[NONE_UNKNOWN],
    )
    install(app)
    for router in (*routers, _operations(health)):
        app.include_router(router)
    if static is not None:
        app.mount("/static", static)
    app.add_middleware(Guards, body_limit_bytes=body_limit_bytes, larger=DOCUMENTS)
    return app


def author(who: Who) -> Callable[..., Author]:
    """Make the dependency that yields who publishes zones, inspectors in an emergency only."""

    def may_publish(caller: Annotated[Caller, Depends(who)]) -> Author:
        require_role(caller, Role.RULEMAKER, Role.INSPECTOR, Role.ADMIN)
        return Author(name=caller.name, rulemaker=caller.role is not Role.INSPECTOR)

    return may_publish


def _operations(health: Health) -> APIRouter:
    routes = APIRouter(tags=["operations"])

    @routes.get("/healthz")
    def alive() -> dict[str, str | int]:
        """Tell that the process answers, and what was lost at the broker since its start.

        `mqtt_oversized`: connections that the embedded Mosquitto ended for a message over its
        limit of 1,000,000 bytes. `mqtt_overflowed`: messages of QoS 0 that found the queue full.
        """
        return {"status": "ok", **health.counts()}

    @routes.get("/readyz")
    def ready() -> JSONResponse:
        """Tell whether the database and the broker answer too."""
        ailments = health.ailments()
        if ailments:
            raise HTTPException(503, "; ".join(ailments), headers={"Retry-After": "5"})
        return JSONResponse({"status": "ready"})

    return routes
