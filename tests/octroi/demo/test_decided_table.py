"""The demonstration's table of what was not granted names what decided, and nothing beside it."""

from io import StringIO

from rich.console import Console

from octroi.demo.filings import Filing
from octroi.demo.report import permits_table
from octroi.demo.stage import Answered
from permits.model import Decision
from permits.parties import OperatorId


def found(rule: str, outcome: str, *, human: bool = False, zone: str | None = None) -> object:
    return {
        "rule": rule,
        "outcome": outcome,
        "human": human,
        "zone": zone,
        "text": {"en": f"The reason of {rule}."},
    }


def test_what_waits_for_an_officer_is_told_with_what_left_it_to_one() -> None:
    body = {"purpose": "media", "layer": "air", "volumes": []}
    filing = Filing(
        operator=OperatorId("ailes"), body=body, expected=Decision.NEEDS_REVIEW, flown=False
    )
    findings = [
        found("default_to_ask", "conditional"),
        found("human_review", "conditional", human=True, zone="paris"),
    ]
    answer = Answered(filing=filing, permit={"decision": "needs_review", "findings": findings})
    out = Console(file=StringIO(), width=200)

    permits_table([answer], out)

    told = out.file.getvalue()  # type: ignore[attr-defined]  # it is ours
    assert "The reason of human_review." in told
    assert "paris" in told
    assert "default_to_ask" not in told
