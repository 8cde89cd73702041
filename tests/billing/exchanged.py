"""Streets with geographies, and what is written and taken for them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from billing.exchange.formats import PriceFormat, read, write
from billing.exchange.reading import Given
from billing.exchange.saying import Read, Written
from billing.prices import Tariff
from tests.zones.space import zone
from zones.formats.mds import identity
from zones.formats.mds_geography import GEOGRAPHY
from zones.model import Layer

NOW = datetime(2026, 11, 1, tzinfo=UTC)
STREETS = [zone("surface-rivoli", layer=Layer.SURFACE), zone("surface-ternes", layer=Layer.SURFACE)]
GEOGRAPHIES = {identity(each, GEOGRAPHY): each.id for each in STREETS}
GIVEN = Given(act="acte", geographies=GEOGRAPHIES, zones=())
OTHERS = (PriceFormat.MDS_POLICY, PriceFormat.CDS)


def written(form: PriceFormat, *tariffs: Tariff) -> Written:
    found = write(tariffs, STREETS, form, NOW)
    return replace(found, document=json.loads(json.dumps(found.document)))


def taken(form: PriceFormat, document: Mapping[str, Any], given_: Given = GIVEN) -> Read:
    return read(document, form, given_)
