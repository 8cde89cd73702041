"""What a rule found is written down without what it did not find, and reads back the same."""

from dataclasses import replace

from permits.documents import from_document, to_document
from permits.model import Condition, Finding, Outcome
from permits.service import PermitService
from tests.permits.cases import application
from zones.model import ZoneId

NOTHING: dict[str, object] = {
    "zone": None,
    "zone_version": None,
    "act": "",
    "params": {},
    "conditions": [],
    "human": False,
    "withheld": {},
}
FOUND = (
    Finding(rule="default_to_ask", outcome=Outcome.PASSED),
    Finding(
        rule="capacity",
        outcome=Outcome.OBJECTED,
        zone=ZoneId("bois"),
        zone_version=3,
        act="Arrêté",
        params={"count": "4"},
        conditions=(Condition(code="speed", params={"kmh": "20"}),),
        human=True,
        withheld={"permits": "one"},
    ),
)


def test_findings_read_back_as_they_were(service: PermitService) -> None:
    permit = replace(service.apply(application()), findings=FOUND)

    document = to_document(permit)

    assert document["findings"][0] == {"rule": "default_to_ask", "outcome": "passed"}
    assert from_document(document).findings == FOUND


def test_findings_that_were_written_in_full_read_as_those_that_are_not(
    service: PermitService,
) -> None:
    permit = replace(service.apply(application()), findings=FOUND)
    document = to_document(permit)

    in_full = {**document, "findings": [NOTHING | each for each in document["findings"]]}

    assert from_document(in_full) == permit
