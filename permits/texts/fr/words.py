"""In French: the city's words, and how dates and numbers are written."""

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
    "occupation": {
        "terrace": "terrasse",
        "film_set": "tournage",
        "scaffolding": "échafaudage",
        "delivery_hub": "point de livraison",
        "worksite": "emprise de chantier",
        "trench": "tranchée",
        "duct": "canalisation",
        "mooring": "amarrage",
    },
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
        "trade": "commerce sur place",
    },
    "size": {
        "micro": "microentreprise",
        "small": "petite entreprise",
        "medium": "entreprise moyenne",
        "large": "grande entreprise",
    },
    "rests_on": {
        "vehicles_known": "l'identité des véhicules",
        "documents_held": "la production des documents",
        "window_bounded": "la durée de l'usage",
        "height_capped": "l'absence d'une hauteur maximale",
        "place_fits": "son lieu, qui est à terre",
        "drone_category": "la classe ou à la masse des drones",
    },
    "fields": {"operator": "l'exploitant", "vehicles": "les véhicules"},
    "heights": {"any": "toute hauteur"},
    "lacking": {
        "vehicle_class": "sa classe",
        "mass_kg": "sa masse",
        "length_m": "sa longueur",
        "noise_db": "son bruit",
        "equipment": "ses équipements",
    },
}

DATE = "%d/%m/%Y à %H:%M"
DECIMAL_POINT = ","
