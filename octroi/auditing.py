"""Which requests of the city's staff are written down before they are answered, and about whom?

Everything read that an operator would see of itself only: its permits, registration, vehicles,
positions, alerts and money. What is public to all is nobody's secret, and moves are in the
permits' own versions.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from billing.life.disputes import NoSuchDispute
from billing.moving import NoSuchInvoice
from octroi.records import Records
from permits.auditing import AuditService
from permits.identity.guard import Bearer, Session, Someone, Who
from permits.parties import Caller, OperatorId
from permits.readings import STAFF, Reading
from permits.scopes import SAFE_METHODS
from permits.versions import UnknownPermit
from telemetry.alerting import NoSuchAlert
from telemetry.concern.telling import concerned
from telemetry.model import VisitId
from telemetry.service import NoSuchVisit
from telemetry.told import AlertId

REASON = "X-Octroi-Reason"
LONGEST_REASON = 500
# The first word of a path, where what follows is an operator's own.
OWN = frozenset(
    {
        "permits",
        "operators",
        "vehicles",
        "visits",
        "alerts",
        "live",
        "usage",
        "invoices",
        "disputes",
        "exports",
    }
)
PUBLIC = frozenset({"/v1/alerts/rules"})

Owners = Callable[[str], frozenset[OperatorId]]
UNKNOWN = (NoSuchAlert, NoSuchDispute, NoSuchInvoice, NoSuchVisit, UnknownPermit, ValueError)


def audited(who: Someone, audit: AuditService, owners: Mapping[str, Owners]) -> Who:
    """Make the dependency that knows the caller, and writes down what one of the staff asks for."""

    async def require(request: Request, bearer: Bearer = None, session: Session = None) -> Caller:
        caller = await who(request, bearer, session)
        if caller.role in STAFF and request.method in SAFE_METHODS and _own(request.url.path):
            # In a thread, as it asks the database; operators' own requests take none here.
            await run_in_threadpool(_note, request, caller)
        return caller

    def _note(request: Request, caller: Caller) -> None:
        asked = _about(request, owners)
        if asked is None or asked:
            reason = request.headers.get(REASON, "").strip()[:LONGEST_REASON]
            noted(audit, caller, _address(request), about=asked, reason=reason)

    return require


def noted(
    audit: AuditService,
    caller: Caller,
    address: str,
    *,
    about: frozenset[OperatorId] | None = None,
    reason: str = "",
) -> None:
    """Write down what one of the staff is about to be shown; others see what is their own."""
    if caller.role in STAFF:
        audit.note(
            Reading(
                at=audit.now(),
                role=caller.role,
                name=caller.name,
                address=address,
                operators=about,
                reason=reason,
            )
        )


def owners_of(parts: Records) -> Mapping[str, Owners]:
    """Return who is found behind a name in a path, by what the path calls it."""
    return {
        "operator": lambda name: frozenset({OperatorId(name)}),
        "permit_id": lambda name: frozenset({parts.life.get(UUID(name)).application.operator}),
        "alert_id": lambda name: concerned(parts.alerts.alert(AlertId(UUID(name)))),
        "visit_id": lambda name: frozenset(
            {parts.history.visit_history(VisitId(UUID(name))).vehicle.operator}
        ),
        "name": lambda name: frozenset({parts.billing.invoice(name).operator}),
        "dispute_id": lambda name: frozenset(
            {OperatorId(parts.billing.disputes.one(UUID(name)).operator)}
        ),
    }


def _own(path: str) -> bool:
    _, version, word, *_ = [*path.split("/"), "", "", ""]
    return version == "v1" and word in OWN and path not in PUBLIC


def _about(request: Request, owners: Mapping[str, Owners]) -> frozenset[OperatorId] | None:
    """Return whom a request asks about: None is whoever matches, and of what is not, nobody."""
    for part, name in request.path_params.items():
        if part in owners:
            try:
                return owners[part](name)
            except UNKNOWN:
                return frozenset()
    named = request.query_params.get("operator")
    return frozenset({OperatorId(named)}) if named else None


def _address(request: Request) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path
