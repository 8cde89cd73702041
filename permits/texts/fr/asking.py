"""In French: who asks, for what, how long, with which papers."""

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
        "L'usage dure {days} jours ou plus ; celui de l'espace public est temporaire : au plus "
        "{days_max} jours en une fois."
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
    "default_to_ask.conditional": (
        "Dans l'air, tout usage autre que l'urgence se demande, comme celui-ci l'a été, et "
        "s'active juste avant de commencer."
    ),
    "default_to_ask.not_applicable": (
        "Aucun mouvement n'exige de permis par défaut ici : hors de l'air, et en urgence, les "
        "zones seules décident."
    ),
    "height_capped.passed": "Chaque volume de vol indique sa hauteur maximale.",
    "height_capped.objected": (
        "Un vol doit indiquer sa hauteur maximale ; elle manque aux volumes n° {volumes} "
        "(comptés à partir de 0)."
    ),
    "height_capped.not_applicable": "La hauteur maximale n'est exigée que dans l'air.",
    "purpose_favoured.passed": (
        "Usage d'intérêt général ({purpose}) : favorisé par la règle et par le tarif."
    ),
    "purpose_favoured.not_applicable": (
        "Usage sans faveur particulière ({purpose}) : la redevance ordinaire est due."
    ),
    "occupation_titled.passed": (
        "Occupation demandée : {occupation}, {area_m2} m², {length_m} m de long. Nul n'occupe le "
        "domaine public sans titre ; cette autorisation en est un."
    ),
    "occupation_titled.not_applicable": "Rien n'est occupé à demeure : l'usage est un mouvement.",
    "open_height.passed": (
        "Ces drones de la catégorie ouverte restent à {height_max_m} m au plus au-dessus du sol : "
        "{vehicles}."
    ),
    "open_height.objected": (
        "La catégorie ouverte s'arrête à {height_max_m} m au-dessus du sol ; l'opération va plus "
        "haut avec : {vehicles}."
    ),
    "open_height.conditional": (
        "La catégorie ouverte s'arrête à {height_max_m} m au-dessus du sol ; il n'est pas établi "
        "que l'opération s'y tient avec : {vehicles}."
    ),
    "open_height.not_applicable": "Aucun drone de la catégorie ouverte n'est nommé.",
    "place_fits.passed": (
        "Ce qui flotte est sur l'eau ou au bord, ce qui se pose est à terre, autant que la ville "
        "connaît ses eaux : {water}."
    ),
    "place_fits.objected": (
        "C'est à terre : ce qui flotte doit être sur l'eau ou à moins de 20 m, et ce qui est "
        "amarré pour plus de la moitié ({water})."
    ),
    "place_fits.conditional": (
        "{share_pct} % de l'emprise est dans l'eau, à plus de 20 m des bords ({water}) : si un "
        "pont ou un ponton la porte, seul un agent peut le dire."
    ),
    "place_fits.unknown": (
        "On ne sait si c'est de l'eau ou de la terre : la ville ne connaît pas d'eau par ici."
    ),
    "place_fits.not_applicable": (
        "N'est demandé qu'à ce qui est sur le fleuve et à ce qui occupe la surface."
    ),
    "drone_category.passed": (
        "Ces drones ont leur place dans la catégorie ouverte par leur classe et leur masse : "
        "{vehicles}."
    ),
    "drone_category.objected": (
        "Par leur classe (C5, C6) ou leur masse ({mass_kg} kg ou plus), ces drones ne volent pas "
        "en catégorie ouverte : {vehicles}."
    ),
    "drone_category.not_applicable": "Aucun drone n'est exploité en catégorie ouverte.",
    "quiet_hours.passed": "Les travaux se font hors des heures de silence.",
    "quiet_hours.objected": (
        "Du {start_at} au {end_at}, les travaux tomberaient entièrement dans les heures de silence "
        "(22 h à 7 h, le samedi jusqu'à 8 h et dès 20 h, les dimanches et jours fériés)."
    ),
    "quiet_hours.conditional": (
        "Les travaux durent au-delà des heures permises au bruit : il cesse de 22 h à 7 h, le "
        "samedi jusqu'à 8 h et dès 20 h, les dimanches et jours fériés."
    ),
    "quiet_hours.not_applicable": "Aucun chantier bruyant n'est demandé.",
}
