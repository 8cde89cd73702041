"""In English: the city's words, and how dates and numbers are written."""

WORDS = {
    "layer": {"surface": "surface", "subsoil": "subsoil", "air": "air", "river": "river"},
    "equipment": {
        "remote_id": "remote identification",
        "geo_awareness": "geo-awareness",
        "transponder": "transponder",
        "parachute": "parachute",
        "ais": "AIS",
        "vhf": "VHF radio",
        "lights": "lights",
    },
    "document": {"insurance": "insurance", "competence": "competence"},
    "documents": {"insurance": "insurance", "competence": "competence"},
    "occupation": {
        "terrace": "terrace",
        "film_set": "film set",
        "scaffolding": "scaffolding",
        "delivery_hub": "delivery hub",
        "worksite": "worksite",
        "trench": "trench",
        "duct": "duct",
        "mooring": "mooring",
    },
    "purpose": {
        "emergency": "emergency",
        "medical": "medical transport",
        "public_service": "public service",
        "inspection": "inspection",
        "research": "research",
        "media": "filming",
        "works": "works",
        "passenger": "passenger transport",
        "delivery": "delivery",
        "advertising": "advertising",
        "leisure": "leisure",
        "trade": "trade on the spot",
    },
    "size": {
        "micro": "micro",
        "small": "small",
        "medium": "medium",
        "large": "large",
    },
    "rests_on": {
        "vehicles_known": "which vehicles are the applicant's",
        "documents_held": "the papers",
        "window_bounded": "how long the use lasts",
        "height_capped": "a greatest height that is not stated",
        "place_fits": "its place, on land",
        "drone_category": "the class or mass of the drones",
    },
    "fields": {"operator": "the operator", "vehicles": "the vehicles"},
    "heights": {"any": "any height"},
    "lacking": {
        "vehicle_class": "its class",
        "mass_kg": "its mass",
        "length_m": "its length",
        "noise_db": "its noise",
        "equipment": "its equipment",
    },
}

DATE = "%d %B %Y at %H:%M"
DECIMAL_POINT = "."
