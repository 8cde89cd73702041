"""What does one European format say in the other's words, of what ours has no word for?

ED-269 has one text where ED-318 has one in each language, and does not say which: undetermined.
"""

from collections.abc import Callable, Mapping
from typing import Any

UNDETERMINED = "und"  # ISO 639-2
ALIKE = ("country", "variant", "region", "regulationExemption", "reason")
TEXTS = ("otherReasonInfo", "message")
AUTHORITY = ("siteURL", "email", "phone", "purpose", "intervalBefore")
AUTHORITY_TEXTS = ("name", "service", "contactName")
# Each knows a reason that the other does not.
REASONS_269, REASONS_318 = frozenset({"FOREIGN_TERRITORY"}), frozenset({"DAR"})
OTHER = "OTHER"

Rewrite = Callable[[Any], Any]


def to_ed318(carried: Mapping[str, Any]) -> dict[str, Any]:
    """Return in ED-318's words what a zone carries of ED-269."""
    members = _members(carried, _texts, REASONS_269)
    conditions = carried.get("restrictionConditions")
    if isinstance(conditions, list) and all(isinstance(each, str) for each in conditions):
        members["restrictionConditions"] = "; ".join(conditions)
    authorities = members.get("zoneAuthority", [])
    return {
        **members,
        **(
            {"zoneAuthority": [{"purpose": "INFORMATION", **each} for each in authorities]}
            if authorities
            else {}
        ),
    }


def to_ed269(carried: Mapping[str, Any]) -> dict[str, Any]:
    """Return in ED-269's words what a zone carries of ED-318, its first language alone."""
    members = _members(carried, _text, REASONS_318)
    if "variant" in members:
        members["type"] = members.pop("variant")
    if isinstance(carried.get("restrictionConditions"), str):
        members["restrictionConditions"] = [carried["restrictionConditions"]]
    return members


def _members(
    carried: Mapping[str, Any], rewrite: Rewrite, unknown: frozenset[str]
) -> dict[str, Any]:
    members = {name: carried[name] for name in ALIKE if carried.get(name) is not None}
    if isinstance(members.get("reason"), list):
        known = [OTHER if str(each) in unknown else each for each in members["reason"]]
        members["reason"] = list(dict.fromkeys(map(str, known)))
    listed = carried.get("zoneAuthority")
    if isinstance(listed, list):
        members["zoneAuthority"] = [
            _authority(each, rewrite) for each in listed if isinstance(each, Mapping)
        ]
    texts = {name: rewrite(carried.get(name)) for name in TEXTS}
    return {**members, **{name: text for name, text in texts.items() if text}}


def _authority(authority: Mapping[str, Any], rewrite: Rewrite) -> dict[str, Any]:
    texts = {name: rewrite(authority.get(name)) for name in AUTHORITY_TEXTS}
    alike = {name: authority[name] for name in AUTHORITY if authority.get(name) is not None}
    return {**alike, **{name: text for name, text in texts.items() if text}}


def _texts(text: object) -> list[dict[str, str]]:
    return [{"text": text, "lang": UNDETERMINED}] if isinstance(text, str) and text else []


def _text(texts: object) -> str:
    first = texts[0] if isinstance(texts, list) and texts else None
    return str(first.get("text") or "") if isinstance(first, Mapping) else ""
