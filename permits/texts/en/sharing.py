"""In English: who was granted before, and what officers and notices say."""

SENTENCES = {
    "conflict.passed": "No use granted before comes too close to this operation.",
    "conflict.objected": (
        "Granted before: from {start_at} to {end_at} (Paris time), around {place} (latitude, "
        "longitude), at {heights}. The operation would come closer than {across_m} m across and "
        "{in_height_m} m in height; permits in the way: {count}. Who applies first is granted "
        "first."
    ),
    "conflict.shared": (
        "Granted before: from {start_at} to {end_at} (Paris time), around {place} (latitude, "
        "longitude), at {heights}. The operation would share that space; permits in the way: "
        "{count}. Who applies first is granted first."
    ),
    "conflict.taken": (
        "The space is granted to others before, too near and at the same time; permits in the way: "
        "{count}. Who applies first is granted first."
    ),
    "conflict.not_applicable": (
        "Outside the air, uses share the space unless a zone states a distance; none does here."
    ),
    "capacity.passed": (
        "The zone “{zone_name}” has room: with this operation at most {count} of {most} vehicles "
        "at once."
    ),
    "capacity.objected": (
        "The zone “{zone_name}” is full on {full_at} (Paris time): with this operation {count} "
        "vehicles at once, {most} are admitted."
    ),
    "capacity.not_applicable": "No zone touched limits how many vehicles are inside at once.",
    "movements.passed": (
        "The zone “{zone_name}” admits the entries: with this operation at most {count} of {most} "
        "within an hour."
    ),
    "movements.objected": (
        "The zone “{zone_name}” admits no further entry in the hour from {full_at} (Paris time): "
        "with this operation {count} vehicles, {most} are admitted."
    ),
    "movements.not_applicable": "No zone touched limits how many vehicles enter within an hour.",
    "vehicles_free.passed": (
        "No vehicle named is granted a place elsewhere at the same time: whatever it was granted "
        "before, it can keep to both."
    ),
    "vehicles_free.objected": (
        "Granted elsewhere from {start_at} to {end_at} (Paris time): {vehicles}, by permit "
        "{permits}. A vehicle cannot be in two places at once: name another, amend or withdraw "
        "that permit, or ask for all places of one use in one application."
    ),
    "vehicles_free.taken": "A vehicle named is granted another place at the same time.",
    "vehicles_free.not_applicable": "No vehicle is named.",
    "officer_decision.passed": (
        "An officer examined the application and grants it. Reason: {reason}"
    ),
    "officer_decision.objected": (
        "An officer examined the application and refuses it. Reason: {reason}"
    ),
    "notice.automated": (
        "This decision was taken by an algorithm (code des relations entre le public et "
        "l'administration, art. L. 311-3-1; regulation (EU) 2016/679, art. 22). You may ask for "
        "the rules applied and for a review by an officer."
    ),
    "notice.by_officer": "This decision was taken by an officer.",
    "notice.waiting": (
        "Nothing is decided yet: an algorithm checked the application and found that only an "
        "officer may answer it (code des relations entre le public et l'administration, art. L. "
        "311-3-1). You may ask for the rules applied."
    ),
    "notice.second_look": (
        "An algorithm refused the application; an officer looks at it again and will decide (code "
        "des relations entre le public et l'administration, art. L. 311-3-1)."
    ),
    "notice.never_decided": (
        "Nobody decided: only an officer could have answered, and the application came to its end "
        "before one did."
    ),
    "notice.nothing_to_appeal": "There is no decision yet that an appeal could be against.",
    "notice.appeal": (
        "Appeal: ask for a review by an officer ({review}), or go to the administrative court of "
        "Paris within two months of notification (code de justice administrative, art. R. 421-1)."
    ),
}
