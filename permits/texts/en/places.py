"""In English: what each zone touched says."""

SENTENCES = {
    "zone_restriction.passed": (
        "The zone “{zone_name}” requires authorisation; a permit is that authorisation."
    ),
    "zone_restriction.objected": "The zone “{zone_name}” is prohibited for this use.",
    "zone_restriction.conditional": "The zone “{zone_name}” is open to this use under conditions.",
    "zone_restriction.not_applicable": "The zone “{zone_name}” does not restrict this use.",
    "zone_restriction.nowhere": "The operation touches no published zone of this layer.",
    "human_review.conditional": "In the zone “{zone_name}” only an officer may authorise.",
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
    "events.passed": (
        "The zone “{zone_name}” holds only at some hours or during an event; nothing changes in it "
        "during the operation."
    ),
    "events.conditional": (
        "The zone “{zone_name}” holds only at some hours or during an event; this changes on "
        "{change_at}, during the operation."
    ),
    "events.not_applicable": "No zone touched depends on a calendar or an event.",
    "networks_clear.conditional": (
        "In the zone “{zone_name}” networks and works are to be respected (precision class: "
        "{precision}); the distances are conditions."
    ),
    "networks_clear.nowhere": "No zone touched names networks or works to respect.",
    "networks_declared.passed": (
        "Ground is dug up, and the zones touched say how precisely networks are known."
    ),
    "networks_declared.conditional": (
        "Ground is dug up, and no zone touched says where the networks are: they are to be "
        "declared and located first."
    ),
    "networks_declared.not_applicable": "Nothing is dug.",
    "occupation.not_applicable": (
        "What is asked of vehicles is not asked of an occupation ({occupation})."
    ),
}
