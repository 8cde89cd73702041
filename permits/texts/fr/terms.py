"""In French: what a holder must keep to."""

SENTENCES = {
    "condition.activate_before_use": (
        "Activer le permis juste avant le vol, et ne décoller qu'une fois actif : tout ce sur quoi "
        "il repose est alors vérifié à nouveau ({act})."
    ),
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
    "condition.dwell_max": "Rester au plus {dwell_min} min dans la zone « {zone_name} ».",
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
    "condition.quiet_hours": (
        "Cesser tout bruit de chantier de 22 h à 7 h, le samedi jusqu'à 8 h et dès 20 h, les "
        "dimanches et jours fériés."
    ),
    "condition.calendar": (
        "Tenir compte du calendrier de la zone « {zone_name} » : il change le {change_at}."
    ),
    "condition.networks_declared": (
        "Adresser une DT et une DICT aux exploitants de réseaux avant de creuser."
    ),
    "condition.networks_located": (
        "Faire localiser les réseaux en classe de précision A avant de creuser."
    ),
    "condition.investigation": (
        "Dans la zone « {zone_name} », les plans sont de classe {precision} : mener des "
        "investigations complémentaires jusqu'à la classe A avant de creuser."
    ),
    "condition.open_height": (
        "Au-dessus de {height_max_m} m du sol, voler en catégorie spécifique seulement : "
        "{vehicles}."
    ),
}
