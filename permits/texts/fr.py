"""The sentences and words of permits in French."""

SENTENCES = {
    "window_ahead.passed": "L'opération commence le {start_at}, après la demande.",
    "window_ahead.objected": (
        "L'opération a déjà commencé : son début, le {start_at}, précède la demande ({now_at}). "
        "Aucune autorisation n'est rétroactive."
    ),
    "window_bounded.passed": (
        "Aucun volume ne dure plus de {days_max} jours : l'usage reste temporaire."
    ),
    "window_bounded.objected": (
        "Un volume dure {days} jours ou plus ; l'usage de l'espace public est temporaire, au plus "
        "{days_max} jours par volume."
    ),
    "vehicles_known.passed": (
        "Véhicules enregistrés au nom du demandeur, pour la couche « {layer} » : {vehicles}."
    ),
    "vehicles_known.objected": (
        "Véhicules non enregistrés au nom du demandeur pour la couche « {layer} » : {vehicles}."
    ),
    "vehicles_known.not_applicable": "Aucun véhicule n'est nommé : rien à vérifier ici.",
    "documents_held.passed": (
        "Ce que la couche « {layer} » demande de justifier l'est : {documents}."
    ),
    "documents_held.objected": (
        "La couche « {layer} » exige des documents jamais déposés ({documents}), manquants pour : "
        "{holders}. Déposez-les, puis redemandez."
    ),
    "documents_held.conditional": (
        "La couche « {layer} » exige des documents : {documents}. On ne sait pas si vous les avez."
    ),
    "documents_held.not_applicable": "Aucun document n'est exigé ici.",
    "documents_valid.passed": (
        "Les documents déposés ({documents}) sont valables pendant toute l'opération ; le premier "
        "expire le {until_at}."
    ),
    "documents_valid.objected": (
        "Le document « {document} » n° {number} ({issuer}) de {holder} est valable du {from_at} au "
        "{until_at}, donc pas le {lapse_at}, pendant l'opération. Déposez son renouvellement, puis "
        "redemandez."
    ),
    "documents_valid.not_applicable": "Aucun document déposé dont vérifier les dates.",
    "default_to_ask.passed": (
        "Dans l'air, tout usage autre que l'urgence se demande ; il a été demandé."
    ),
    "default_to_ask.not_applicable": (
        "Aucun permis n'est exigé par défaut ici : hors de l'air, et en urgence, les zones seules "
        "décident."
    ),
    "height_capped.passed": "Chaque volume de vol indique sa hauteur maximale.",
    "height_capped.objected": (
        "Un vol doit indiquer sa hauteur maximale ; elle manque aux volumes n° {volumes} "
        "(comptés à partir de 0)."
    ),
    "height_capped.not_applicable": "La hauteur maximale n'est exigée que dans l'air.",
    "zone_restriction.passed": (
        "La zone « {zone_name} » est soumise à autorisation ; un permis en tient lieu."
    ),
    "zone_restriction.objected": "La zone « {zone_name} » est interdite à cet usage.",
    "zone_restriction.conditional": (
        "La zone « {zone_name} » est ouverte à cet usage sous conditions."
    ),
    "zone_restriction.not_applicable": "La zone « {zone_name} » ne restreint pas cet usage.",
    "zone_restriction.nowhere": "L'opération ne touche aucune zone publiée de cette couche.",
    "human_review.conditional": (
        "Dans la zone « {zone_name} », seul un agent peut autoriser : la demande lui est transmise."
    ),
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
    "conflict.passed": "Aucun vol déjà accordé ne s'approche trop de cette opération.",
    "conflict.objected": (
        "Déjà accordé : du {start_at} au {end_at} (heure de Paris), autour de {place} (latitude, "
        "longitude), à {heights}. L'opération passerait à moins de {across_m} m en plan et de "
        "{in_height_m} m en hauteur (0 m : elle partagerait l'espace) ; permis qui s'y opposent : "
        "{count}. Qui demande le premier est servi le premier."
    ),
    "conflict.not_applicable": (
        "Hors de l'air, les usages partagent l'espace, sauf si une zone fixe une distance ; aucune "
        "ne le fait ici."
    ),
    "capacity.passed": (
        "La zone « {zone_name} » a de la place : avec cette opération, au plus {count} véhicules à "
        "la fois sur {most}."
    ),
    "capacity.objected": (
        "La zone « {zone_name} » est complète le {full_at} (heure de Paris) : avec cette "
        "opération, {count} véhicules à la fois, {most} sont admis."
    ),
    "capacity.not_applicable": (
        "Aucune zone touchée ne limite le nombre de véhicules présents à la fois."
    ),
    "movements.passed": (
        "La zone « {zone_name} » admet ces entrées : avec cette opération, au plus {count} sur "
        "{most} en une heure."
    ),
    "movements.objected": (
        "La zone « {zone_name} » n'admet plus d'entrée dans l'heure qui suit le {full_at} (heure "
        "de Paris) : avec cette opération, {count} véhicules, {most} sont admis."
    ),
    "movements.not_applicable": ("Aucune zone touchée ne limite le nombre d'entrées en une heure."),
    "purpose_favoured.passed": (
        "Usage d'intérêt général ({purpose}) : favorisé par la règle et par le tarif."
    ),
    "purpose_favoured.not_applicable": (
        "Usage sans faveur particulière ({purpose}) : la redevance ordinaire est due."
    ),
    "officer_decision.passed": "Un agent a examiné la demande et l'accorde. Motif : {reason}",
    "officer_decision.objected": "Un agent a examiné la demande et la refuse. Motif : {reason}",
    "condition.documents": (
        "Avoir, pendant toute l'opération, ce qu'exige la couche « {layer} » : {documents}."
    ),
    "condition.zone_terms": "Respecter les conditions publiées de la zone « {zone_name} ».",
    "condition.speed_max": "Ne pas dépasser {speed_kmh} km/h dans la zone « {zone_name} ».",
    "condition.stop_inside": "S'arrêter dans la zone « {zone_name} » : elle ne se traverse pas.",
    "condition.speed_min": (
        "Tenir au moins {speed_kmh} km/h dans la zone « {zone_name} », sauf maximum plus bas."
    ),
    "condition.direction": (
        "Tenir un cap de {from_deg}° à {to_deg}°, dans le sens horaire depuis le nord "
        "géographique, dans la zone « {zone_name} »."
    ),
    "condition.length_max": (
        "Aucun véhicule de plus de {length_m} m de long dans la zone « {zone_name} »."
    ),
    "condition.mass_max": "Aucun véhicule de plus de {mass_kg} kg dans la zone « {zone_name} ».",
    "condition.capacity": (
        "Au plus {vehicles_max} véhicules à la fois sont admis dans la zone « {zone_name} »."
    ),
    "condition.movements": (
        "Au plus {movements_max} véhicules par heure sont admis dans la zone « {zone_name} »."
    ),
    "condition.separation": (
        "Rester à {separation_m} m de tout autre véhicule dans la zone « {zone_name} »."
    ),
    "condition.separation_vertical": (
        "Rester à {separation_m} m au-dessus ou au-dessous de tout autre véhicule dans la zone "
        "« {zone_name} »."
    ),
    "condition.dwell_min": (
        "Rester au moins {dwell_min} min dans la zone « {zone_name} » : moins, c'est la traverser."
    ),
    "condition.noise_max": (
        "Aucun véhicule dont le niveau garanti de puissance acoustique dépasse {noise_db} dB(A) "
        "dans la zone « {zone_name} »."
    ),
    "condition.equipment": "Emporter et utiliser dans la zone « {zone_name} » : {equipment}.",
    "condition.precision": (
        "Les réseaux de la zone « {zone_name} » sont à connaître, et à relever, en classe de "
        "précision {precision}."
    ),
    "condition.clearance": (
        "Rester à {clearance_m} m des réseaux et ouvrages de la zone « {zone_name} »."
    ),
    "notice.automated": (
        "Décision prise par un traitement algorithmique (code des relations entre le public et "
        "l'administration, art. L. 311-3-1). Vous pouvez demander les règles appliquées et "
        "l'examen par un agent."
    ),
    "notice.by_officer": "Décision prise par un agent.",
    "notice.appeal": (
        "Recours : demander l'examen par un agent ({review}), ou saisir le tribunal administratif "
        "de Paris dans les deux mois suivant la notification (code de justice administrative, "
        "art. R. 421-1)."
    ),
}

WORDS = {
    "layer": {"surface": "surface", "subsoil": "sous-sol", "air": "air", "river": "fleuve"},
    "equipment": {
        "remote_id": "identification à distance",
        "geo_awareness": "géovigilance",
        "transponder": "transpondeur",
        "parachute": "parachute",
        "ais": "AIS",
        "vhf": "radio VHF",
        "lights": "feux",
    },
    "document": {"insurance": "assurance", "competence": "compétence"},
    "documents": {"insurance": "assurance", "competence": "compétence"},
    "purpose": {
        "emergency": "urgence",
        "medical": "transport médical",
        "public_service": "service public",
        "inspection": "inspection",
        "research": "recherche",
        "media": "prises de vues",
        "works": "travaux",
        "passenger": "transport de personnes",
        "delivery": "livraison",
        "advertising": "publicité",
        "leisure": "loisirs",
    },
}

DATE = "%d/%m/%Y à %H:%M"
DECIMAL_POINT = ","
