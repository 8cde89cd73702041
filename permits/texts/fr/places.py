"""In French: what each zone touched says."""

SENTENCES = {
    "zone_restriction.passed": (
        "La zone « {zone_name} » est soumise à autorisation ; un permis en tient lieu."
    ),
    "zone_restriction.objected": "La zone « {zone_name} » est interdite à cet usage.",
    "zone_restriction.conditional": (
        "La zone « {zone_name} » est ouverte à cet usage sous conditions."
    ),
    "zone_restriction.not_applicable": "La zone « {zone_name} » ne restreint pas cet usage.",
    "zone_restriction.nowhere": "L'opération ne touche aucune zone publiée de cette couche.",
    "human_review.conditional": "Dans la zone « {zone_name} », seul un agent peut autoriser.",
    "human_review.not_applicable": (
        "La zone « {zone_name} » n'exige pas l'examen par un agent pour cet usage."
    ),
    "human_review.nowhere": "Aucune zone touchée n'exige l'examen par un agent.",
    "speed_cap.conditional": "La zone « {zone_name} » limite la vitesse à {speed_kmh} km/h.",
    "speed_cap.not_applicable": "La zone « {zone_name} » ne limite pas la vitesse.",
    "speed_cap.nowhere": "Aucune zone touchée ne limite la vitesse.",
    "transit.conditional": (
        "La zone « {zone_name} » est fermée à la traversée : il faut s'y arrêter."
    ),
    "transit.not_applicable": "La zone « {zone_name} » ne ferme pas la traversée à cet usage.",
    "transit.nowhere": "Aucune zone touchée n'est fermée à la traversée.",
    "zone_demands.conditional": (
        "La zone « {zone_name} » pose d'autres exigences ({count}) ; elles valent conditions."
    ),
    "zone_demands.not_applicable": "La zone « {zone_name} » ne pose pas d'autre exigence.",
    "zone_demands.nowhere": "Aucune zone touchée ne pose d'autre exigence.",
    "length_fits.passed": (
        "La zone « {zone_name} » admet les véhicules jusqu'à {length_m} m ; ceux-ci s'y tiennent : "
        "{vehicles}."
    ),
    "length_fits.objected": (
        "La zone « {zone_name} » admet les véhicules jusqu'à {length_m} m ; trop longs : "
        "{vehicles}."
    ),
    "length_fits.conditional": (
        "La zone « {zone_name} » admet les véhicules jusqu'à {length_m} m ; longueur inconnue : "
        "{vehicles}."
    ),
    "length_fits.not_applicable": (
        "La zone « {zone_name} » admet les véhicules jusqu'à {length_m} m ; aucun n'est nommé."
    ),
    "length_fits.nowhere": "Aucune zone touchée ne limite la longueur des véhicules.",
    "mass_fits.passed": (
        "La zone « {zone_name} » admet les véhicules jusqu'à {mass_kg} kg ; ceux-ci s'y tiennent : "
        "{vehicles}."
    ),
    "mass_fits.objected": (
        "La zone « {zone_name} » admet les véhicules jusqu'à {mass_kg} kg ; trop lourds : "
        "{vehicles}."
    ),
    "mass_fits.conditional": (
        "La zone « {zone_name} » admet les véhicules jusqu'à {mass_kg} kg ; masse inconnue : "
        "{vehicles}."
    ),
    "mass_fits.not_applicable": (
        "La zone « {zone_name} » admet les véhicules jusqu'à {mass_kg} kg ; aucun n'est nommé."
    ),
    "mass_fits.nowhere": "Aucune zone touchée ne limite la masse des véhicules.",
    "noise_fits.passed": (
        "La zone « {zone_name} » admet jusqu'à {noise_db} dB(A) de puissance acoustique ; ceux-ci "
        "s'y tiennent : {vehicles}."
    ),
    "noise_fits.objected": (
        "La zone « {zone_name} » admet jusqu'à {noise_db} dB(A) de puissance acoustique ; trop "
        "bruyants : {vehicles}."
    ),
    "noise_fits.conditional": (
        "La zone « {zone_name} » admet jusqu'à {noise_db} dB(A) de puissance acoustique ; niveau "
        "inconnu : {vehicles}."
    ),
    "noise_fits.not_applicable": (
        "La zone « {zone_name} » admet jusqu'à {noise_db} dB(A) de puissance acoustique ; aucun "
        "véhicule n'est nommé."
    ),
    "noise_fits.nowhere": "Aucune zone touchée ne limite le bruit des véhicules.",
    "equipment_carried.passed": (
        "La zone « {zone_name} » exige d'emporter : {equipment} ; ceux-ci l'ont : {vehicles}."
    ),
    "equipment_carried.objected": (
        "La zone « {zone_name} » exige d'emporter : {equipment} ; il en manque à : {vehicles}."
    ),
    "equipment_carried.conditional": (
        "La zone « {zone_name} » exige d'emporter : {equipment} ; équipement inconnu : {vehicles}."
    ),
    "equipment_carried.not_applicable": (
        "La zone « {zone_name} » exige d'emporter : {equipment} ; aucun véhicule n'est nommé."
    ),
    "equipment_carried.nowhere": "Aucune zone touchée n'exige d'équipement.",
    "zone_restriction.set_aside": (
        "La zone « {zone_name} » est écartée : ici décide « {set_aside_by} », zone de priorité "
        "supérieure."
    ),
    "human_review.set_aside": (
        "L'examen par un agent relève de « {set_aside_by} », de priorité supérieure, et non de la "
        "zone « {zone_name} »."
    ),
    "speed_cap.set_aside": (
        "La limite de vitesse de la zone « {zone_name} » est écartée : ici vaut celle de "
        "« {set_aside_by} », zone de priorité supérieure."
    ),
    "transit.set_aside": (
        "La traversée relève de « {set_aside_by} », de priorité supérieure, et non de la zone "
        "« {zone_name} »."
    ),
    "events.passed": (
        "La zone « {zone_name} » ne vaut qu'à certaines heures ou lors d'un événement ; rien n'y "
        "change pendant l'opération."
    ),
    "events.conditional": (
        "La zone « {zone_name} » ne vaut qu'à certaines heures ou lors d'un événement ; cela "
        "change le {change_at}, pendant l'opération."
    ),
    "events.not_applicable": "Aucune zone touchée ne dépend d'un calendrier ou d'un événement.",
    "networks_clear.conditional": (
        "Dans la zone « {zone_name} », les réseaux et ouvrages sont à respecter (classe de "
        "précision : {precision}) ; les distances sont des conditions."
    ),
    "networks_clear.nowhere": "Aucune zone touchée ne cite de réseaux ni d'ouvrages à respecter.",
    "networks_declared.passed": (
        "On creuse, et les zones touchées disent avec quelle précision les réseaux sont connus."
    ),
    "networks_declared.conditional": (
        "On creuse, et aucune zone touchée ne dit où sont les réseaux : ils sont à déclarer et à "
        "localiser d'abord."
    ),
    "networks_declared.not_applicable": "Rien n'est creusé.",
    "occupation.not_applicable": (
        "Ce qui est demandé aux véhicules ne l'est pas à une occupation ({occupation})."
    ),
}
