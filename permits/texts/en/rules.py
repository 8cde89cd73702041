"""In English: what each rule asks, and what it weighs."""

QUESTIONS = {
    "window_ahead": "Does the operation lie ahead?",
    "window_bounded": "Is the use temporary?",
    "occupation_titled": "What is to occupy public space?",
    "place_fits": "Is there water for what floats, and land for what stands?",
    "vehicles_known": "Are the vehicles registered to the applicant?",
    "documents_held": "Were the documents that the layer asks for attached?",
    "documents_valid": "Are the documents valid throughout?",
    "default_to_ask": "Does the use have to be asked for at all?",
    "height_capped": "Does a flight say how high it goes?",
    "open_height": "Do drones of the open category stay within its height?",
    "drone_category": "May the drones fly in the open category?",
    "zone_restriction": "What does each zone touched say to this use?",
    "human_review": "Does a zone reserve the answer to an officer?",
    "experimentation": "Is this research on an experimentation ground?",
    "events": "Does a zone's calendar or event change meanwhile?",
    "quiet_hours": "Do noisy works keep out of the quiet hours?",
    "speed_cap": "How fast may one move?",
    "transit": "May one pass through without stopping?",
    "zone_demands": "What else does each zone demand?",
    "networks_declared": "Is it known where the networks are, where ground is dug?",
    "networks_clear": "How near to networks and works is dug?",
    "length_fits": "Are the vehicles short enough for each zone?",
    "mass_fits": "Are the vehicles light enough for each zone?",
    "noise_fits": "Are the vehicles quiet enough for each zone?",
    "equipment_carried": "Do the vehicles carry what each zone asks for?",
    "conflict": "Would the operation come too close to one granted before?",
    "capacity": "Is there room for the vehicles at once?",
    "movements": "May so many enter within an hour?",
    "vehicles_free": "Can the vehicles be there, with all they were granted before?",
    "purpose_favoured": "Is the use in the public interest?",
}
WEIGHED = {
    "window_ahead": "The earliest start asked for, and the instant of the application.",
    "window_bounded": (
        "The longest volume, and the most that a movement or this kind of occupation may last."
    ),
    "occupation_titled": "The kind of occupation, its area and its length.",
    "place_fits": (
        "Each footprint, and where the city knows water to be; 20 m at the banks are both. Not "
        "weighed: bridges and pontoons, which an officer looks at."
    ),
    "vehicles_known": "The vehicles named, and the register of the applicant's vehicles.",
    "documents_held": "What the layer asks for, and what was attached for each vehicle.",
    "documents_valid": "The dates of each document, and every window asked for.",
    "default_to_ask": "The layer and the purpose.",
    "height_capped": "The layer, and the upper limit of each volume.",
    "open_height": (
        "The category of each drone and the upper limit of each volume; an upper limit above sea "
        "level is held against the ground, with the ground's uncertainty."
    ),
    "drone_category": "The category, the CE class and the greatest mass of each drone.",
    "zone_restriction": (
        "The zones that the volumes touch in place, height and time; the restriction of each for "
        "this purpose and class of vehicle; the zones of higher priority."
    ),
    "human_review": "What each zone touched reserves, and the zones of higher priority.",
    "experimentation": (
        "The purpose, the size of the company, and whether every volume lies within the ground."
    ),
    "events": "The calendars and switches of the zones touched, over every window asked for.",
    "quiet_hours": "The kind of occupation or the purpose, and the hours and days of each window.",
    "speed_cap": "The speed limit of each zone touched; it becomes a condition.",
    "transit": "Which zones touched are closed to through traffic; it becomes a condition.",
    "zone_demands": "All that a zone touched states for this purpose and class of vehicle.",
    "networks_declared": (
        "Whether ground is dug, and whether a zone touched states the precision class of networks."
    ),
    "networks_clear": (
        "The precision class of the networks in each zone touched, the clearance it asks for, and "
        "whether ground is dug."
    ),
    "length_fits": "The length of each vehicle, and the most that each zone touched admits.",
    "mass_fits": "The greatest mass of each vehicle, and the most that each zone touched admits.",
    "noise_fits": "The sound power level of each vehicle, and the most that each zone admits.",
    "equipment_carried": "The equipment of each vehicle, and what each zone touched asks for.",
    "conflict": (
        "Every volume granted before in the layer, in place, height and time, at the distance that "
        "the zones ask for; who applied first. Not weighed: who the others are."
    ),
    "capacity": (
        "The vehicles granted in each zone touched at the same instant, and how many it admits."
    ),
    "movements": (
        "The vehicles granted to enter each zone touched in every hour, and how many it admits."
    ),
    "vehicles_free": (
        "Every permit granted before to a vehicle named, in place, height and time. Not "
        "weighed: how long the way between two places takes."
    ),
    "purpose_favoured": "The purpose alone.",
}
