"""In English: who asks, for what, how long, with which papers."""

SENTENCES = {
    "window_ahead.passed": "The operation starts on {start_at}, after the application.",
    "window_ahead.objected": (
        "The operation has already begun: its start, {start_at}, lies before the application "
        "({now_at}). No permit reaches into the past."
    ),
    "window_bounded.passed": "No volume lasts longer than {days_max} days: the use is temporary.",
    "window_bounded.objected": (
        "The use lasts {days} days or more; that of public space is temporary: at most {days_max} "
        "days in one go."
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
    "default_to_ask.conditional": (
        "In the air every use but emergency has to be asked for, as this one was, and activated "
        "right before it begins."
    ),
    "default_to_ask.not_applicable": (
        "No movement needs a permit by default here: outside the air, and in an emergency, the "
        "zones alone decide."
    ),
    "height_capped.passed": "Every flight volume states its greatest height.",
    "height_capped.objected": (
        "A flight has to state its greatest height; it is missing from volumes no. {volumes} "
        "(counted from 0)."
    ),
    "height_capped.not_applicable": "A greatest height is required in the air only.",
    "purpose_favoured.passed": (
        "A use of public interest ({purpose}): favoured by rule and by tariff."
    ),
    "purpose_favoured.not_applicable": (
        "A use without particular favour ({purpose}): the ordinary fee is due."
    ),
    "occupation_titled.passed": (
        "Occupation asked for: {occupation}, {area_m2} m², {length_m} m long. Nobody occupies "
        "public property without a title; this permit is one."
    ),
    "occupation_titled.not_applicable": "Nothing is occupied to stay: the use is a movement.",
    "open_height.passed": (
        "These drones of the open category stay within {height_max_m} m above ground: {vehicles}."
    ),
    "open_height.objected": (
        "The open category ends {height_max_m} m above ground; the operation goes higher with: "
        "{vehicles}."
    ),
    "open_height.conditional": (
        "The open category ends {height_max_m} m above ground; it is not established that the "
        "operation keeps to it with: {vehicles}."
    ),
    "open_height.not_applicable": "No drone of the open category is named.",
    "place_fits.passed": (
        "What floats lies on the water or at its banks, what stands on land, as far as the city "
        "knows its water: {water}."
    ),
    "place_fits.objected": (
        "It lies on land: what floats has to be on the water or within 20 m of it, and what is "
        "moored with more than half of it ({water})."
    ),
    "place_fits.conditional": (
        "{share_pct}% of it lies in the water, more than 20 m from the banks ({water}): whether a "
        "bridge or a pontoon carries it, only an officer can tell."
    ),
    "place_fits.unknown": (
        "Whether it lies on water or on land is not known: the city knows of no water around here."
    ),
    "place_fits.not_applicable": (
        "Asked only of what is on the river, and of what occupies the surface."
    ),
    "drone_category.passed": (
        "By class and mass these drones belong in the open category: {vehicles}."
    ),
    "drone_category.objected": (
        "By their class (C5, C6) or mass ({mass_kg} kg or more) these drones do not fly in the "
        "open category: {vehicles}."
    ),
    "drone_category.not_applicable": "No drone is flown in the open category.",
    "quiet_hours.passed": "The works keep out of the quiet hours.",
    "quiet_hours.objected": (
        "From {start_at} to {end_at} the works would lie wholly in the quiet hours (22:00 to "
        "07:00, on Saturdays until 08:00 and from 20:00, on Sundays and public holidays)."
    ),
    "quiet_hours.conditional": (
        "The works last beyond the hours in which noise is allowed: it ceases from 22:00 to 07:00, "
        "on Saturdays until 08:00 and from 20:00, on Sundays and public holidays."
    ),
    "quiet_hours.not_applicable": "No noisy works are asked for.",
}
