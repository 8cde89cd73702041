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
    "purpose_favoured.passed": (
        "Usage d'intérêt général ({purpose}) : favorisé par la règle et par le tarif."
    ),
    "purpose_favoured.not_applicable": (
        "Usage sans faveur particulière ({purpose}) : la redevance ordinaire est due."
    ),
    "officer_decision.passed": "Un agent a examiné la demande et l'accorde. Motif : {reason}",
    "officer_decision.objected": "Un agent a examiné la demande et la refuse. Motif : {reason}",
    "condition.zone_terms": "Respecter les conditions publiées de la zone « {zone_name} ».",
    "condition.speed_max": "Ne pas dépasser {speed_kmh} km/h dans la zone « {zone_name} ».",
    "condition.stop_inside": "S'arrêter dans la zone « {zone_name} » : elle ne se traverse pas.",
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
