"""The HTTP interface of webhooks: an operator's own, and for administrators the city's."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from permits.identity.guard import Who, require_role
from permits.parties import Caller, OperatorId, Role
from telemetry.webhooks.destinations import NoDestination
from telemetry.webhooks.model import Webhook
from telemetry.webhooks.schemas import (
    DeliveriesOut,
    DeliveryOut,
    NewWebhookOut,
    PingOut,
    RotationIn,
    WebhookIn,
    WebhookOut,
    WebhooksOut,
)
from telemetry.webhooks.service import NoSuchWebhook, TooManyWebhooks, WebhookService

A_DAY = RotationIn()


def router(service: WebhookService, *, who: Who) -> APIRouter:
    """Return every route of webhooks."""
    routes = APIRouter(prefix="/v1", tags=["webhooks"])
    routes.include_router(_registering(service, who))
    routes.include_router(_keeping(service, who))
    routes.include_router(_trying(service, who))
    return routes


def _registering(service: WebhookService, who: Who) -> APIRouter:
    routes = APIRouter(prefix="/webhooks")

    @routes.post("", status_code=201)
    def register(body: WebhookIn, caller: Annotated[Caller, Depends(who)]) -> NewWebhookOut:
        """Be told of alerts: an operator of those about its vehicles, the city of all.

        Messages are JSON, signed as the Standard Webhooks convention says (`webhook-id`,
        `webhook-timestamp`, `webhook-signature`), in their order, and sent again for a day until
        they are answered with 2xx. An address inside a network is refused.
        """
        owner = _owner(caller)
        if owner is not None and body.level:
            raise HTTPException(422, "level: it is for the city's own webhooks")
        try:
            webhook, secret = service.register(owner, **body.model_dump(), by=_name(caller))
        except NoDestination as refused:
            raise HTTPException(422, str(refused)) from refused
        except TooManyWebhooks as refused:
            raise HTTPException(409, str(refused)) from refused
        return NewWebhookOut(webhook=WebhookOut.of(webhook), secret=secret)

    return routes


def _keeping(service: WebhookService, who: Who) -> APIRouter:
    routes = APIRouter(prefix="/webhooks")

    @routes.get("")
    def webhooks(caller: Annotated[Caller, Depends(who)]) -> WebhooksOut:
        """List one's webhooks; administrators see everybody's."""
        owner = _owner(caller)
        found = service.listing(owner, everybody=owner is None)
        return WebhooksOut(webhooks=[WebhookOut.of(each) for each in found])

    @routes.get("/{webhook_id}")
    def webhook(webhook_id: UUID, caller: Annotated[Caller, Depends(who)]) -> WebhookOut:
        """Show a webhook: when it took a message last, since when it fails, whether it is told."""
        return WebhookOut.of(_own(service, webhook_id, caller))

    @routes.delete("/{webhook_id}", status_code=204, response_class=Response)
    def remove(webhook_id: UUID, caller: Annotated[Caller, Depends(who)]) -> Response:
        """Tell it nothing any more."""
        service.remove(_own(service, webhook_id, caller).id)
        return Response(status_code=204)

    return routes


def _trying(service: WebhookService, who: Who) -> APIRouter:
    routes = APIRouter(prefix="/webhooks")

    @routes.get("/{webhook_id}/deliveries")
    def deliveries(webhook_id: UUID, caller: Annotated[Caller, Depends(who)]) -> DeliveriesOut:
        """List the newest messages, how often each was tried, and what was answered."""
        found = service.deliveries(_own(service, webhook_id, caller).id)
        return DeliveriesOut(deliveries=[DeliveryOut.of(each) for each in found])

    @routes.post("/{webhook_id}/test", status_code=202)
    def test(webhook_id: UUID, caller: Annotated[Caller, Depends(who)]) -> PingOut:
        """Send it a message of type `webhook.test`; `deliveries` tells what became of it."""
        return PingOut(delivery=service.ping(_own(service, webhook_id, caller).id))

    @routes.post("/{webhook_id}/rotate")
    def rotate(
        webhook_id: UUID, caller: Annotated[Caller, Depends(who)], body: RotationIn = A_DAY
    ) -> NewWebhookOut:
        """Replace its secret, as from time to time or when it leaked; the new one is shown once.

        Until `former_until` each message carries two signatures, apart by a space: of the new
        secret and of the one before. A receiver takes a message when one of them is right.
        """
        keep = timedelta(hours=body.keep_former_hours)
        name = _own(service, webhook_id, caller).id
        webhook, secret = service.rotate(name, keep_former=keep)
        return NewWebhookOut(webhook=WebhookOut.of(webhook), secret=secret)

    @routes.post("/{webhook_id}/enable")
    def enable(webhook_id: UUID, caller: Annotated[Caller, Depends(who)]) -> WebhookOut:
        """Tell it again after it was disabled; what happened meanwhile is not sent."""
        return WebhookOut.of(service.enable(_own(service, webhook_id, caller).id))

    return routes


def _owner(caller: Caller) -> OperatorId | None:
    require_role(caller, Role.OPERATOR, Role.ADMIN)
    return OperatorId(caller.name) if caller.role is Role.OPERATOR else None


def _name(caller: Caller) -> str:
    return caller.name or caller.role.value


def _own(service: WebhookService, name: UUID, caller: Caller) -> Webhook:
    """Return a webhook the caller may see; another's is as if it were not there."""
    owner = _owner(caller)
    try:
        found = service.webhook(name)
    except NoSuchWebhook as missing:
        raise HTTPException(404, str(missing)) from missing
    if owner is not None and found.operator != owner:
        raise HTTPException(404, f"There is no webhook {name}.")
    return found
