"""In which formats of others are tariffs written and read?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from billing.exchange import cds, cds_reading, mds, mds_reading
from billing.exchange.reading import Given
from billing.exchange.saying import Read, Unsaid, Written
from billing.members import refuse
from billing.prices import Tariff
from billing.tariffs import load
from billing.tariffs import read as read_tariff
from billing.tariffs import write as write_tariff
from zones.model import Zone


class PriceFormat(StrEnum):
    """How tariffs are written: our own way says all."""

    OCTROI = "octroi"
    MDS_POLICY = "mds-policy"
    CDS = "cds"


def write(
    tariffs: Sequence[Tariff], zones: Sequence[Zone], form: PriceFormat, now: datetime
) -> Written:
    """Write tariffs, and say what the format cannot."""
    match form:
        case PriceFormat.OCTROI:
            document = {"tariffs": [write_tariff(each) for each in tariffs]}
            written = Written(document=document, tariffs=len(tariffs), unsaid=())
        case PriceFormat.MDS_POLICY:
            written = mds.write(tariffs, zones)
        case PriceFormat.CDS:
            written = cds.write(tariffs, now)
    return written


def read(document: Mapping[str, Any], form: PriceFormat, given: Given) -> Read:
    """Read a document as tariffs, and say what they do not say of it; or refuse it by name."""
    if form is PriceFormat.OCTROI:
        return Read(tariffs=load(document), unsaid=())
    if not given.act.strip():
        refuse("act", f"{form} names no legal act, and a price needs one: tell it beside")
    reader = mds_reading.read if form is PriceFormat.MDS_POLICY else cds_reading.read
    found = reader(document, given)
    for each in found.tariffs:
        read_tariff(write_tariff(each))  # what could not be read back is not published
    return found


def lost(unsaid: Sequence[Unsaid]) -> str:
    """Say in one sentence how much a format does not say, and the first of it."""
    more = f", and {len(unsaid) - 1} more" if len(unsaid) > 1 else ""
    return f"{unsaid[0].sentence}{more}"
