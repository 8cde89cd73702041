"""Which interfaces of automated tests does this installation open? By a key and an audience."""

from fastapi import APIRouter

from octroi.records import Clock, Records
from octroi.settings import InvalidSetting, Settings
from permits.interuss import map_api, plan_api
from permits.interuss.features import Law
from permits.interuss.planning import PlanningService
from permits.interuss.tokens import TokenCheck, UnusableKey


def interfaces_for_tests(parts: Records, settings: Settings, clock: Clock) -> list[APIRouter]:
    """Return the routes of InterUSS's test interfaces, where both their settings are there."""
    if settings.interuss_public_key is None or settings.interuss_audience is None:
        return []
    try:
        tokens = TokenCheck(settings.interuss_public_key, settings.interuss_audience, clock)
    except UnusableKey as reason:
        msg = f"OCTROI_INTERUSS_PUBLIC_KEY cannot be used: {reason}."
        raise InvalidSetting(msg) from reason
    planning = PlanningService(
        parts.pool,
        clock,
        city=parts.city,
        permits=parts.permits,
        life=parts.life,
        registry=parts.registry,
    )
    planning.open()

    def law() -> Law:
        keeper = parts.keeper
        return Law(catalogue=keeper.catalogue(), datum=keeper.rulebook().datum)

    return [map_api.router(law, clock, tokens), plan_api.router(planning, tokens)]
