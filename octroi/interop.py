"""Which interfaces of automated tests does this installation open? By a key and an audience."""

from fastapi import APIRouter

from octroi.settings import InvalidSetting
from octroi.wiring import Installation
from permits.interuss import map_api
from permits.interuss.features import Law
from permits.interuss.tokens import TokenCheck, UnusableKey


def tested_interfaces(installed: Installation) -> list[APIRouter]:
    """Return the routes of InterUSS's test interfaces, where both their settings are there."""
    key, audience = installed.settings.interuss_public_key, installed.settings.interuss_audience
    if key is None or audience is None:
        return []
    try:
        tokens = TokenCheck(key, audience, installed.clock)
    except UnusableKey as reason:
        msg = f"OCTROI_INTERUSS_PUBLIC_KEY cannot be used: {reason}."
        raise InvalidSetting(msg) from reason
    keeper = installed.records.keeper

    def law() -> Law:
        return Law(catalogue=keeper.catalogue(), datum=keeper.rulebook().datum)

    return [map_api.router(law, installed.clock, tokens)]
