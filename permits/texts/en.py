"""The sentences and words of permits in English."""

SENTENCES = {
    "window_ahead.passed": "The operation starts on {start_at}, after the application.",
    "window_ahead.objected": (
        "The operation has already begun: its start, {start_at}, lies before the application "
        "({now_at}). No permit reaches into the past."
    ),
    "window_bounded.passed": "No volume lasts longer than {days_max} days: the use is temporary.",
    "window_bounded.objected": (
        "A volume lasts {days} days or more; the use of public space is temporary, at most "
        "{days_max} days a volume."
    ),
    "vehicles_known.passed": (
        "Vehicles registered to the applicant for the layer “{layer}”: {vehicles}."
    ),
    "vehicles_known.objected": (
        "Vehicles not registered to the applicant for the layer “{layer}”: {vehicles}."
    ),
    "vehicles_known.not_applicable": "No vehicle is named: nothing to check here.",
    "documents_held.passed": "What the layer “{layer}” asks to be proved is proved: {documents}.",
    "documents_held.objected": (
        "The layer “{layer}” asks for documents that were never attached ({documents}), missing "
        "for: {holders}. Attach them, then apply again."
    ),
    "documents_held.conditional": (
        "The layer “{layer}” asks for documents: {documents}. Whether you hold them is not known."
    ),
    "documents_held.not_applicable": "No document is asked for here.",
    "documents_valid.passed": (
        "The documents held ({documents}) are valid throughout the operation; the first ends on "
        "{until_at}."
    ),
    "documents_valid.objected": (
        "The document “{document}” no. {number} ({issuer}) of {holder} is valid from {from_at} to "
        "{until_at}, and so not on {lapse_at}, within the operation. Attach its renewal, then "
        "apply again."
    ),
    "documents_valid.not_applicable": "No document is held whose dates could be checked.",
    "default_to_ask.passed": (
        "In the air every use but emergency has to be asked for; this one was."
    ),
    "default_to_ask.not_applicable": (
        "No permit is needed by default here: outside the air, and in an emergency, the zones "
        "alone decide."
    ),
    "height_capped.passed": "Every flight volume states its greatest height.",
    "height_capped.objected": (
        "A flight has to state its greatest height; it is missing from volumes no. {volumes} "
        "(counted from 0)."
    ),
    "height_capped.not_applicable": "A greatest height is required in the air only.",
    "zone_restriction.passed": (
        "The zone “{zone_name}” requires authorisation; a permit is that authorisation."
    ),
    "zone_restriction.objected": "The zone “{zone_name}” is prohibited for this use.",
    "zone_restriction.conditional": "The zone “{zone_name}” is open to this use under conditions.",
    "zone_restriction.not_applicable": "The zone “{zone_name}” does not restrict this use.",
    "zone_restriction.nowhere": "The operation touches no published zone of this layer.",
    "human_review.conditional": (
        "In the zone “{zone_name}” only an officer may authorise: the application is passed on."
    ),
    "human_review.not_applicable": (
        "The zone “{zone_name}” asks for no review by an officer for this use."
    ),
    "human_review.nowhere": "No zone touched asks for a review by an officer.",
    "speed_cap.conditional": "The zone “{zone_name}” limits the speed to {speed_kmh} km/h.",
    "speed_cap.not_applicable": "The zone “{zone_name}” does not limit the speed.",
    "speed_cap.nowhere": "No zone touched limits the speed.",
    "transit.conditional": "The zone “{zone_name}” is closed to through traffic: stop inside.",
    "transit.not_applicable": "The zone “{zone_name}” lets this use pass through.",
    "transit.nowhere": "No zone touched is closed to through traffic.",
    "zone_demands.conditional": (
        "The zone “{zone_name}” makes further demands ({count}); they are conditions."
    ),
    "zone_demands.not_applicable": "The zone “{zone_name}” makes no further demands.",
    "zone_demands.nowhere": "No zone touched makes further demands.",
    "length_fits.passed": (
        "The zone “{zone_name}” admits vehicles of up to {length_m} m; these fit: {vehicles}."
    ),
    "length_fits.objected": (
        "The zone “{zone_name}” admits vehicles of up to {length_m} m; longer are: {vehicles}."
    ),
    "length_fits.conditional": (
        "The zone “{zone_name}” admits vehicles of up to {length_m} m; not known is the length of: "
        "{vehicles}."
    ),
    "length_fits.not_applicable": (
        "The zone “{zone_name}” admits vehicles of up to {length_m} m; none is named."
    ),
    "length_fits.nowhere": "No zone touched limits the length of vehicles.",
    "mass_fits.passed": (
        "The zone “{zone_name}” admits vehicles of up to {mass_kg} kg; these fit: {vehicles}."
    ),
    "mass_fits.objected": (
        "The zone “{zone_name}” admits vehicles of up to {mass_kg} kg; heavier are: {vehicles}."
    ),
    "mass_fits.conditional": (
        "The zone “{zone_name}” admits vehicles of up to {mass_kg} kg; not known is the mass of: "
        "{vehicles}."
    ),
    "mass_fits.not_applicable": (
        "The zone “{zone_name}” admits vehicles of up to {mass_kg} kg; none is named."
    ),
    "mass_fits.nowhere": "No zone touched limits the mass of vehicles.",
    "noise_fits.passed": (
        "The zone “{zone_name}” admits a sound power level of up to {noise_db} dB(A); these keep "
        "to it: {vehicles}."
    ),
    "noise_fits.objected": (
        "The zone “{zone_name}” admits a sound power level of up to {noise_db} dB(A); louder are: "
        "{vehicles}."
    ),
    "noise_fits.conditional": (
        "The zone “{zone_name}” admits a sound power level of up to {noise_db} dB(A); not known is "
        "that of: {vehicles}."
    ),
    "noise_fits.not_applicable": (
        "The zone “{zone_name}” admits a sound power level of up to {noise_db} dB(A); no vehicle "
        "is named."
    ),
    "noise_fits.nowhere": "No zone touched limits the noise of vehicles.",
    "equipment_carried.passed": (
        "The zone “{zone_name}” has vehicles carry: {equipment}; these do: {vehicles}."
    ),
    "equipment_carried.objected": (
        "The zone “{zone_name}” has vehicles carry: {equipment}; these lack some of it: {vehicles}."
    ),
    "equipment_carried.conditional": (
        "The zone “{zone_name}” has vehicles carry: {equipment}; not known is the equipment of: "
        "{vehicles}."
    ),
    "equipment_carried.not_applicable": (
        "The zone “{zone_name}” has vehicles carry: {equipment}; none is named."
    ),
    "equipment_carried.nowhere": "No zone touched asks for equipment.",
    "zone_restriction.set_aside": (
        "The zone “{zone_name}” is set aside: here “{set_aside_by}” decides, a zone of higher "
        "priority."
    ),
    "human_review.set_aside": (
        "Whether an officer reviews is decided by “{set_aside_by}”, of higher priority, and not by "
        "the zone “{zone_name}”."
    ),
    "speed_cap.set_aside": (
        "The speed limit of the zone “{zone_name}” is set aside: here that of “{set_aside_by}” "
        "holds, a zone of higher priority."
    ),
    "transit.set_aside": (
        "Through traffic is decided by “{set_aside_by}”, of higher priority, and not by the zone "
        "“{zone_name}”."
    ),
    "conflict.passed": "No flight granted before comes too close to this operation.",
    "conflict.objected": (
        "Granted before: from {start_at} to {end_at} (Paris time), around {place} (latitude, "
        "longitude), at {heights}. The operation would come closer than {across_m} m across and "
        "{in_height_m} m in height (0 m: it would share the space); permits in the way: {count}. "
        "Who applies first is granted first."
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
    "purpose_favoured.passed": (
        "A use of public interest ({purpose}): favoured by rule and by tariff."
    ),
    "purpose_favoured.not_applicable": (
        "A use without particular favour ({purpose}): the ordinary fee is due."
    ),
    "officer_decision.passed": (
        "An officer examined the application and grants it. Reason: {reason}"
    ),
    "officer_decision.objected": (
        "An officer examined the application and refuses it. Reason: {reason}"
    ),
    "condition.documents": (
        "Hold, throughout the operation, what the layer “{layer}” asks for: {documents}."
    ),
    "condition.zone_terms": "Keep to the published conditions of the zone “{zone_name}”.",
    "condition.speed_max": "Do not exceed {speed_kmh} km/h in the zone “{zone_name}”.",
    "condition.stop_inside": "Stop in the zone “{zone_name}”: it is not to be crossed.",
    "condition.speed_min": (
        "Keep at least {speed_kmh} km/h in the zone “{zone_name}”, unless a lower maximum holds."
    ),
    "condition.direction": (
        "Keep a course from {from_deg}° clockwise to {to_deg}°, from true north, in the zone "
        "“{zone_name}”."
    ),
    "condition.length_max": "No vehicle longer than {length_m} m in the zone “{zone_name}”.",
    "condition.mass_max": "No vehicle heavier than {mass_kg} kg in the zone “{zone_name}”.",
    "condition.capacity": (
        "At most {vehicles_max} vehicles at once are admitted to the zone “{zone_name}”."
    ),
    "condition.movements": (
        "At most {movements_max} vehicles an hour are admitted to the zone “{zone_name}”."
    ),
    "condition.separation": (
        "Keep {separation_m} m from every other vehicle in the zone “{zone_name}”."
    ),
    "condition.separation_vertical": (
        "Keep {separation_m} m above or below every other vehicle in the zone “{zone_name}”."
    ),
    "condition.dwell_min": (
        "Stay at least {dwell_min} min in the zone “{zone_name}”: less is passing through."
    ),
    "condition.noise_max": (
        "No vehicle with a guaranteed sound power level above {noise_db} dB(A) in the zone "
        "“{zone_name}”."
    ),
    "condition.equipment": "Carry and use in the zone “{zone_name}”: {equipment}.",
    "condition.precision": (
        "Networks in the zone “{zone_name}” are to be known, and surveyed, in precision class "
        "{precision}."
    ),
    "condition.clearance": (
        "Keep {clearance_m} m clear of the networks and works in the zone “{zone_name}”."
    ),
    "notice.automated": (
        "This decision was taken by an algorithm (code des relations entre le public et "
        "l'administration, art. L. 311-3-1). You may ask for the rules applied and for a review "
        "by an officer."
    ),
    "notice.by_officer": "This decision was taken by an officer.",
    "notice.appeal": (
        "Appeal: ask for a review by an officer ({review}), or go to the administrative court of "
        "Paris within two months of notification (code de justice administrative, art. R. 421-1)."
    ),
}

WORDS = {
    "layer": {"surface": "surface", "subsoil": "subsoil", "air": "air", "river": "river"},
    "equipment": {
        "remote_id": "remote identification",
        "geo_awareness": "geo-awareness",
        "transponder": "transponder",
        "parachute": "parachute",
        "ais": "AIS",
        "vhf": "VHF radio",
        "lights": "lights",
    },
    "document": {"insurance": "insurance", "competence": "competence"},
    "documents": {"insurance": "insurance", "competence": "competence"},
    "purpose": {
        "emergency": "emergency",
        "medical": "medical transport",
        "public_service": "public service",
        "inspection": "inspection",
        "research": "research",
        "media": "filming",
        "works": "works",
        "passenger": "passenger transport",
        "delivery": "delivery",
        "advertising": "advertising",
        "leisure": "leisure",
    },
}

DATE = "%d %B %Y at %H:%M"
DECIMAL_POINT = "."
