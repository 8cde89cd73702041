"""Who decided, if anybody did, and where can it be appealed against? What every permit says."""

from permits.model import Decision, Permit, PermitState
from permits.schemas.told import TextOut, sentence


def notice_of(permit: Permit) -> TextOut:
    """Say who decided, or that nobody did."""
    waits = permit.state is PermitState.NEEDS_REVIEW
    if permit.decision is None:
        return sentence("notice.undecided")
    if permit.decision is Decision.NEEDS_REVIEW:
        return sentence("notice.waiting" if waits else "notice.never_decided")
    if permit.automated and waits:
        return sentence("notice.second_look")
    return sentence(_decided(permit))


def appeal_of(permit: Permit, review: str) -> TextOut:
    """Say where a decision can be appealed against; `review` is where a human is asked for."""
    if permit.decision in {None, Decision.NEEDS_REVIEW}:
        return sentence("notice.nothing_to_appeal")
    return sentence("notice.appeal", {"review": review})


def _decided(permit: Permit) -> str:
    if permit.findings and permit.findings[-1].rule == "silence":
        return "notice.by_silence"
    return "notice.automated" if permit.automated else "notice.by_officer"
