"""In English: what a holder must keep to."""

SENTENCES = {
    "condition.activate_before_use": (
        "Activate the permit right before the flight, and take off once it is active: all that it "
        "rests on is asked again then ({act})."
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
    "condition.dwell_max": "Stay at most {dwell_min} min in the zone “{zone_name}”.",
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
    "condition.quiet_hours": (
        "Cease all noise of works from 22:00 to 07:00, on Saturdays until 08:00 and from 20:00, on "
        "Sundays and public holidays."
    ),
    "condition.calendar": (
        "Mind the calendar of the zone “{zone_name}”: it changes on {change_at}."
    ),
    "condition.networks_declared": (
        "Send a DT and a DICT to the operators of networks before digging."
    ),
    "condition.networks_located": (
        "Have the networks located in precision class A before digging."
    ),
    "condition.investigation": (
        "In the zone “{zone_name}” the plans are of class {precision}: investigate further, up to "
        "class A, before digging."
    ),
    "condition.open_height": (
        "Above {height_max_m} m from the ground fly in the specific category only: {vehicles}."
    ),
}
